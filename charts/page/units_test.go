package page

import (
	"testing"

	"minyi"
)

// TestNoRankWithoutAGrade: the best score with too little data behind it stands
// below the graded units, and has no rank.
func TestNoRankWithoutAGrade(t *testing.T) {
	row := func(unit minyi.UnitID, score float64, grade string) minyi.UnitRow {
		return minyi.UnitRow{Unit: unit, Score: &minyi.Figure{Score: &score, N: 200, Grade: grade}}
	}
	view := unitsOf(Data{Filter: Filter{Lang: ZH}}, minyi.UnitTable{Rows: []minyi.UnitRow{row("thin", 99, ""), row("b", 80, "B+"), row("c", 70, "C+")}})
	for i, want := range []struct{ unit, rank string }{{"b", "1"}, {"c", "2"}, {"thin", ""}} {
		if got := view.Rows[i]; string(got.unit) != want.unit || got.Rank != want.rank {
			t.Errorf("line %d is %s with rank %q, want %s with %q", i+1, got.unit, got.Rank, want.unit, want.rank)
		}
	}
}
