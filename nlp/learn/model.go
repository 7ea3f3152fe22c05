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

// Model is an ensemble: three support vector machines, that see words and
// pairs, characters, and all of it, and complement naive Bayes, which is
// steadier on short texts and few examples. It is immutable and safe for
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
	bayes   bool
	ratio   []float32 // scales features before they are seen; nil: as they are
}

// member says how a member is trained.
type member struct {
	weights [blocks]float32
	c       float64
	bayes   bool
	ratio   bool // only between two labels
}

// members of the ensemble; the last one only decides between two labels.
var members = []member{
	{weights: [blocks]float32{wordBlock: 1, pairBlock: .5}, c: .5},
	{weights: [blocks]float32{charBlock: 1}, c: .5},
	{weights: [blocks]float32{wordBlock: 1, pairBlock: .5, charBlock: 1, hintBlock: .5}, c: .3},
	{weights: [blocks]float32{wordBlock: 1, charBlock: 1, hintBlock: 1}, bayes: true},
	{weights: [blocks]float32{wordBlock: 1, pairBlock: 1, charBlock: 1, hintBlock: 1}, c: 1, ratio: true},
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
	texts := make([]Text, len(examples))
	for i, e := range examples {
		texts[i] = e.Text
	}
	m.space = newSpace(texts, o.Triples)
	x, y, weight := m.vectors(examples, number, o)
	crew := members
	if len(m.labels) != 2 {
		crew = members[:len(members)-1]
	}
	m.parts = make([]part, len(crew))
	var wg sync.WaitGroup
	for i, mem := range crew {
		wg.Go(func() { m.parts[i] = fit(mem, x, y, weight, len(m.labels), len(m.space.idf)) })
	}
	wg.Wait()
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

// vectors gives each example and its short copies.
func (m *Model) vectors(examples []Example, number map[string]int, o Options) (x []vector, y []int, weight []float64) {
	heads := o.Heads
	if heads == nil {
		heads = []int{12}
	}
	var texts []Text
	for i, e := range examples {
		w := 1.0
		if o.Weights != nil {
			w = o.Weights[i]
		}
		copies := []Text{e.Text}
		for _, n := range heads {
			if short, ok := e.Text.head(n); ok {
				copies = append(copies, short)
			}
		}
		for _, t := range copies {
			texts, y, weight = append(texts, t), append(y, number[e.Label]), append(weight, w)
		}
	}
	x = make([]vector, len(texts))
	var wg sync.WaitGroup
	for shard := range shards {
		wg.Go(func() {
			for i := shard; i < len(texts); i += shards {
				x[i] = m.space.vector(texts[i])
			}
		})
	}
	wg.Wait()
	return x, y, weight
}

func fit(mem member, x []vector, y []int, weight []float64, labels, size int) part {
	views := make([]vector, len(x))
	for i, v := range x {
		views[i] = v.view(mem.weights)
	}
	p := part{weights: mem.weights, bayes: mem.bayes}
	if mem.ratio {
		p.ratio = ratios(views, y, size)
		for i := range views {
			views[i] = views[i].scaled(p.ratio)
		}
	}
	if mem.bayes {
		p.linear = trainBayes(views, y, weight, labels, size)
	} else {
		p.linear = trainSVM(views, y, weight, labels, size, mem.c)
	}
	sum := 0.0
	for _, v := range views {
		sum += spread(p.scores(v))
	}
	p.spread = sum/float64(len(views)) + 1e-9
	return p
}

// see gives what this member sees of a vector.
func (p part) see(v vector) vector {
	v = v.view(p.weights)
	if p.ratio != nil {
		return v.scaled(p.ratio)
	}
	return v
}

func (p part) scores(v vector) []float64 {
	out := make([]float64, len(p.linear))
	for k, w := range p.linear {
		out[k] = dot(w, v)
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

// bayesShare is how loud naive Bayes speaks of a text of so many characters.
func (m *Model) bayesShare(runes int) float64 {
	switch {
	case m.few:
		return max(1.5, m.bayes)
	case runes <= 25:
		return max(1, m.bayes)
	}
	return m.bayes
}

// Scores gives one score a label, in the order of Labels.
func (m *Model) Scores(t Text) []float64 {
	v := m.space.vector(t)
	sum := make([]float64, len(m.labels))
	share := m.bayesShare(len(t.Runes))
	for _, p := range m.parts {
		loud := 1.0
		if p.bayes {
			loud = share
		}
		if loud == 0 {
			continue
		}
		scores := p.scores(p.see(v))
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
