package learn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"minyi/internal/fault"
)

// Example is a text with its label.
type Example struct {
	Text  Text
	Label string
}

// Options of training. The zero value suits topics.
type Options struct {
	Heads   []int // lengths in words of the short copies trained on as well; nil: 12
	Triples bool  // triples of characters too: better where there are many examples
	Weights []float64
	// FewLabels is the number of examples under which complement naive Bayes
	// speaks at every length, not only of short texts; 0: 700.
	FewLabels int
	// Bayes is how loud naive Bayes speaks of longer texts; 0: not at all.
	Bayes float64
}

// Model is an ensemble: support vector machines, that see words and pairs,
// characters, and all of it by how telling it is, and complement naive Bayes,
// which is steadier on short texts and few examples. It is immutable and safe for
// concurrent use.
type Model struct {
	labels []string
	space  *space
	parts  []part
	few    bool
	bayes  float64
}

// part is one member of the ensemble. Its scores are divided by their spread
// over the training texts, so that members speak equally loud.
type part struct {
	weights [blocks]float32
	linear  [][]float32 // by label, bias last
	spread  float64
	short   float64 // how loud it speaks of short texts
	long    float64
	bayes   bool
	square  [][]float32 // by label: of what scales features; nil: they are seen as they are
}

// Train fits an ensemble. At least two labels are needed.
func Train(examples []Example, o Options) (*Model, error) {
	m := &Model{bayes: o.Bayes}
	number := m.number(examples)
	if len(m.labels) < 2 {
		return nil, fault.New(fault.Invalid, "labels_too_few",
			fmt.Sprintf("训练至少需要两个类别，现有 %d 个。请补充标注后重试。", len(m.labels)),
			fmt.Sprintf("training needs at least two labels, there are %d; label more and try again", len(m.labels)))
	}
	few := cmp.Or(o.FewLabels, 700)
	m.few = len(examples) < few
	m.parts = fit(crew(len(m.labels)), m.vectors(examples, number, o), len(m.labels), len(m.space.idf))
	return m, nil
}

func (m *Model) number(examples []Example) map[string]int {
	number := make(map[string]int)
	for _, e := range examples {
		if _, known := number[e.Label]; !known {
			number[e.Label] = 0
			m.labels = append(m.labels, e.Label)
		}
	}
	slices.Sort(m.labels)
	for i, l := range m.labels {
		number[l] = i
	}
	return number
}

// lessons are what a member is trained on: vectors, of which it hears some
// blocks, with labels and weights.
type lessons struct {
	x      []vector
	heard  [blocks]float32
	y      []int
	weight []float64
	whole  int // how many are no short copies; they come first
}

// longer gives the lessons without the short copies.
func (l lessons) longer() lessons {
	l.x, l.y, l.weight = l.x[:l.whole], l.y[:l.whole], l.weight[:l.whole]
	return l
}

// vectors gives each example, then the short copies.
func (m *Model) vectors(examples []Example, number map[string]int, o Options) lessons {
	heads := o.Heads
	if heads == nil {
		heads = []int{12}
	}
	var l lessons
	var short []Text
	for i, e := range examples {
		l.add(o, i, number[e.Label])
		short = append(short, e.Text)
	}
	l.whole = len(examples)
	m.space, l.x = newSpace(short, o.Triples)
	short = nil
	for _, n := range heads {
		for i, e := range examples {
			if t, ok := e.Text.head(n); ok {
				short = append(short, t)
				l.add(o, i, number[e.Label])
			}
		}
	}
	copies := make([]vector, len(short))
	parallel(len(short), func(i int) { copies[i] = m.space.vector(short[i]) })
	l.x = append(l.x, copies...)
	return l
}

func (l *lessons) add(o Options, i, label int) {
	w := 1.0
	if o.Weights != nil {
		w = o.Weights[i]
	}
	l.y, l.weight = append(l.y, label), append(l.weight, w)
}

// fit trains the members, a label of a member at a time on each processor.
func fit(crew []member, l lessons, labels, size int) []part {
	parts := make([]part, len(crew))
	var tasks []func()
	for i, mem := range crew {
		parts[i] = part{weights: mem.weights, short: mem.short, long: mem.long, bayes: mem.bayes, linear: make([][]float32, labels)}
		if labels == 2 {
			parts[i].short, parts[i].long = mem.two, mem.two
		}
		tasks = append(tasks, parts[i].tasks(mem, l, size)...)
	}
	parallel(len(tasks), func(i int) { tasks[i]() })
	parallel(len(crew), func(i int) { parts[i].measure(l.x) })
	return parts
}

// tasks are what is to be done to train the member, in any order.
func (p *part) tasks(mem member, l lessons, size int) []func() {
	if l.heard = p.weights; p.short == 0 {
		l = l.longer() // it speaks of these only
	}
	if mem.bayes {
		return []func(){func() { p.linear = trainBayes(l, len(p.linear), size) }}
	}
	s := newSVM(l, len(p.linear), size, mem.c)
	see := func(int) sight { return plain{l.x, l.heard} }
	if mem.ratio {
		counts := sync.OnceValue(func() *tally { return count(l, len(p.linear), size) })
		p.square = make([][]float32, len(p.linear))
		see = func(k int) sight {
			r := counts().ratioed(l.x, k)
			p.square[k] = r.square
			return r
		}
	}
	if len(p.linear) == 2 { // the first is the second, turned
		return []func(){func() {
			p.linear[1] = s.train(1, see(1))
			p.linear[0] = turned(p.linear[1])
			if mem.ratio {
				p.square[0] = p.square[1]
			}
		}}
	}
	out := make([]func(), len(p.linear))
	for k := range out {
		out[k] = func() { p.linear[k] = s.train(k, see(k)) }
	}
	return out
}

// measure finds the mean spread of the member's scores.
func (p *part) measure(x []vector) {
	sum := 0.0
	for _, v := range x {
		sum += spread(p.scores(v))
	}
	p.spread = sum/float64(len(x)) + 1e-9
}

func (p part) scores(v vector) []float64 {
	out := make([]float64, len(p.linear))
	for k, w := range p.linear {
		if p.square != nil {
			out[k] = v.ratioDot(w, v.scale(p.square[k]))
		} else {
			out[k] = v.dot(w, p.weights)
		}
	}
	return out
}

// spread is the standard deviation of one text's scores over the labels.
func spread(s []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, v := range s {
		mean += v / float64(len(s))
	}
	for _, v := range s {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(s)))
}

// Labels gives the labels in order.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// shortText is the length in characters up to which naive Bayes is heard, and
// the ratios more than all features together.
const shortText = 30

func (p part) loud(t Text) float64 {
	if len(t.Runes) <= shortText {
		return p.short
	}
	return p.long
}

// bayesShare is how loud naive Bayes speaks of a text of so many characters.
func (m *Model) bayesShare(runes int) float64 {
	switch {
	case m.few:
		return max(1.5, m.bayes)
	case runes <= shortText:
		return max(1.5, m.bayes)
	}
	return m.bayes
}

// Scores gives one score a label, in the order of Labels.
func (m *Model) Scores(t Text) []float64 {
	v := m.space.vector(t)
	sum := make([]float64, len(m.labels))
	share := m.bayesShare(len(t.Runes))
	for _, p := range m.parts {
		loud := p.loud(t)
		if p.bayes {
			loud *= share
		}
		if loud == 0 {
			continue
		}
		scores := p.scores(v)
		mean := 0.0
		for _, s := range scores {
			mean += s / float64(len(scores))
		}
		for k, s := range scores {
			sum[k] += loud * (s - mean) / p.spread
		}
	}
	return sum
}

// Best gives the label that leads and by how much over the next.
func (m *Model) Best(t Text) (label string, margin float64) {
	scores := m.Scores(t)
	first, second := 0, -1
	for k := range scores {
		switch {
		case scores[k] > scores[first]:
			first, second = k, first
		case k != first && (second < 0 || scores[k] > scores[second]):
			second = k
		}
	}
	return m.labels[first], scores[first] - scores[second]
}
