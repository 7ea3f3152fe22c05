// Package stat holds the statistics that a figure is signed with: intervals
// for rates and means, bootstrap, weighting and its cost, scale reliability,
// tests between two groups, AAPOR response rates and small-cell suppression.
//
// It owns formulas only. It takes in counts and numbers and gives out numbers;
// rates are shares 0…1, never percentages, and levels are like 0.95. Normal,
// t and F quantiles come from gonum. Every function names its source, and its
// test recomputes that source's worked example.
package stat

import "gonum.org/v1/gonum/stat/distuv"

// Interval is a confidence interval.
type Interval struct{ Low, High float64 }

// Contains reports whether v lies in the interval, bounds included.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// Clip cuts the interval to [low, high].
func (i Interval) Clip(low, high float64) Interval {
	return Interval{max(low, min(high, i.Low)), min(high, max(low, i.High))}
}

// Z is the two-sided normal quantile of a level: 1.959964 at 0.95.
func Z(level float64) float64 { return distuv.UnitNormal.Quantile(1 - (1-level)/2) }

// T is the two-sided Student quantile of a level with df degrees of freedom.
// From 30 degrees on it is the asymptotic expansion around the normal quantile
// (Abramowitz & Stegun 26.7.5), right to five decimals and fifty times faster
// than inverting the incomplete beta function, which a table of hundreds of
// units feels.
func T(level, df float64) float64 {
	if df < 30 {
		return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(1 - (1-level)/2)
	}
	z := Z(level)
	z2 := z * z
	return z * (1 + (z2+1)/(4*df) + ((5*z2+16)*z2+3)/(96*df*df) +
		(((3*z2+19)*z2+17)*z2-15)/(384*df*df*df) +
		((((79*z2+776)*z2+1482)*z2-1920)*z2-945)/(92160*df*df*df*df))
}

// Quantiles gives T at one level and remembers what it has given: for one
// goroutine that computes many figures, most of them with the same n.
func Quantiles(level float64) func(df float64) float64 {
	known := map[float64]float64{}
	return func(df float64) float64 {
		t, ok := known[df]
		if !ok {
			t = T(level, df)
			known[df] = t
		}
		return t
	}
}
