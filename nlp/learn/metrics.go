package learn

import (
	"cmp"
	"slices"
)

// Outcome is one tested text: what it is, what the model said, how surely.
type Outcome struct {
	Gold, Said string
	Margin     float64
}

// ClassFigures are one label's.
type ClassFigures struct {
	Label     string  `json:"label"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	N         int     `json:"n"`
}

// Figures judge a model on labelled texts. AccuracyAt80 is the accuracy on the
// 80% of the texts that the model is surest of; Coverage is the share that it
// decides at its own margin.
type Figures struct {
	MacroF1      float64                   `json:"macro_f1"`
	Accuracy     float64                   `json:"accuracy"`
	AccuracyAt80 float64                   `json:"accuracy_at_80"`
	Coverage     float64                   `json:"coverage"`
	N            int                       `json:"n"`
	Classes      []ClassFigures            `json:"classes"`
	Confusion    map[string]map[string]int `json:"confusion"` // gold → said → texts
}

// Judge counts outcomes. decided is the margin from which the model speaks.
func Judge(outcomes []Outcome, decided float64) Figures {
	f := Figures{N: len(outcomes), Confusion: make(map[string]map[string]int)}
	if f.N == 0 {
		return f
	}
	right, covered := 0, 0
	for _, o := range outcomes {
		if f.Confusion[o.Gold] == nil {
			f.Confusion[o.Gold] = make(map[string]int)
		}
		f.Confusion[o.Gold][o.Said]++
		if o.Gold == o.Said {
			right++
		}
		if o.Margin >= decided {
			covered++
		}
	}
	f.Accuracy = float64(right) / float64(f.N)
	f.Coverage = float64(covered) / float64(f.N)
	f.AccuracyAt80 = accuracyOfSurest(outcomes, 0.8)
	f.Classes = classes(f.Confusion)
	for _, c := range f.Classes {
		f.MacroF1 += c.F1 / float64(len(f.Classes))
	}
	return f
}

func accuracyOfSurest(outcomes []Outcome, share float64) float64 {
	sorted := slices.Clone(outcomes)
	slices.SortStableFunc(sorted, func(a, b Outcome) int { return cmp.Compare(b.Margin, a.Margin) })
	n := max(1, int(float64(len(sorted))*share))
	right := 0
	for _, o := range sorted[:n] {
		if o.Gold == o.Said {
			right++
		}
	}
	return float64(right) / float64(n)
}

// classes gives figures for every label that occurs among the golds.
func classes(confusion map[string]map[string]int) []ClassFigures {
	said := make(map[string]int)
	for _, row := range confusion {
		for label, n := range row {
			said[label] += n
		}
	}
	var out []ClassFigures
	for label, row := range confusion {
		c := ClassFigures{Label: label}
		for _, n := range row {
			c.N += n
		}
		hit := float64(row[label])
		c.Recall = hit / float64(c.N)
		if said[label] > 0 {
			c.Precision = hit / float64(said[label])
		}
		if hit > 0 {
			c.F1 = 2 * c.Precision * c.Recall / (c.Precision + c.Recall)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b ClassFigures) int { return cmp.Compare(a.Label, b.Label) })
	return out
}
