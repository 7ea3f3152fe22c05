package score

import (
	"context"

	"minyi"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tree"
)

// Change is the difference between a figure and an earlier one.
type Change struct {
	From string  `json:"from"` // days of the earlier figure
	To   string  `json:"to"`
	Then float64 `json:"then"` // the earlier score
	N    int     `json:"n"`    // answers behind it
	Diff float64 `json:"diff"` // now minus then, in points
	P    float64 `json:"p"`    // two-sided, adjusted by Holm for all changes shown together
	Test string  `json:"test"` // two-proportions, welch or z
	// Arrow is up or down for a change that is significant at the method's
	// level, else empty: a movement within chance is not a movement.
	Arrow string `json:"arrow,omitempty"`
}

// computed is a sheet with the standard errors of its figures.
type computed struct {
	minyi.Sheet
	errors map[string]float64
}

func (s *Service) computed(ctx context.Context, m *methods.Method, slice minyi.Slice) (computed, error) {
	sum, _, err := s.sumOf(ctx, slice)
	if err != nil {
		return computed{}, err
	}
	st, _, err := s.stateOf(ctx, slice.Tenant)
	if err != nil {
		return computed{}, err
	}
	in, err := s.inputs(ctx, st, slice, sum)
	if err != nil {
		return computed{}, err
	}
	return *computedFrom(m, in, slice), nil
}

// computedFrom computes a sheet with its errors.
func computedFrom(m *methods.Method, in tree.Inputs, slice minyi.Slice) *computed {
	sheet, errors := tree.ComputeWithErrors(m, in)
	sheet.Slice = slice
	return &computed{sheet, errors}
}

// figure gives a figure of the tree or a rate, by path or name.
func (c *computed) figure(path string) *minyi.Figure {
	for i := range c.Rates {
		if c.Rates[i].Path == path {
			return &c.Rates[i]
		}
	}
	return find(&c.Root, path)
}

// against compares a figure of c with that of an earlier sheet; nil when one
// of them has no answers behind it or too few.
func (c *computed) against(then *computed, path string) *Change {
	a, b := c.figure(path), then.figure(path)
	if a == nil || b == nil || a.Score == nil || b.Score == nil || a.Short || b.Short || a.N == 0 || b.N == 0 {
		return nil
	}
	ch := &Change{From: then.Slice.From, To: then.Slice.To, Then: *b.Score, N: b.N, Diff: *a.Score - *b.Score}
	if a.Method == "wilson" && a.Num != nil && b.Num != nil && c.errors[path] == 0 {
		ch.P, ch.Test = stat.TwoProportions(*a.Num, *a.Den, *b.Num, *b.Den).P, "two-proportions"
		return ch
	}
	if a.Method == "t" && b.Method == "t" {
		ch.P, ch.Test = stat.Welch(c.sample(a), then.sample(b)).P, "welch"
		return ch
	}
	ch.P, ch.Test = stat.Difference(*a.Score, c.errors[path], *b.Score, then.errors[path]).P, "z"
	return ch
}

// sample is what stands behind a plain mean, on the figure's own scale.
func (c *computed) sample(f *minyi.Figure) stat.Sample {
	n, se := float64(f.N), c.errors[f.Path]
	return stat.Sample{N: n, Mean: *f.Score, Var: n * se * se}
}

// changes compares a figure with the period before and with a year ago, either
// of which may be nil. The year before a year is both: one change, tested once.
func (c *computed) changes(before, ago *computed, path string) (previous, yearAgo *Change) {
	if before != nil {
		previous = c.against(before, path)
	}
	if ago != nil {
		yearAgo = c.against(ago, path)
	}
	if previous != nil && yearAgo != nil && previous.From == yearAgo.From && previous.To == yearAgo.To {
		yearAgo = previous
	}
	return previous, yearAgo
}

// judge adjusts the p values of changes that are shown together, and draws an
// arrow where a change is significant.
func judge(level float64, changes []*Change) {
	var shown []*Change
	var p []float64
	known := map[*Change]bool{nil: true}
	for _, c := range changes {
		if !known[c] {
			known[c] = true
			shown, p = append(shown, c), append(p, c.P)
		}
	}
	for i, adjusted := range stat.Holm(p) {
		c := shown[i]
		c.P = adjusted
		switch {
		case adjusted >= 1-level:
		case c.Diff > 0:
			c.Arrow = "up"
		case c.Diff < 0:
			c.Arrow = "down"
		}
	}
}
