package learn

import (
	"math"
	"math/rand/v2"
)

const (
	epochs  = 40
	epsilon = 0.1 // on the projected gradient, as liblinear's stopping rule
)

// svm is a set of one-against-rest L2-loss support vector machines, to be
// fitted by dual coordinate descent (Hsieh et al. 2008).
type svm struct {
	lessons
	size  int
	cost  []float64 // bounds what an example may cost, more for rare labels
	norms []float64
}

func newSVM(l lessons, labels, size int, c float64) *svm {
	s := &svm{lessons: l, size: size, cost: costs(l.y, l.weight, labels, c), norms: make([]float64, len(l.x))}
	for i, v := range l.x {
		s.norms[i] = 1 // the bias
		v.each(l.heard, func(_ int32, a float32) { s.norms[i] += float64(a) * float64(a) })
	}
	return s
}

func turned(w []float32) []float32 {
	out := make([]float32, len(w))
	for i, v := range w {
		out[i] = -v
	}
	return out
}

// costs weighs labels by the square root of their rarity, which was measured
// to serve the mean over labels best.
func costs(y []int, weight []float64, labels int, c float64) []float64 {
	count := make([]float64, labels)
	for _, k := range y {
		count[k]++
	}
	out := make([]float64, len(y))
	for i, k := range y {
		out[i] = c * weight[i] * math.Sqrt(float64(len(y))/(float64(labels)*count[k]))
	}
	return out
}

// train gives a label's weight vector, bias last.
func (s *svm) train(label int) []float32 {
	w := make([]float32, s.size+1)
	alpha := make([]float64, len(s.x))
	order := make([]int, len(s.x))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(1, uint64(label))) // fixed: training is reproducible
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		worst := 0.0
		for _, i := range order {
			sign := -1.0
			if s.y[i] == label {
				sign = 1
			}
			diag := 0.5 / s.cost[i]
			g := sign*s.x[i].dot(w, s.heard) - 1 + diag*alpha[i]
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, math.Abs(g))
			old := alpha[i]
			alpha[i] = max(old-g/(s.norms[i]+diag), 0)
			s.x[i].addTo(w, s.heard, float32((alpha[i]-old)*sign))
		}
		if worst < epsilon {
			break
		}
	}
	return w
}

// dot sums in four places at once: one sum would wait for itself.
func dot(w []float32, index []int32, value []float32) float32 {
	var a, b, c, d float32
	value = value[:len(index)]
	for ; len(index) >= 4; index, value = index[4:], value[4:] {
		a += w[index[0]] * value[0]
		b += w[index[1]] * value[1]
		c += w[index[2]] * value[2]
		d += w[index[3]] * value[3]
	}
	for i, n := range index {
		a += w[n] * value[i]
	}
	return (a + b) + (c + d)
}

func (v vector) addTo(w []float32, heard [blocks]float32, by float32) {
	w[len(w)-1] += by
	for b, loud := range heard {
		if loud == 0 {
			continue
		}
		index, step := v.index[v.from[b]:v.from[b+1]], by*loud
		value := v.value[v.from[b]:][:len(index)]
		for i, n := range index {
			w[n] += step * value[i]
		}
	}
}
