package minyi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi"
)

func TestParseMobileFoldsWhatPeopleWrite(t *testing.T) {
	for _, s := range []string{"13800000123", "+86 138-0000-0123", "008613800000123", "8613800000123", "１３８００００ ０１２３", "138 0000 0123"} {
		m, err := minyi.ParseMobile(s)
		if err != nil || m.Reveal() != "13800000123" {
			t.Errorf("%q: %q, %v", s, m.Reveal(), err)
		}
	}
	for _, s := range []string{"", "1990000", "12800000123", "0571-88880000", "1.99E+10", "13800000123转1", "138000001234"} {
		if _, err := minyi.ParseMobile(s); err == nil {
			t.Errorf("%q was taken", s)
		} else if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("the error quotes the number: %v", err)
		}
	}
}

func TestMobileMasksItselfEverywhere(t *testing.T) {
	m, err := minyi.ParseMobile("13800000123")
	if err != nil {
		t.Fatal(err)
	}
	encoded, _ := json.Marshal(map[string]any{"m": m})
	for _, shown := range []string{fmt.Sprint(m), fmt.Sprintf("%v %s %+v %#v %q", m, m, m, m, m), string(encoded), m.LogValue().String()} {
		if strings.Contains(shown, "0000") || !strings.Contains(shown, "138****0123") {
			t.Errorf("shown as %s", shown)
		}
	}
}

func TestDispositionsOnlyMoveUpward(t *testing.T) {
	if got := minyi.Completed.Advance(minyi.Delivered); got != minyi.Completed {
		t.Errorf("a late receipt moved a completed invitation to %s", got)
	}
	if got := minyi.Unknown.Advance(minyi.Delivered); got != minyi.Delivered {
		t.Errorf("a receipt left an unknown at %s", got)
	}
	if got := minyi.Delivered.Advance(minyi.Failed); got != minyi.Delivered {
		t.Errorf("a failed reminder moved a delivered invitation to %s", got)
	}
}

func TestDayIsShanghais(t *testing.T) {
	late := time.Date(2026, 10, 31, 16, 30, 0, 0, time.UTC)
	if got := minyi.Day(late); got != "2026-11-01" {
		t.Errorf("Day = %s", got)
	}
}

func TestLevels(t *testing.T) {
	for l := minyi.Level(1); l <= 5; l++ {
		if l.Bad() == l.Satisfied() {
			t.Errorf("%s is both or neither of bad and satisfied", l)
		}
	}
	if minyi.Level(0).Valid() || minyi.Level(6).Valid() {
		t.Error("levels outside 1…5 are valid")
	}
}

func TestRoundAsOnPaper(t *testing.T) {
	for _, c := range []struct {
		v      float64
		places int
		want   float64
	}{{59.995, 2, 60}, {59.985, 2, 59.99}, {59.9949, 2, 59.99}, {89.5, 0, 90}, {88.5, 0, 89}, {-1.005, 2, -1.01}, {2.675, 2, 2.68}, {1.0 / 3, 4, 0.3333}, {100, 2, 100}, {0, 2, 0}} {
		if got := minyi.Round(c.v, c.places); got != c.want {
			t.Errorf("%v to %d places: %v, want %v", c.v, c.places, got, c.want)
		}
	}
}
