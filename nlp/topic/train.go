package topic

import (
	"cmp"
	"slices"

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
// the clearest of them; with some, a first model does; one round only, for
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
	m, err := learn.Train(examples, learn.Options{Weights: weights})
	if err != nil {
		return nil, err
	}
	return &Trained{Model: m, Name: name, Margin: DecidedMargin}, nil
}

// guess labels unlabelled texts, the surest part of each label.
func guess(s *Seeds, examples []learn.Example, rest []learn.Text, labels []string) ([]learn.Example, error) {
	say := func(u learn.Text) (string, float64) { return s.among(u.Hints, labels) }
	share := 0.7
	if len(examples) > 0 {
		first, err := learn.Train(examples, learn.Options{})
		if err != nil {
			return nil, err
		}
		say = func(u learn.Text) (string, float64) { return first.Best(u) }
		share = 0.6
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
	for _, label := range slices.Sorted(keys(byLabel)) {
		g := byLabel[label]
		slices.SortStableFunc(g, func(a, b guessed) int { return cmp.Compare(b.margin, a.margin) })
		for _, e := range g[:int(float64(len(g))*share)] {
			out = append(out, e.Example)
		}
	}
	return out, nil
}

func keys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
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
