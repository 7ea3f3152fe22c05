package stat

import (
	"fmt"
	"math"
)

// Kish is the design effect of unequal weights, 1 + CV² (Kish 1965): by how
// much they enlarge the variance of a mean.
func Kish(weights []float64) float64 {
	var sum, squares float64
	for _, w := range weights {
		sum += w
		squares += w * w
	}
	if sum == 0 {
		return math.NaN()
	}
	return float64(len(weights)) * squares / (sum * sum)
}

// EffectiveN is the size of the equally weighted sample with the same
// precision, (Σw)²/Σw².
func EffectiveN(weights []float64) float64 {
	d := Kish(weights)
	if math.IsNaN(d) {
		return 0
	}
	return float64(len(weights)) / d
}

// WeightedMean is Σwx/Σw with the linearised (Taylor) standard error used for
// survey means drawn with replacement: Var = n/(n−1) · Σ(w(x−m)/Σw)².
func WeightedMean(x, w []float64) (mean, se float64) {
	var sum, total float64
	for i := range x {
		sum += w[i] * x[i]
		total += w[i]
	}
	if total == 0 {
		return math.NaN(), math.NaN()
	}
	mean = sum / total
	var q float64
	for i := range x {
		d := w[i] * (x[i] - mean) / total
		q += d * d
	}
	n := float64(len(x))
	if n < 2 {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(q * n / (n - 1))
}

// Margin is one known distribution of the population: Of says in which class
// each case is, Share what part of the population each class holds.
type Margin struct {
	Name  string
	Of    []int     // class of each case, an index into Share
	Share []float64 // sums to 1
}

// RakeOptions bound the work and the weights of Rake.
type RakeOptions struct {
	Rounds int     // 0: 100
	Within float64 // stop when every margin is met within this share; 0: 1e-6
	// Low and High trim weights to these multiples of the mean weight, each
	// round, before raking on. 0: not trimmed.
	Low, High float64
}

// Raked is the outcome of Rake.
type Raked struct {
	Weights []float64 // mean 1
	Rounds  int
	Off     float64 // largest difference left on any margin, as a share
	Trimmed int     // weights that stand at a trimming bound
}

// Rake weights cases so that every margin is met, by iterative proportional
// fitting (Deming & Stephan 1940). With trimming the margins may be missed by
// Off; the caller prints it. base are the design weights, nil for equal ones.
func Rake(n int, base []float64, margins []Margin, o RakeOptions) (Raked, error) {
	if err := checkMargins(n, margins); err != nil {
		return Raked{}, err
	}
	if o.Rounds == 0 {
		o.Rounds = 100
	}
	if o.Within == 0 {
		o.Within = 1e-6
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
		if base != nil {
			w[i] = base[i]
		}
	}
	meanOne(w)
	r := Raked{Weights: w, Off: math.Inf(1)}
	for r.Rounds < o.Rounds && r.Off > o.Within {
		r.Rounds++
		for _, m := range margins {
			fit(w, m)
		}
		r.Trimmed = trim(w, o.Low, o.High)
		r.Off = off(w, margins)
	}
	return r, nil
}

func checkMargins(n int, margins []Margin) error {
	for _, m := range margins {
		if len(m.Of) != n {
			return fmt.Errorf("margin %s: %d classes for %d cases", m.Name, len(m.Of), n)
		}
		seen := make([]bool, len(m.Share))
		for i, c := range m.Of {
			if c < 0 || c >= len(m.Share) {
				return fmt.Errorf("margin %s: case %d is in class %d of %d", m.Name, i, c, len(m.Share))
			}
			seen[c] = true
		}
		var sum float64
		for c, s := range m.Share {
			sum += s
			if s > 0 && !seen[c] {
				return fmt.Errorf("margin %s: class %d holds %.4f of the population and no case: merge it with another", m.Name, c, s)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			return fmt.Errorf("margin %s: shares sum to %.6f, not 1", m.Name, sum)
		}
	}
	return nil
}

// fit scales the weights of each class so that the class holds its share. A
// class whose cases all weigh nothing, because another margin holds none of
// their kind, stays as it is, and Off tells.
func fit(w []float64, m Margin) {
	have := classSums(w, m)
	for i, c := range m.Of {
		if have[c] > 0 {
			w[i] *= m.Share[c] * float64(len(w)) / have[c]
		}
	}
}

func classSums(w []float64, m Margin) []float64 {
	have := make([]float64, len(m.Share))
	for i, c := range m.Of {
		have[c] += w[i]
	}
	return have
}

// trim cuts weights to multiples of the mean and spreads what was cut over the
// others, until all lie within; it gives how many stand at a bound. The high ones
// are cut first: what they lose may lift the low ones over their bound.
func trim(w []float64, low, high float64) int {
	cut := make([]bool, len(w))
	n := 0
	for range 50 {
		over := high > 0 && bound(w, cut, high, func(v float64) bool { return v > high })
		if !over && !(low > 0 && bound(w, cut, low, func(v float64) bool { return v < low })) {
			break
		}
		n = spread(w, cut)
	}
	return n
}

// bound cuts the weights that are beyond a bound to it.
func bound(w []float64, cut []bool, at float64, beyond func(float64) bool) bool {
	any := false
	for i, v := range w {
		if beyond(v) {
			w[i], cut[i], any = at, true, true
		}
	}
	return any
}

// spread scales the weights that are not cut so that the mean is 1 again, and
// gives the number of the others.
func spread(w []float64, cut []bool) (n int) {
	var fixed, free float64
	for i, v := range w {
		if cut[i] {
			fixed += v
			n++
		} else {
			free += v
		}
	}
	for i := range w {
		if !cut[i] && free > 0 {
			w[i] *= (float64(len(w)) - fixed) / free
		}
	}
	return n
}

func meanOne(w []float64) {
	var sum float64
	for _, v := range w {
		sum += v
	}
	for i := range w {
		w[i] *= float64(len(w)) / sum
	}
}

func off(w []float64, margins []Margin) float64 {
	var worst float64
	for _, m := range margins {
		for c, have := range classSums(w, m) {
			worst = max(worst, math.Abs(have/float64(len(w))-m.Share[c]))
		}
	}
	return worst
}
