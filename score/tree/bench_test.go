package tree_test

import (
	"math/rand/v2"
	"testing"

	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

// BenchmarkUnit is one line of the unit table: a stored sum of 250 answers
// read, and its tree computed.
func BenchmarkUnit(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	s := tally.Sum{}
	for i := range 250 {
		s.Add(respondent(rng, i))
	}
	packed := s.Encode()
	m := preset(b)
	quantiles := stat.Quantiles(m.Level)
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := tally.DecodeSum(packed); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("compute", func(b *testing.B) {
		for b.Loop() {
			tree.Compute(m, tree.Inputs{Sum: s, Terse: true, T: quantiles})
		}
	})
}
