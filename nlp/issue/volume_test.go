package issue

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// drawn gives series of 64 days whose mean moves with all, day by day.
func drawn(rng *rand.Rand, series int, level func(day int) float64) []Series {
	out := make([]Series, series)
	for i := range out {
		mean := 0.5 + rng.Float64()*6
		out[i] = Series{Name: fmt.Sprint("s", i), Counts: make([]int, 64)}
		for d := range out[i].Counts {
			out[i].Counts[d] = poisson(rng, mean*level(d))
		}
	}
	return out
}

// allOf adds series up.
func allOf(series []Series) Series {
	all := Series{Name: "all", Counts: make([]int, len(series[0].Counts))}
	for _, s := range series {
		for d, n := range s.Counts {
			all.Counts[d] += n
		}
	}
	return all
}

// What moves all remarks alike is told once, as all, and hardly ever of a series.
func TestWhatMovesAllIsToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		level func(day int) float64
		told  bool
	}{
		"weekends":        {func(d int) float64 { return []float64{1, 1, 1, 1, 1, .3, .2}[d%7] }, false},
		"a holiday":       {func(d int) float64 { return []float64{1, .3}[inLast(d, 7)] }, true},
		"a holiday past":  {func(d int) float64 { return []float64{1, .3}[inLast(d, 21)-inLast(d, 14)] }, false},
		"a campaign":      {func(d int) float64 { return []float64{1, 5}[inLast(d, 6)] }, true},
		"half a day's":    {func(d int) float64 { return []float64{1, .1}[inLast(d, 1)] }, false},
		"monthly batches": {func(d int) float64 { return []float64{.2, 3}[min(1, d%30/25)] }, false},
	} {
		rng := rand.New(rand.NewPCG(5, 6))
		told, looks := 0, 0
		const runs = 60
		for range runs {
			series := drawn(rng, 60, c.level)
			others := 0
			for _, a := range Alerts(series, AlertOptions{All: allOf(series)}) {
				if a.Name == "all" {
					told++
				} else {
					others++
				}
			}
			looks += min(others, 1)
		}
		t.Logf("%s: all told in %d, a series in %d of %d looks", name, told, looks, runs)
		if looks > runs/12 || c.told && told < runs*9/10 || !c.told && told > runs/12 {
			t.Errorf("%s: all told in %d, a series in %d of %d looks", name, told, looks, runs)
		}
	}
}

func inLast(day, days int) int {
	if day >= 64-days {
		return 1
	}
	return 0
}

// A matter that grows while everything grows is told by how much more it grows.
func TestARiseBesideAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	series := drawn(rng, 40, func(d int) float64 { return []float64{1, 2}[inLast(d, 7)] })
	for d := range series[0].Counts {
		series[0].Counts[d] = poisson(rng, []float64{2, 16}[inLast(d, 7)])
	}
	var found *Alert
	for _, a := range Alerts(series, AlertOptions{All: allOf(series)}) {
		if a.Name == "s0" {
			found = &a
		}
	}
	if found == nil || !found.Rise || found.Expected < 25 || found.Expected > 40 {
		t.Errorf("%+v; expected about twice the fourteen of a week", found)
	}
}

// A series that stands in for everything, and one before which nothing was
// counted, have nothing to be compared with.
func TestNothingToCompareWith(t *testing.T) {
	s := Series{Name: "new", Counts: make([]int, 64)}
	for d := 60; d < 64; d++ {
		s.Counts[d] = 50
	}
	for _, a := range Alerts([]Series{s}, AlertOptions{All: Series{"all", s.Counts}}) {
		if a.Name != "all" {
			t.Errorf("%+v", a)
		}
	}
}
