package confusion

import (
	"math"
	"testing"
)

// The table calls 80% of complaints complaints, and so on; shares .5 .3 .2 then
// look like these, and must come back.
func TestSharesComeBack(t *testing.T) {
	u, ok := Invert(Table{{80, 15, 5}, {25, 60, 15}, {5, 10, 85}})
	if !ok {
		t.Fatal("not inverted")
	}
	p := u.Shares([3]float64{.5*.80 + .3*.25 + .2*.05, .5*.15 + .3*.60 + .2*.10, .5*.05 + .3*.15 + .2*.85})
	for k, want := range [3]float64{.5, .3, .2} {
		if math.Abs(p[k]-want) > 1e-12 {
			t.Errorf("class %d: %v, want %v", k, p[k], want)
		}
	}
	// Var p₀ from the table, by hand from its multinomial rows of 100.
	v := 0.0
	for i, q := range p {
		var mean, square float64
		for j, rate := range [3][3]float64{{.8, .15, .05}, {.25, .6, .15}, {.05, .1, .85}}[i] {
			mean += u.Value[0][j] * rate
			square += u.Value[0][j] * u.Value[0][j] * rate
		}
		v += q * q * (square - mean*mean) / 100
	}
	if own := u.Own(0, p); math.Abs(own-v) > 1e-12 || own <= 0 {
		t.Errorf("own variance %v, want %v", own, v)
	}
}

func TestWhatIsWorthNothingIsRefused(t *testing.T) {
	for name, table := range map[string]Table{
		"not measured":      {},
		"a class too small": {{80, 15, 5}, {5, 20, 4}, {5, 10, 85}},
		"a guess":           {{40, 30, 30}, {40, 30, 30}, {40, 30, 30}},
	} {
		if _, ok := Invert(table); ok {
			t.Errorf("%s: inverted", name)
		}
	}
	if n := (Table{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}).Size(); n != 45 {
		t.Errorf("size %d", n)
	}
}
