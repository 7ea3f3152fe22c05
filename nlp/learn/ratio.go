package learn

import "math"

// A member that hears ratios sees which features a text has, each as loud as
// the logarithm of how much likelier it is under a label than under the others,
// and the whole of length one (Wang and Manning 2012). It decides short texts
// better. The ratios are multiplied into its weights, so that what is left of
// them are their squares: they bring a text's length, and training steps by them.

// tally counts features by label.
type tally struct {
	of    [][]int32 // by label and feature
	total []float64 // by label
	all   []int32
	sum   float64
}

func count(l lessons, labels, size int) *tally {
	t := &tally{of: make([][]int32, labels), total: make([]float64, labels), all: make([]int32, size)}
	for k := range t.of {
		t.of[k] = make([]int32, size)
	}
	for i, v := range l.x {
		own := t.of[l.y[i]]
		for _, n := range v.index {
			own[n]++
			t.all[n]++
		}
		t.total[l.y[i]] += float64(len(v.index))
		t.sum += float64(len(v.index))
	}
	return t
}

// squares gives the square of each feature's ratio for a label.
func (t *tally) squares(label int) []float32 {
	size := float64(len(t.all))
	own, rest := t.total[label]+size, t.sum-t.total[label]+size
	out := make([]float32, len(t.all))
	for n, k := range t.of[label] {
		r := math.Log((float64(k) + 1) / own * rest / (float64(t.all[n]-k) + 1))
		out[n] = float32(r * r)
	}
	return out
}

// ratioed is what such a member sees of the lessons.
type ratioed struct {
	x      []vector
	square []float32
	scale  []float32
}

func (t *tally) ratioed(x []vector, label int) *ratioed {
	r := &ratioed{x: x, square: t.squares(label), scale: make([]float32, len(x))}
	for i, v := range x {
		r.scale[i] = v.scale(r.square)
	}
	return r
}

// scale brings a text to length one.
func (v vector) scale(square []float32) float32 {
	if sum := gather(square, v.index); sum > 0 {
		return float32(1 / math.Sqrt(float64(sum)))
	}
	return 0
}

// norm is 1 for the bias and 1 for the text, unless it has no feature.
func (r *ratioed) norm(i int) float64 {
	if r.scale[i] == 0 {
		return 1
	}
	return 2
}

func (r *ratioed) dot(w []float32, i int) float64 { return r.x[i].ratioDot(w, r.scale[i]) }

func (v vector) ratioDot(w []float32, scale float32) float64 {
	return float64(w[len(w)-1] + scale*gather(w, v.index))
}

func (r *ratioed) add(w []float32, i int, by float32) {
	w[len(w)-1] += by
	step := by * r.scale[i]
	for _, n := range r.x[i].index {
		w[n] += step * r.square[n]
	}
}

// gather sums in four places at once, as dot does.
func gather(w []float32, index []int32) float32 {
	var a, b, c, d float32
	for ; len(index) >= 4; index = index[4:] {
		a += w[index[0]]
		b += w[index[1]]
		c += w[index[2]]
		d += w[index[3]]
	}
	for _, n := range index {
		a += w[n]
	}
	return (a + b) + (c + d)
}
