package methods

import (
	"cmp"
	"slices"
)

// Grades is the grade rule: fixed bands of the score, or shares of the units.
type Grades struct {
	Note string
	// Coverage is the least share of the weight below a figure for which there
	// must be data; with less, a grade would speak for what was never measured.
	Coverage float64
	Bands    []Band  // highest first
	Shares   []Share // best first
}

// Band grades every score from From up to the band above it.
type Band struct {
	Grade string
	From  float64
}

// Share grades that part of the units, taken from the best down.
type Share struct {
	Grade string
	Share float64 // any unit; divided by the sum
}

// Of grades one score by its band; "" where the method grades by shares,
// because a share needs all units.
func (g Grades) Of(score float64) string {
	for _, b := range g.Bands {
		if score >= b.From {
			return b.Grade
		}
	}
	return ""
}

// All grades many scores together, by bands or by shares. Equal scores get the
// same grade: that of the best among them.
func (g Grades) All(scores []float64) []string {
	out := make([]string, len(scores))
	if len(g.Bands) > 0 {
		for i, s := range scores {
			out[i] = g.Of(s)
		}
		return out
	}
	if len(g.Shares) == 0 {
		return out
	}
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for rank, i := range order {
		if rank > 0 && scores[i] == scores[order[rank-1]] {
			out[i] = out[order[rank-1]]
			continue
		}
		out[i] = g.shareAt((float64(rank) + 0.5) / float64(len(scores)))
	}
	return out
}

func (g Grades) total() (sum float64) {
	for _, s := range g.Shares {
		sum += s.Share
	}
	return sum
}

// shareAt gives the grade at a place 0…1 from the best.
func (g Grades) shareAt(place float64) string {
	sum, upto := g.total(), 0.0
	for _, s := range g.Shares {
		upto += s.Share / sum
		if place <= upto {
			return s.Grade
		}
	}
	return g.Shares[len(g.Shares)-1].Grade
}
