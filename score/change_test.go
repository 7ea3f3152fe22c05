package score

import (
	"math"
	"testing"

	"minyi"
)

// TestFewAnswersAreComparedByWelch: with five answers on either side z would
// draw an arrow where Student does not.
func TestFewAnswersAreComparedByWelch(t *testing.T) {
	at := func(score, se float64) *computed {
		f := minyi.Figure{Path: "总分", Score: &score, N: 5, Method: "t"}
		return &computed{Sheet: minyi.Sheet{Root: f}, errors: map[string]float64{"总分": se}}
	}
	now, then := at(60, 10), at(30, 10)
	ch := now.against(then, "总分")
	if ch.Test != "welch" || ch.Diff != 30 {
		t.Fatalf("%+v", ch)
	}
	// t = 30/√200 = 2.1213 with 8 degrees of freedom: p = 0.0667; z gives 0.0339.
	if math.Abs(ch.P-0.0667) > 0.0005 {
		t.Errorf("p %.4f", ch.P)
	}
	then.Root.Method = "delta"
	if ch := now.against(then, "总分"); ch.Test != "z" || math.Abs(ch.P-0.0339) > 0.0005 {
		t.Errorf("beside a composite: %+v", ch)
	}
}
