package tree

import (
	"math"
	"slices"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
)

// AcceptsCell reports whether a method counts the answers of a cell, when this
// channel ("": all) is asked for.
func AcceptsCell(m *methods.Method, cell tally.Cell, channel minyi.Channel) bool {
	return accepts(m, channel, cell, nil, methods.Include{})
}

// Accepts reports the same of one answer.
func Accepts(m *methods.Method, r tally.Row, channel minyi.Channel) bool {
	cell, counts := tally.CellOf(r)
	return counts && AcceptsCell(m, cell, channel)
}

// ValueOf is what one answer adds to a survey source, 0…100 before its scale;
// NaN when it gives nothing to it.
func ValueOf(s *methods.Source, r tally.Row) float64 {
	if len(s.Families) > 0 && !slices.Contains(s.Families, r.Family) {
		return math.NaN()
	}
	for _, g := range r.Values {
		if y, ok := s.Value(g.V, g.K); ok && g.Tag == s.Tag {
			return y
		}
	}
	return math.NaN()
}
