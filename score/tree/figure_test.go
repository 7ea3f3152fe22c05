package tree_test

import (
	"testing"

	"minyi/score/tally"
	"minyi/score/tree"
)

// TestParentOfOneChild: a parent whose other children have no data is the same
// figure as that child, and is no surer of it.
func TestParentOfOneChild(t *testing.T) {
	s := tally.Sum{}
	for i := range 40 {
		v := 5
		if i < 2 {
			v = 1
		}
		s.Add(answer(i, map[string]int{"handling": v}))
	}
	sheet := tree.Compute(preset(t), tree.Inputs{Sum: s})
	leaf, parent := find(&sheet.Root, "总体感知/企业和群众评价/回访满意度"), find(&sheet.Root, "总体感知/企业和群众评价")
	if *parent.Score != *leaf.Score || *parent.Low != *leaf.Low || *parent.High != *leaf.High || parent.Method != "wilson" {
		t.Errorf("%v [%v, %v] over %v [%v, %v]", *parent.Score, *parent.Low, *parent.High, *leaf.Score, *leaf.Low, *leaf.High)
	}
}

// TestGradeIsOfThePrintedScore: who prints 60.00 has the grade of 60, however
// the machine keeps the number.
func TestGradeIsOfThePrintedScore(t *testing.T) {
	m := preset(t)
	for score, want := range map[float64]string{59.995: "D+", 59.9949: "D", 89.9951: "A+", 89.99: "A"} {
		sheet := tree.Compute(m, tree.Inputs{Imported: map[string]tree.Imported{"服务体验": {Value: score}}})
		if f := find(&sheet.Root, "服务体验"); f.Grade != want {
			t.Errorf("%v is graded %s, want %s", score, f.Grade, want)
		}
	}
}
