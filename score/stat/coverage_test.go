package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"minyi/score/stat"
)

// TestWilsonCoverageIsExact sums the binomial probabilities of all outcomes
// whose interval holds p: no sampling, so the figure is exact. Wilson's mean
// coverage is known to lie close to 0.95 (Agresti & Coull 1998).
func TestWilsonCoverageIsExact(t *testing.T) {
	for _, n := range []int{30, 200, 1000} {
		var sum, worst float64 = 0, 1
		ps := 0
		for p := 0.02; p < 0.985; p += 0.01 {
			cover := 0.0
			b := distuv.Binomial{N: float64(n), P: p}
			for x := range n + 1 {
				if stat.Wilson(float64(x), float64(n), 0.95).Contains(p) {
					cover += b.Prob(float64(x))
				}
			}
			sum, worst = sum+cover, min(worst, cover)
			ps++
		}
		mean := sum / float64(ps)
		t.Logf("n %d: mean coverage %.4f, worst %.4f", n, mean, worst)
		if mean < 0.945 || mean > 0.957 || worst < 0.89 {
			t.Errorf("n %d: mean coverage %.4f, worst %.4f", n, mean, worst)
		}
	}
}

const reps = 2000 // a coverage of 95% is then known to ±1% (two standard errors)

func inBand(t *testing.T, what string, hits int) {
	t.Helper()
	c := float64(hits) / reps
	t.Logf("%s: coverage %.4f", what, c)
	if c < 0.93 || c > 0.97 {
		t.Errorf("%s: coverage %.4f is outside 93–97%%", what, c)
	}
}

// likert draws a value 0…100 of five levels, leaning to the good end.
func likert(rng *rand.Rand) float64 {
	return 25 * float64([]int{4, 4, 4, 4, 3, 3, 3, 2, 1, 0}[rng.IntN(10)])
}

const likertMean = 25 * (4*4 + 3*3 + 2 + 1) / 10.0

func TestMeanCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	hits, boot := 0, 0
	const n = 200
	for r := range reps {
		x, ones := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], ones[i] = likert(rng), 1
		}
		if in, ok := stat.SampleOf(x, ones).Interval(stat.Quantiles(0.95)); ok && in.Contains(likertMean) {
			hits++
		}
		if r%10 == 0 {
			in := stat.Bootstrap(n, 400, 0.95, uint64(r), func(drawn []int) float64 {
				var sum float64
				for i, k := range drawn {
					sum += float64(k) * x[i]
				}
				return sum / n
			})
			if in.Contains(likertMean) {
				boot++
			}
		}
	}
	inBand(t, "t interval of a mean, n 200", hits)
	if c := float64(boot) / (reps / 10); c < 0.90 || c > 0.99 {
		t.Errorf("bootstrap of a mean: coverage %.3f over %d samples", c, reps/10)
	}
}

// TestAlphaCoverage draws three items of one factor with as much noise each,
// whose α is 0.75.
func TestAlphaCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	hits := 0
	const samples, n = 200, 100
	for range samples {
		items := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
		for c := range n {
			factor := rng.NormFloat64()
			for i := range items {
				items[i][c] = factor + rng.NormFloat64()
			}
		}
		in := stat.AlphaInterval(items, 0.95)
		if in.Contains(0.75) {
			hits++
		}
		if a := stat.Alpha(items).Alpha; !in.Contains(a) || in != stat.AlphaInterval(items, 0.95) {
			t.Fatalf("%+v does not hold α %.3f, or differs at the second call", in, a)
		}
	}
	t.Logf("coverage %.3f", float64(hits)/samples)
	if hits < 0.90*samples || hits > 0.99*samples {
		t.Errorf("%d of %d intervals hold α", hits, samples)
	}
}

// TestWeightedMeanCoverage draws weights that go with the value, as
// non-response does, and a population mean that the weights restore.
func TestWeightedMeanCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	hits := 0
	const n = 200
	for range reps {
		x, w := make([]float64, n), make([]float64, n)
		for i := range x {
			for {
				x[i] = likert(rng)
				answers := 0.4 + 0.005*x[i] // the satisfied answer more often
				if rng.Float64() < answers {
					w[i] = 1 / answers
					break
				}
			}
		}
		mean, se := stat.WeightedMean(x, w)
		half := stat.T(0.95, n-1) * se
		if math.Abs(mean-likertMean) <= half {
			hits++
		}
	}
	inBand(t, "weighted mean, n 200", hits)
}

func TestBootstrapIsSeeded(t *testing.T) {
	f := func(drawn []int) float64 { return float64(drawn[0]) }
	if stat.Bootstrap(10, 50, 0.95, 1, f) != stat.Bootstrap(10, 50, 0.95, 1, f) {
		t.Error("the same seed gives two intervals")
	}
}
