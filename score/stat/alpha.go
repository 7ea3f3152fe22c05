package stat

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Reliability is how well the items of a scale hang together.
type Reliability struct {
	Alpha float64 // Cronbach 1951
	// ItemTotal is each item's correlation with the sum of the others
	// (corrected item-total correlation); Without is alpha without that item.
	ItemTotal []float64
	Without   []float64
	N         int // cases with every item answered
}

// Alpha is Cronbach's α of items[i][case]; cases are complete ones.
func Alpha(items [][]float64) Reliability {
	r := Reliability{Alpha: alpha(items)}
	if len(items) > 0 {
		r.N = len(items[0])
	}
	for i := range items {
		rest := make([][]float64, 0, len(items)-1)
		rest = append(append(rest, items[:i]...), items[i+1:]...)
		r.ItemTotal = append(r.ItemTotal, stat.Correlation(items[i], totals(rest), nil))
		r.Without = append(r.Without, alpha(rest))
	}
	return r
}

// alphaReps resamples give the ends of a 95% interval to about a tenth of its
// width.
const alphaReps = 500

// AlphaInterval is the percentile bootstrap interval of Cronbach's α over the
// cases (Efron 1979), which asks nothing of how they are distributed. The same
// cases give the same interval.
func AlphaInterval(items [][]float64, level float64) Interval {
	sum := totals(items)
	weights := make([]float64, len(sum))
	return Bootstrap(len(sum), alphaReps, level, uint64(len(sum)), func(drawn []int) float64 {
		for c, times := range drawn {
			weights[c] = float64(times)
		}
		var variances float64
		for _, it := range items {
			variances += stat.Variance(it, weights)
		}
		return AlphaOf(len(items), variances, stat.Variance(sum, weights))
	})
}

func alpha(items [][]float64) float64 {
	var sum float64
	for _, it := range items {
		sum += stat.Variance(it, nil)
	}
	return AlphaOf(len(items), sum, stat.Variance(totals(items), nil))
}

// AlphaOf is Cronbach's α from the sum of the item variances and the variance
// of the total, k/(k−1)·(1 − Σs²ᵢ/s²ₜ).
func AlphaOf(k int, itemVariances, totalVariance float64) float64 {
	if k < 2 || totalVariance == 0 {
		return math.NaN()
	}
	return float64(k) / float64(k-1) * (1 - itemVariances/totalVariance)
}

func totals(items [][]float64) []float64 {
	if len(items) == 0 {
		return nil
	}
	t := make([]float64, len(items[0]))
	for _, it := range items {
		for c, v := range it {
			t[c] += v
		}
	}
	return t
}
