package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Wilson is the score interval of a proportion of x in n trials (Wilson 1927;
// method 3 of Newcombe, Statistics in Medicine 17, 1998). It never leaves 0…1
// and does not collapse at x = 0 or x = n. Both may be fractional, for
// weighted counts with an effective n. No trials: the whole of 0…1.
func Wilson(x, n, level float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	z := Z(level)
	p := x / n
	mid := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	in := Interval{(mid - half) / (1 + z*z/n), (mid + half) / (1 + z*z/n)}.Clip(0, 1)
	// At the ends the bound is the rate itself; rounding must not part them.
	if x <= 0 {
		in.Low = 0
	}
	if x >= n {
		in.High = 1
	}
	return in
}

// AgrestiCoull is the variance of a proportion after adding z²/2 successes and
// z²/2 failures (Agresti & Coull 1998). Unlike p(1−p)/n it is not zero when
// everyone said the same.
func AgrestiCoull(x, n, level float64) float64 {
	z2 := Z(level) * Z(level)
	p := (x + z2/2) / (n + z2)
	return p * (1 - p) / (n + z2)
}

// Sample is what a t interval needs of a set of numbers.
type Sample struct {
	N    float64
	Mean float64
	Var  float64 // with n−1; 0 when N < 2
}

// SampleOf summarises numbers given with their counts: value[i] occurs
// count[i] times.
func SampleOf(value, count []float64) Sample {
	var s Sample
	for i, c := range count {
		s.N += c
		s.Mean += c * value[i]
	}
	if s.N == 0 {
		return Sample{}
	}
	s.Mean /= s.N
	if s.N < 2 {
		return s
	}
	for i, c := range count {
		s.Var += c * (value[i] - s.Mean) * (value[i] - s.Mean)
	}
	s.Var /= s.N - 1
	return s
}

// Interval is Student's interval of the mean. With fewer than two numbers, or
// with no spread at all, t says nothing; see Bounded. t gives the quantiles of
// the level, see Quantiles.
func (s Sample) Interval(t func(df float64) float64) (Interval, bool) {
	if s.N < 2 || s.Var == 0 {
		return Interval{}, false
	}
	half := t(s.N-1) * math.Sqrt(s.Var/s.N)
	return Interval{s.Mean - half, s.Mean + half}, true
}

// Bounded is the interval of the mean of numbers that all lie in [low, high]
// and show no spread. A bounded variable's variance is at most that of a coin
// with the same mean, so Wilson's interval of the rescaled mean is a safe one.
func (s Sample) Bounded(low, high, level float64) Interval {
	width := high - low
	w := Wilson((s.Mean-low)/width*s.N, s.N, level)
	return Interval{low + w.Low*width, low + w.High*width}
}

// Bootstrap is the percentile interval of a statistic over reps resamples of
// n cases (Efron 1979). The statistic is given how often each case was drawn.
// The same seed gives the same interval.
func Bootstrap(n, reps int, level float64, seed uint64, statistic func(drawn []int) float64) Interval {
	if n == 0 || reps == 0 {
		return Interval{math.NaN(), math.NaN()}
	}
	rng := rand.New(rand.NewPCG(seed, 0x6d696e7969))
	values := make([]float64, reps)
	drawn := make([]int, n)
	for r := range values {
		clear(drawn)
		for range n {
			drawn[rng.IntN(n)]++
		}
		values[r] = statistic(drawn)
	}
	slices.Sort(values)
	tail := (1 - level) / 2
	return Interval{Quantile(values, tail), Quantile(values, 1-tail)}
}

// Quantile is the linearly interpolated quantile (Hyndman & Fan type 7, as in
// R) of numbers in ascending order.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
