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
// of complaints holds the truth. With -v it prints the figures of docs/method.md.
func TestIntervalsHold(t *testing.T) {
	sharp := [3][3]float64{{.95, .03, .02}, {.1, .8, .1}, {.02, .03, .95}}
	for _, c := range []struct {
		rates  [3][3]float64
		truth  [3]float64
		n      int
		tested [3]int
	}{
		{rates, truth, 400, [3]int{150, 150, 150}},
		{rates, [3]float64{.1, .05, .85}, 5000, [3]int{200, 100, 800}},
		{rates, [3]float64{.3, .1, .6}, 400, [3]int{30, 30, 30}},
		{sharp, [3]float64{.03, .02, .95}, 5000, [3]int{30, 30, 30}},
		{sharp, [3]float64{.1, .05, .85}, 400, [3]int{40, 12, 200}}, // too few in the middle: pooled
		{rates, [3]float64{.3, .05, .65}, 400, [3]int{60, 20, 260}},
	} {
		if share := held(t, c.rates, c.truth, c.n, c.tested); share < .92 {
			t.Errorf("truth %v, %d remarks, tested %v: the 95%% interval held the truth in %.1f%% of draws", c.truth, c.n, c.tested, share*100)
		}
	}
}

func held(t *testing.T, rates [3][3]float64, truth [3]float64, n int, tests [3]int) float64 {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	const runs = 600
	held := 0
	for range runs {
		var said [3]int
		for i, m := range draw(rng, truth, n) {
			for j, k := range draw(rng, rates[i], m) {
				said[j] += k
			}
		}
		var tested Bands
		for i := range tested {
			tested[i] = draw(rng, rates[i], tests[i])
		}
		got, corrected := Correct(said, tested)
		if !corrected {
			t.Fatalf("not corrected by %v", tested)
		}
		if got[0].Low <= truth[0] && truth[0] <= got[0].High {
			held++
		}
	}
	t.Logf("truth %v, %d remarks, tested %v: held in %.1f%%", truth, n, tests, 100*float64(held)/runs)
	return float64(held) / runs
}

func TestCorrectKnowsItsLimits(t *testing.T) {
	guess := Bands{{40, 30, 30}, {40, 30, 30}, {40, 30, 30}}
	if got, corrected := Correct([3]int{50, 30, 20}, guess); corrected || got[0].Value != .5 {
		t.Errorf("corrected by a model that guesses: %+v", got)
	}
	if got, corrected := Correct([3]int{50, 30, 20}, Bands{{9, 1, 0}, {1, 8, 1}, {0, 1, 9}}); corrected || got[2].Value != .2 {
		t.Errorf("corrected by ten tests a class: %+v", got)
	}
	sure := Bands{{800, 150, 50}, {250, 600, 150}, {50, 100, 850}}
	if got, _ := Correct([3]int{40, 0, 60}, sure); got[1].Value != 0 || got[1].High <= 0 {
		t.Errorf("none of a class is certain: %+v", got)
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

func TestMixWeighsBothMeasurements(t *testing.T) {
	sure, held := Bands{{100, 0, 0}, {0, 100, 0}, {0, 0, 100}}, Bands{{80, 10, 10}, {}, {10, 10, 80}}
	if got := Mix(sure, held, 0); got != sure {
		t.Errorf("no share: %v", got)
	}
	if got := Mix(Bands{}, held, .3); got != held {
		t.Errorf("only one measured: %v", got)
	}
	// Half and half: a rate of .9 as sure as 200 remarks would be; the middle
	// row has one measurement.
	if got := Mix(sure, held, .5); got != (Bands{{180, 10, 10}, {0, 100, 0}, {10, 10, 180}}) {
		t.Errorf("half and half: %v", got)
	}
}
