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

// Mix puts two measurements of one model together, the second standing for a
// share of the remarks: the rates are mixed, and each row counts as many as its
// rates are as sure as.
func Mix(first, second Bands, share float64) (out Bands) {
	for i := range out {
		a, b := float64(total(first[i])), float64(total(second[i]))
		s := share
		switch {
		case a == 0:
			s = 1
		case b == 0:
			s = 0
		}
		n := 1 / ((1-s)*(1-s)/max(a, 1) + s*s/max(b, 1))
		for j := range out[i] {
			out[i][j] = int(math.Round(n * ((1-s)*float64(first[i][j])/max(a, 1) + s*float64(second[i][j])/max(b, 1))))
		}
	}
	return out
}

func total(row [Classes]int) int { return row[0] + row[1] + row[2] }

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

// interval stands around the cut share: one around a share below nothing would
// be empty, as if nothing were certain.
func interval(p, variance float64) Share {
	half := 1.96 * math.Sqrt(math.Max(variance, 0))
	clip := func(v float64) float64 { return math.Min(math.Max(v, 0), 1) }
	p = clip(p)
	return Share{p, clip(p - half), clip(p + half)}
}
