package score

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestCoverIsExact holds cover to a walk over the days: every day of the span
// in exactly one part, and never many parts.
func TestCoverIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 300 {
		a := rng.IntN(1200)
		p := between(start.AddDate(0, 0, a), start.AddDate(0, 0, a+rng.IntN(900)))
		parts := p.cover()
		if len(parts) > 5 {
			t.Fatalf("%v in %d parts: %v", p, len(parts), parts)
		}
		for d := start.AddDate(0, 0, a-40); d.Before(start.AddDate(0, 0, a+1000)); d = d.AddDate(0, 0, 1) {
			day, hits := d.Format(time.DateOnly), 0
			for _, part := range parts {
				if cut := day[:len(part.from)]; part.from <= cut && cut <= part.to {
					hits++
				}
			}
			want := 0
			if p.from <= day && day <= p.to {
				want = 1
			}
			if hits != want {
				t.Fatalf("%s is in %d parts of %v %v", day, hits, p, parts)
			}
		}
	}
}

func TestBeforeAndYearAgo(t *testing.T) {
	for _, c := range []struct{ p, before, ago span }{
		{span{"2026-03-01", "2026-03-31"}, span{"2026-02-01", "2026-02-28"}, span{"2025-03-01", "2025-03-31"}},
		{span{"2024-02-01", "2024-02-29"}, span{"2024-01-01", "2024-01-31"}, span{"2023-02-01", "2023-02-28"}},
		{span{"2026-04-01", "2026-06-30"}, span{"2026-01-01", "2026-03-31"}, span{"2025-04-01", "2025-06-30"}},
		{span{"2026-01-01", "2026-12-31"}, span{"2025-01-01", "2025-12-31"}, span{"2025-01-01", "2025-12-31"}},
		{span{"2026-02-01", "2026-04-30"}, span{"2025-11-01", "2026-01-31"}, span{"2025-02-01", "2025-04-30"}},
		{span{"2024-07-01", "2025-06-30"}, span{"2023-07-01", "2024-06-30"}, span{"2023-07-01", "2024-06-30"}},
		{span{"2025-02-01", "2025-02-28"}, span{"2025-01-01", "2025-01-31"}, span{"2024-02-01", "2024-02-29"}},
		{span{"2025-02-28", "2025-02-28"}, span{"2025-02-27", "2025-02-27"}, span{"2024-02-28", "2024-02-28"}},
		{span{"2024-02-29", "2024-02-29"}, span{"2024-02-28", "2024-02-28"}, span{"2023-02-28", "2023-02-28"}},
		{span{"2025-12-29", "2026-01-04"}, span{"2025-12-22", "2025-12-28"}, span{"2024-12-29", "2025-01-04"}},
		{span{"2026-05-11", "2026-05-17"}, span{"2026-05-04", "2026-05-10"}, span{"2025-05-11", "2025-05-17"}},
	} {
		if c.p.before() != c.before || c.p.yearAgo() != c.ago {
			t.Errorf("%v: before %v, a year ago %v", c.p, c.p.before(), c.p.yearAgo())
		}
	}
}

func TestPointsOfATrend(t *testing.T) {
	year := span{"2026-01-01", "2026-12-31"}
	for grain, want := range map[string]string{
		Weekly: "53 2026-W01 {2026-01-01 2026-01-04}", Monthly: "12 2026-01 {2026-01-01 2026-01-31}",
		Quarterly: "4 2026-Q1 {2026-01-01 2026-03-31}", Yearly: "1 2026 {2026-01-01 2026-12-31}", Rolling: "12 2026-01 {2025-02-01 2026-01-31}",
	} {
		p, err := year.points(grain)
		if err != nil {
			t.Fatal(grain, err)
		}
		if got := fmt.Sprint(len(p), " ", p[0].name, " ", p[0].span); got != want {
			t.Errorf("%s: %s, want %s", grain, got, want)
		}
	}
	if _, err := year.points(Daily); err == nil {
		t.Error("365 points were taken")
	}
	if _, err := (span{"2026-01-01", ""}).points(Monthly); err == nil {
		t.Error("an open span was taken")
	}
	if _, err := year.points("fortnight"); err == nil {
		t.Error("a grain that is none was taken")
	}
}

func TestParsePeriod(t *testing.T) {
	for in, want := range map[string]string{"2023": "2023-01-01 2023-12-31", "2023-Q2": "2023-04-01 2023-06-30", "2023q4": "2023-10-01 2023-12-31", "2024-02": "2024-02-01 2024-02-29", "2023-05-17": "2023-05-17 2023-05-17"} {
		_, p, err := parsePeriod(in)
		if err != nil || p.from+" "+p.to != want {
			t.Errorf("%s: %v %v", in, p, err)
		}
	}
	for _, in := range []string{"", "去年", "2023-13", "2023-Q5", "23"} {
		if _, _, err := parsePeriod(in); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestSuppressedPartsCannotBeHadFromTheTotal(t *testing.T) {
	for in, want := range map[[4]int]string{
		{90, 40, 9, 3}: "[90 40] 2", {90, 40, 9, 8}: "[90 40 9 8] 0", {90, 9, 1, 1}: "[90] 3", {90, 9, 4, 4}: "[90 9] 2", {90, 40, 9, 0}: "[90 40 9 0] 0", {90, 40, 3, 0}: "[90 0] 2",
	} {
		b := Breakdown{}
		for i, n := range in {
			b.Parts = append(b.Parts, BreakdownRow{Key: fmt.Sprint(i), Answers: n})
		}
		b.suppress(5)
		shown := []int{}
		for _, p := range b.Parts {
			shown = append(shown, p.Answers)
		}
		if got := fmt.Sprint(shown, " ", b.Hidden); got != want {
			t.Errorf("%v: %s, want %s", in, got, want)
		}
	}
}
