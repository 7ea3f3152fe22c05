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
			rate = (100*rate + 4./3) / 104 // four items added to each row
			mean += u.Value[0][j] * rate
			square += u.Value[0][j] * u.Value[0][j] * rate
		}
		v += q * q * (square - mean*mean) / 104
	}
	if own := u.Own(0, p); math.Abs(own-v) > 1e-12 || own <= 0 {
		t.Errorf("own variance %v, want %v", own, v)
	}
}

func TestWhatIsWorthNothingIsRefused(t *testing.T) {
	for name, table := range map[string]Table{
		"not measured":         {},
		"an outer one too few": {{20, 5, 4}, {25, 60, 15}, {5, 10, 85}},
		"the other outer too":  {{80, 15, 5}, {25, 60, 15}, {5, 4, 20}},
		"a guess":              {{40, 30, 30}, {40, 30, 30}, {40, 30, 30}},
	} {
		if _, ok := Invert(table); ok {
			t.Errorf("%s: inverted", name)
		}
	}
	if n := (Table{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}).Size(); n != 45 {
		t.Errorf("size %d", n)
	}
}

// With few tested of the middle class the outer ones are each told from the
// rest: s = 80/100 complaints are called so, and of the others f = (5+15)/(20+180).
func TestTooFewInTheMiddleArePooled(t *testing.T) {
	u, ok := Invert(Table{{80, 15, 5}, {5, 10, 5}, {15, 25, 140}})
	if !ok || !u.Pooled {
		t.Fatalf("%+v, %v", u, ok)
	}
	p := u.Shares([3]float64{.38, .22, .40})
	if math.Abs(p[0]-(.38-.1)/(.8-.1)) > 1e-12 {
		t.Errorf("complaints %v", p[0])
	}
	if f := 10. / 120; math.Abs(p[2]-(.40-f)/(140./180-f)) > 1e-12 || math.Abs(p[0]+p[1]+p[2]-1) > 1e-12 {
		t.Errorf("praise %v, all %v", p[2], p)
	}
	// By hand: (A² s(1−s)/n) of each of the two rows, four items added to both.
	a := 1 / .7
	want := p[0]*p[0]*a*a*binomial(80+4./3, 104)/104 + (1-p[0])*(1-p[0])*a*a*binomial(20+4./3, 204)/204
	if own := u.Own(0, p); math.Abs(own-want) > 1e-12 {
		t.Errorf("own variance %v, want %v", own, want)
	}
	if u.Own(1, p) < u.Own(0, p) {
		t.Error("the rest is surer than what it is the rest of")
	}
}

func binomial(k, n float64) float64 { return k / n * (1 - k/n) }
