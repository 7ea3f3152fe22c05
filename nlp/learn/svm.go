package learn

import (
	"math"
	"math/rand/v2"
	"sync"
)

const (
	epochs  = 40
	epsilon = 0.1 // on the projected gradient, as liblinear's stopping rule
)

// trainSVM fits one-against-rest L2-loss support vector machines by dual
// coordinate descent (Hsieh et al. 2008) and gives a weight vector a label,
// bias last. c bounds the cost of an example, more for rare labels.
func trainSVM(x []vector, y []int, weight []float64, labels, size int, c float64) [][]float32 {
	cost := costs(y, weight, labels, c)
	norms := make([]float64, len(x))
	for i, v := range x {
		norms[i] = 1 // the bias
		for _, a := range v.value {
			norms[i] += float64(a) * float64(a)
		}
	}
	out := make([][]float32, labels)
	if labels == 2 { // the second is the first, turned
		out[1] = trainOne(x, y, 1, size, cost, norms)
		out[0] = make([]float32, len(out[1]))
		for i, w := range out[1] {
			out[0][i] = -w
		}
		return out
	}
	var wg sync.WaitGroup
	for k := range labels {
		wg.Go(func() { out[k] = trainOne(x, y, k, size, cost, norms) })
	}
	wg.Wait()
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

func trainOne(x []vector, y []int, label, size int, cost, norms []float64) []float32 {
	w := make([]float32, size+1)
	alpha := make([]float64, len(x))
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(1, uint64(label))) // fixed: training is reproducible
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		worst := 0.0
		for _, i := range order {
			sign := -1.0
			if y[i] == label {
				sign = 1
			}
			diag := 0.5 / cost[i]
			g := sign*dot(w, x[i]) - 1 + diag*alpha[i]
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, math.Abs(g))
			old := alpha[i]
			alpha[i] = max(old-g/(norms[i]+diag), 0)
			add(w, x[i], float32((alpha[i]-old)*sign))
		}
		if worst < epsilon {
			break
		}
	}
	return w
}

func dot(w []float32, v vector) float64 {
	sum := w[len(w)-1]
	for i, n := range v.index {
		sum += w[n] * v.value[i]
	}
	return float64(sum)
}

func add(w []float32, v vector, by float32) {
	w[len(w)-1] += by
	for i, n := range v.index {
		w[n] += by * v.value[i]
	}
}
