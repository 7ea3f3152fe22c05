package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Comparison is a test of the difference between two groups.
type Comparison struct {
	Diff float64 // first minus second
	Stat float64 // z or t
	DF   float64 // degrees of freedom; 0 for z
	P    float64 // two-sided
}

// TwoProportions is the pooled two-sided z test of x1/n1 against x2/n2.
func TwoProportions(x1, n1, x2, n2 float64) Comparison {
	if n1 == 0 || n2 == 0 {
		return Comparison{P: 1}
	}
	c := Comparison{Diff: x1/n1 - x2/n2}
	p := (x1 + x2) / (n1 + n2)
	se := math.Sqrt(p * (1 - p) * (1/n1 + 1/n2))
	if se == 0 {
		c.P = 1
		return c
	}
	c.Stat = c.Diff / se
	c.P = 2 * distuv.UnitNormal.Survival(math.Abs(c.Stat))
	return c
}

// Fisher is the chance of at most x1 of n1, given x1+x0 of n1+n0 in all, if both
// groups are alike: Fisher's exact test (1935) that the first share is lower. It
// holds its level at any share and size, where z is far off for rare events.
func Fisher(x1, n1, x0, n0 int) float64 {
	all, hits := n1+n0, x1+x0
	whole := choose(all, hits)
	var p float64
	for k := x1; k >= max(0, hits-n0); k-- {
		term := math.Exp(choose(n1, k) + choose(n0, hits-k) - whole)
		p += term
		if term < p*1e-12 && k*all < n1*hits { // beyond the top terms only fall
			break
		}
	}
	return min(1, p)
}

// choose is the logarithm of a binomial coefficient.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// Welch is the two-sided t test of two means with unequal variances (Welch
// 1947), degrees of freedom after Satterthwaite.
func Welch(a, b Sample) Comparison {
	c := Comparison{Diff: a.Mean - b.Mean, P: 1}
	if a.N < 2 || b.N < 2 {
		return c
	}
	va, vb := a.Var/a.N, b.Var/b.N
	if va+vb == 0 {
		return c
	}
	c.Stat = c.Diff / math.Sqrt(va+vb)
	c.DF = (va + vb) * (va + vb) / (va*va/(a.N-1) + vb*vb/(b.N-1))
	c.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: c.DF}.Survival(math.Abs(c.Stat))
	return c
}

// Difference is the two-sided z test of two estimates with known standard
// errors, for composites whose error comes from the delta method.
func Difference(a, seA, b, seB float64) Comparison {
	c := Comparison{Diff: a - b, P: 1}
	if se := math.Hypot(seA, seB); se > 0 {
		c.Stat = c.Diff / se
		c.P = 2 * distuv.UnitNormal.Survival(math.Abs(c.Stat))
	}
	return c
}

// Holm adjusts p values for their number by the step-down method (Holm 1979):
// a difference is shown when its adjusted p is under the level, and the chance
// of showing any false one stays under it. Order is kept.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(p))
	var running float64
	for rank, i := range order {
		running = max(running, min(1, p[i]*float64(len(p)-rank)))
		out[i] = running
	}
	return out
}
