package score_test

import (
	"context"
	"testing"
	"time"

	"minyi"
	"minyi/score"
	"minyi/score/alert"
	"minyi/score/scoretest"
)

// TestAlerts: west collapses in its last thirty days; east's answers all come
// in the same two seconds and are a tenth of what came before.
func TestAlerts(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	earlier, recent := may.AddDate(0, 0, -119), may.AddDate(0, 0, -29)
	stream := func(seed uint64, from time.Time, days int, unit minyi.UnitID, lift float64, n int) []minyi.AnswerID {
		syn := scoretest.NewSynthetic(seed, from, days, unit)
		syn.Prefix, syn.Lift = string(rune('a'+seed)), lift
		return fill(t, s, w, syn, n)
	}
	stream(1, earlier, 90, "west", 1, 150)
	stream(2, recent, 30, "west", -1, 60)
	stream(3, earlier, 90, "e1", 1, 300) // what lies below a unit counts as its own
	for i, a := range stream(4, recent, 30, "e1", 1, 40) {
		w.GivenAt(a, may.Add(time.Duration(i%2)*time.Second))
	}
	w.Invite("e1", 10)
	w.Invite("west", 10)
	r, err := s.Alerts(context.Background(), score.AlertsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, a := range r.Alerts {
		got[string(a.Unit)+" "+a.Kind] = true
	}
	for _, want := range []string{"west " + alert.Satisfaction, "east " + alert.Times, "east " + alert.Response} {
		if !got[want] {
			t.Errorf("%s is missing from %v", want, got)
		}
	}
	if got["east "+alert.Satisfaction] || len(got) > 3 {
		t.Errorf("alerts: %v", got)
	}
	if r.Now != [2]string{"2026-04-02", "2026-05-01"} || r.Before != [2]string{"2026-01-02", "2026-04-01"} {
		t.Errorf("windows %v %v", r.Now, r.Before)
	}
}
