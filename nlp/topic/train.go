package topic

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"minyi/internal/fault"
	"minyi/nlp/learn"
)

// Trained is a topic model with the margin from which it decides.
type Trained struct {
	*learn.Model
	Name   string
	Margin float64
}

// DecidedMargin is the lead from which a trained model decides; what is less
// clear is left to people.
const DecidedMargin = 0.5

// Enough labels make self-training superfluous: it then adds its own errors.
const Enough = 2000

// Train fits a model on labelled examples. Below a certain number of labels it
// also learns from unlabelled texts: at none, the taxonomy's own words label
// the clearest of them; with some, a first model does too; one round only, for
// further rounds were measured to drift. labels names the labels wanted where
// no example shows them (zero labels).
func Train(s *Seeds, examples []learn.Example, rest []learn.Text, labels []string) (*Trained, error) {
	name := "ensemble"
	weights := make([]float64, len(examples))
	for i := range weights {
		weights[i] = 1
	}
	if len(examples) < Enough && len(rest) > 0 {
		guessed, err := guess(s, examples, rest, labels)
		if err != nil {
			return nil, err
		}
		for range guessed {
			weights = append(weights, 0.5)
		}
		examples = append(slices.Clone(examples), guessed...)
		name = "ensemble, self-trained"
	}
	if len(labelsOf(examples)) == 0 {
		return nil, unknownLabels(labels)
	}
	m, err := learn.Train(examples, learn.Options{Weights: weights})
	if err != nil {
		return nil, err
	}
	return &Trained{Model: m, Name: name, Margin: DecidedMargin}, nil
}

// unknownLabels says why nothing can be learnt without labels.
func unknownLabels(labels []string) error {
	names := strings.Join(labels, "、")
	return fault.New(fault.Invalid, "labels_unknown",
		fmt.Sprintf("没有标注时由分类体系的词来学习，但分类体系中没有这些类别，或文本中没有它们的词：%s。请改用含有这些类别的分类体系，或提供标注。", names),
		fmt.Sprintf("without labels the taxonomy's words teach, but it has no such topics, or no text has their words: %s; use a taxonomy that has them, or give labels", names))
}

// guess labels unlabelled texts, the surest part of each label, by the
// taxonomy's words and, the more examples there are, by a first model.
func guess(s *Seeds, examples []learn.Example, rest []learn.Text, labels []string) ([]learn.Example, error) {
	say, share := func(u learn.Text) (string, float64) { return s.among(u.Hints, labels) }, 0.7
	if known := labelsOf(examples); len(known) > 1 {
		first, err := learn.Train(examples, learn.Options{})
		if err != nil {
			return nil, err
		}
		m := mixed{s, first, known, union(labels, known), trust(len(examples))}
		say, share = m.best, 0.6
	}
	type guessed struct {
		learn.Example
		margin float64
	}
	byLabel := make(map[string][]guessed)
	for _, u := range rest {
		if label, margin := say(u); label != "" {
			byLabel[label] = append(byLabel[label], guessed{learn.Example{Text: u, Label: label}, margin})
		}
	}
	var out []learn.Example
	for _, label := range slices.Sorted(maps.Keys(byLabel)) {
		g := byLabel[label]
		slices.SortStableFunc(g, func(a, b guessed) int { return cmp.Compare(b.margin, a.margin) })
		for _, e := range g[:int(float64(len(g))*share)] {
			out = append(out, e.Example)
		}
	}
	return out, nil
}

// trusted is the number of examples at which a first model is heard as much as
// the taxonomy: by a dozen it knows next to nothing, by a thousand more.
const trusted = 250

func trust(examples int) float64 {
	n := float64(examples)
	return n * n / (n*n + trusted*trusted)
}

func labelsOf(examples []learn.Example) []string {
	seen := make(map[string]bool)
	for _, e := range examples {
		seen[e.Label] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// mixed hears a first model and the taxonomy.
type mixed struct {
	seeds  *Seeds
	model  *learn.Model
	known  []string // the model's labels
	labels []string // all that may be given
	trust  float64  // 0…1: the model's share of the word
}

// best gives the label that both together speak for, and by how much it leads.
func (m mixed) best(u learn.Text) (string, float64) {
	total := m.seeds.speakFor(u.Hints, m.labels)
	for l := range total {
		total[l] *= 2 * (1 - m.trust)
	}
	scores := m.model.Scores(u)
	square := 0.0
	for _, v := range scores {
		square += v * v
	}
	spread := math.Sqrt(square/float64(len(scores))) + 1e-9
	for k, label := range m.known {
		total[label] += m.trust * scores[k] / spread
	}
	best, first, second := "", math.Inf(-1), math.Inf(-1)
	for _, l := range m.labels {
		switch v := total[l]; {
		case v > first:
			best, first, second = l, v, first
		case v > second:
			second = v
		}
	}
	return best, first - second
}

// speakFor gives each label the share that its words have of the most that any
// label has.
func (s *Seeds) speakFor(hints, labels []string) map[string]float64 {
	count := make(map[string]float64)
	for _, h := range hints {
		count[h]++
	}
	most := 0.0
	for _, l := range labels {
		most = max(most, count[l])
	}
	out := make(map[string]float64)
	for _, l := range labels {
		if count[l] > 0 {
			out[l] = count[l] / most
		}
	}
	return out
}

// among gives the label among labels that the taxonomy's words speak for: the
// first-level topic of that name, or a path.
func (s *Seeds) among(hints, labels []string) (string, float64) {
	count := make(map[string]float64)
	for _, h := range hints {
		count[h]++
	}
	best, first, second := "", 0.0, 0.0
	for _, l := range labels {
		switch v := count[l]; {
		case v > first:
			best, first, second = l, v, first
		case v > second:
			second = v
		}
	}
	if best == "" {
		return "", 0
	}
	return best, (first - second) / first
}

// BestOf answers as a trained model would, from a text's hints alone.
func (s *Seeds) BestOf(t learn.Text) (string, float64) {
	return s.among(t.Hints, s.tops)
}
