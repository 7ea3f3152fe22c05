package alert_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/score/alert"
)

// world makes units in which nothing has happened: of all sizes, most with next
// to everyone satisfied, as hotlines have, and answered in the minutes after a
// batch of messages went out.
func world(rng *rand.Rand, units int) []alert.Unit {
	out := make([]alert.Unit, units)
	for i := range out {
		p := []float64{0.8, 0.9, 0.97, 0.99}[rng.IntN(4)]
		response := 0.1 + 0.3*rng.Float64()
		size := []int{150, 300, 900}[rng.IntN(3)]
		window := func(delivered int) alert.Window {
			w := alert.Window{Delivered: delivered, Answered: binomial(rng, delivered, response)}
			w.Valid = w.Answered
			w.Rated = w.Valid
			w.Satisfied = binomial(rng, w.Rated, p)
			w.Entered = binomial(rng, w.Valid, 0.05)
			w.Default = binomial(rng, w.Valid, 0.10)
			return w
		}
		out[i] = alert.Unit{Unit: minyi.UnitID(fmt.Sprint("u", i)), Now: window(size), Before: window(10 * size)}
		for range out[i].Now.Valid {
			sent := time.Date(2026, 5, 1+9*rng.IntN(3), 9, 30, 0, 0, time.UTC)
			out[i].Times = append(out[i].Times, sent.Add(time.Duration(float64(3*time.Minute)*math.Exp(rng.NormFloat64()))))
		}
	}
	return out
}

func binomial(rng *rand.Rand, n int, p float64) int {
	k := 0
	for range n {
		if rng.Float64() < p {
			k++
		}
	}
	return k
}

// TestFalseAlarmRate looks 200 times at sixty units in which nothing happened:
// a look with any alarm at all may come in 5 of 100, and a little by chance.
func TestFalseAlarmRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const looks = 200
	alarmed := 0
	for range looks {
		if r := alert.Check(world(rng, 60), alert.DefaultRule()); len(r.Alerts) > 0 {
			alarmed++
		}
	}
	rate := float64(alarmed) / looks
	t.Logf("looks with a false alarm: %.3f", rate)
	if rate > 0.05+2*0.015 {
		t.Errorf("looks with a false alarm: %.3f", rate)
	}
}

// TestWhatHappenedIsFound plants one of each and expects exactly these.
func TestWhatHappenedIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	units := world(rng, 60)
	units[0].Now.Rated, units[0].Now.Satisfied = 200, 120
	units[0].Before.Rated, units[0].Before.Satisfied = 400, 360
	units[1].Now.Delivered, units[1].Now.Answered, units[1].Now.Rated, units[1].Now.Satisfied = 300, 12, 12, 10
	units[1].Before.Delivered, units[1].Before.Answered = 900, 270
	units[2].Now.Entered = units[2].Now.Valid * 8 / 10
	units[3].Now.Default = units[3].Now.Valid * 2
	at := time.Date(2026, 5, 20, 16, 59, 30, 0, time.UTC)
	for range 8 {
		units[4].Times = append(units[4].Times, at)
	}
	for len(units[4].Times) < 30 {
		units[4].Times = append(units[4].Times, at.Add(-time.Hour*time.Duration(len(units[4].Times))))
	}
	got := map[minyi.UnitID]string{}
	for _, a := range alert.Check(units, alert.DefaultRule()).Alerts {
		got[a.Unit] += a.Kind
		if a.P >= 0.05 || a.Test == "" || !strings.Contains(a.ZH, "/") && a.Kind != alert.Times {
			t.Errorf("no evidence: %+v", a)
		}
	}
	want := map[minyi.UnitID]string{"u0": alert.Satisfaction, "u1": alert.Response, "u2": alert.StaffEntry, "u3": alert.Defaults, "u4": alert.Times}
	for u, kind := range want {
		if got[u] != kind {
			t.Errorf("%s: %q, want %q", u, got[u], kind)
		}
	}
	if len(got) != len(want) {
		t.Errorf("alerts: %v", got)
	}
}

func TestFewAnswersAreNoGround(t *testing.T) {
	few := []alert.Unit{{Unit: "a", Now: alert.Window{Rated: 10, Satisfied: 0, Valid: 10}, Before: alert.Window{Rated: 100, Satisfied: 100, Valid: 100}}}
	if r := alert.Check(few, alert.DefaultRule()); r.Tests != 0 || len(r.Alerts) != 0 {
		t.Errorf("%+v", r)
	}
}
