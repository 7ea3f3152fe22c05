package learn

import "math"

// ratios gives each feature the logarithm of how much likelier it is under the
// second of two labels than under the first (Wang and Manning 2012). A vector
// machine on features scaled so decides short judgements better.
func ratios(x []vector, y []int, size int) []float32 {
	in := [2][]float64{make([]float64, size), make([]float64, size)}
	total := [2]float64{}
	for i, v := range x {
		for _, n := range v.index {
			in[y[i]][n]++
			total[y[i]]++
		}
	}
	out := make([]float32, size)
	for n := range out {
		p := (in[1][n] + 1) / (total[1] + float64(size))
		q := (in[0][n] + 1) / (total[0] + float64(size))
		out[n] = float32(math.Log(p / q))
	}
	return out
}

// scaled gives v with presence times ratio for values, of length one. The
// indices are shared.
func (v vector) scaled(ratio []float32) vector {
	out := vector{index: v.index, value: make([]float32, len(v.value)), from: v.from}
	norm := 0.0
	for i, n := range v.index {
		out.value[i] = ratio[n]
		norm += float64(ratio[n]) * float64(ratio[n])
	}
	if norm == 0 {
		return out
	}
	scale := float32(1 / math.Sqrt(norm))
	for i := range out.value {
		out.value[i] *= scale
	}
	return out
}
