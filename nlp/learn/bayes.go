package learn

import "math"

// smoothing is added to every feature's count.
const smoothing = 0.3

// trainBayes fits complement naive Bayes (Rennie et al. 2003): each label is
// modelled by the examples of all the others, which is steady where labels are
// few or uneven.
func trainBayes(l lessons, labels, size int) [][]float32 {
	total := make([]float64, size)
	byLabel := make([][]float64, labels)
	for k := range byLabel {
		byLabel[k] = make([]float64, size)
	}
	for i, v := range l.x {
		own, weight := byLabel[l.y[i]], l.weight[i]
		v.each(l.heard, func(n int32, x float32) {
			a := float64(x) * weight
			total[n] += a
			own[n] += a
		})
	}
	out := make([][]float32, labels)
	for k := range labels {
		out[k] = complement(total, byLabel[k])
	}
	return out
}

func complement(total, own []float64) []float32 {
	sum := 0.0
	for n := range total {
		sum += total[n] - own[n] + smoothing
	}
	w := make([]float32, len(total)+1)
	norm := 0.0
	for n := range total {
		lw := -math.Log((total[n] - own[n] + smoothing) / sum)
		norm += math.Abs(lw)
		w[n] = float32(lw)
	}
	for n := range total {
		w[n] *= float32(float64(len(total)) / norm)
	}
	return w
}
