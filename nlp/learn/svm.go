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
	size int
	cost []float64 // bounds what an example may cost, more for rare labels
}

func newSVM(l lessons, labels, size int, c float64) *svm {
	return &svm{lessons: l, size: size, cost: costs(l.y, l.weight, labels, c)}
}

// sight is how a member sees the lessons: bias included, by their number.
type sight interface {
	norm(i int) float64 // squared
	dot(w []float32, i int) float64
	add(w []float32, i int, by float32)
}

// plain hears some blocks, each at its own loudness.
type plain struct {
	x     []vector
	heard [blocks]float32
}

var (
	_ sight = plain{}
	_ sight = (*ratioed)(nil)
)

func (p plain) norm(i int) float64 {
	norm := 1.0
	p.x[i].each(p.heard, func(_ int32, a float32) { norm += float64(a) * float64(a) })
	return norm
}

func (p plain) dot(w []float32, i int) float64 { return p.x[i].dot(w, p.heard) }

func (p plain) add(w []float32, i int, by float32) { p.x[i].addTo(w, p.heard, by) }

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
func (s *svm) train(label int, seen sight) []float32 {
	w := make([]float32, s.size+1)
	alpha := make([]float64, len(s.x))
	norms := make([]float64, len(s.x))
	order := make([]int, len(s.x))
	for i := range order {
		order[i], norms[i] = i, seen.norm(i)
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
			g := sign*seen.dot(w, i) - 1 + diag*alpha[i]
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, math.Abs(g))
			old := alpha[i]
			alpha[i] = max(old-g/(norms[i]+diag), 0)
			seen.add(w, i, float32((alpha[i]-old)*sign))
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
