package polarity

import (
	"math"

	"minyi/internal/confusion"
)

// Classes of a remark in the order of all arrays here: complaint, neither,
// praise.
const Classes = confusion.Classes

// Bands counts tested remarks: what they are (by row) and what was said.
type Bands = confusion.Table

// Share is an estimated share with its 95% interval, all within 0…1.
type Share struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Correct turns counts of what a model said into estimates of what is, by
// inverting its measured errors, clipped to [0,1]. The interval holds both the
// chance in the counts and that in the measurement. corrected is false, and
// the plain shares with their own intervals are given, where the measurement
// does not allow more.
func Correct(said [Classes]int, tested Bands) (shares [Classes]Share, corrected bool) {
	n := float64(said[0] + said[1] + said[2])
	if n == 0 {
		return shares, false
	}
	var o [Classes]float64
	for j := range o {
		o[j] = float64(said[j]) / n
	}
	undo, ok := confusion.Invert(tested)
	if !ok {
		for j := range o {
			shares[j] = interval(o[j], o[j]*(1-o[j])/n)
		}
		return shares, false
	}
	p := undo.Shares(o)
	for k := range p {
		square := 0.0
		for j, a := range undo.Value[k] {
			square += a * a * o[j]
		}
		shares[k] = interval(p[k], (square-p[k]*p[k])/n+undo.Own(k, p))
	}
	return shares, true
}

func interval(p, variance float64) Share {
	half := 1.96 * math.Sqrt(math.Max(variance, 0))
	clip := func(v float64) float64 { return math.Min(math.Max(v, 0), 1) }
	return Share{clip(p), clip(p - half), clip(p + half)}
}
