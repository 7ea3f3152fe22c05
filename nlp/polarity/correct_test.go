package polarity

import (
	"math"
	"math/rand/v2"
	"testing"
)

var (
	rates = [3][3]float64{{.8, .15, .05}, {.25, .6, .15}, {.05, .1, .85}}
	truth = [3]float64{.5, .3, .2}
)

// draw counts n remarks by class with shares q.
func draw(rng *rand.Rand, q [3]float64, n int) (out [3]int) {
	for range n {
		u := rng.Float64()
		switch {
		case u < q[0]:
			out[0]++
		case u < q[0]+q[1]:
			out[1]++
		default:
			out[2]++
		}
	}
	return out
}

func TestCorrectRecoversTheTruth(t *testing.T) {
	var said [3]int
	var tested Bands
	for j := range said {
		for i := range truth {
			said[j] += int(math.Round(1e5 * truth[i] * rates[i][j]))
			tested[i][j] = int(math.Round(1e4 * rates[i][j]))
		}
	}
	got, corrected := Correct(said, tested)
	if !corrected {
		t.Fatal("not corrected")
	}
	for k := range truth {
		if math.Abs(got[k].Value-truth[k]) > .002 || got[k].Low > truth[k] || got[k].High < truth[k] {
			t.Errorf("class %d: %+v, want %.2f", k, got[k], truth[k])
		}
	}
}

// TestIntervalsHold draws counts and tests anew and asks how often the interval
// holds the truth.
func TestIntervalsHold(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const runs = 600
	held := 0
	for range runs {
		var said [3]int
		for i, q := range truth {
			part := draw(rng, rates[i], int(400*q))
			for j := range said {
				said[j] += part[j]
			}
		}
		var tested Bands
		for i := range tested {
			tested[i] = draw(rng, rates[i], 150)
		}
		got, corrected := Correct(said, tested)
		if corrected && got[0].Low <= truth[0] && truth[0] <= got[0].High {
			held++
		}
	}
	if share := float64(held) / runs; share < .92 {
		t.Errorf("the 95%% interval held the truth in %.1f%% of %d draws", share*100, runs)
	}
}

func TestCorrectKnowsItsLimits(t *testing.T) {
	guess := Bands{{40, 30, 30}, {40, 30, 30}, {40, 30, 30}}
	if got, corrected := Correct([3]int{50, 30, 20}, guess); corrected || got[0].Value != .5 {
		t.Errorf("corrected by a model that guesses: %+v", got)
	}
	if got, corrected := Correct([3]int{50, 30, 20}, Bands{{9, 1, 0}, {1, 8, 1}, {0, 1, 9}}); corrected || got[2].Value != .2 {
		t.Errorf("corrected by ten tests a class: %+v", got)
	}
	if _, corrected := Correct([3]int{}, guess); corrected {
		t.Error("corrected nothing")
	}
	got, corrected := Correct([3]int{0, 0, 100}, Bands{{800, 150, 50}, {250, 600, 150}, {50, 100, 850}})
	for _, s := range got {
		if !corrected || s.Value < 0 || s.Value > 1 || s.Low < 0 || s.High > 1 {
			t.Errorf("out of bounds: %+v", got)
		}
	}
}
