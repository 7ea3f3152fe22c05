package polarity

import (
	"math/rand/v2"
	"testing"
)

// tried draws remarks whose margins grow with how decided they are: those that
// do neither lean to a side by less.
func tried(neither int) (out []Tested) {
	rng := rand.New(rand.NewPCG(3, 4))
	lean := func(is string, mean float64, n int) {
		for range n {
			m := mean + rng.NormFloat64()
			said := Praise
			if m < 0 {
				said, m = Complaint, -m
			}
			out = append(out, Tested{Is: is, Said: said, Margin: m, Stands: 1})
		}
	}
	lean(Complaint, -4, 200)
	lean(Praise, 4, 200)
	lean(Neither, 0, neither)
	return out
}

func TestBand(t *testing.T) {
	all := tried(120)
	band := Band(all)
	if band < 1.4 || band > 2.8 {
		t.Errorf("band %v; half-way between 0 and 4 tells them apart best", band)
	}
	c := Count(all, band)
	for i := range c {
		if total := c[i][0] + c[i][1] + c[i][2]; float64(c[i][i]) < .85*float64(total) {
			t.Errorf("class %d: %v", i, c)
		}
	}
	if got := Band(tried(29)); got != DecidedMargin {
		t.Errorf("band %v from 29 remarks that do neither", got)
	}
}
