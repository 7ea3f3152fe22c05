package calendar

import (
	"strings"
	"testing"
	"time"

	"minyi"
)

func at(t testing.TB, day string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, day, minyi.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(12 * time.Hour)
}

func TestTheShippedTableKnowsHolidaysAndExchangedDays(t *testing.T) {
	c := Default()
	for day, rest := range map[string]bool{
		"2026-01-01": true, "2026-01-04": false, "2026-02-14": false, "2026-02-18": true, "2026-02-24": false,
		"2026-10-07": true, "2026-10-08": false, "2026-10-10": false, "2026-11-20": false, "2026-11-21": true, "2027-02-05": true,
	} {
		if got := c.Rest(at(t, day)); got != rest {
			t.Errorf("%s rest = %v, want %v", day, got, rest)
		}
	}
	// The day turns at midnight in Shanghai, not in UTC.
	if c.Rest(time.Date(2026, 11, 20, 15, 59, 0, 0, time.UTC)) || !c.Rest(time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)) {
		t.Error("the day does not turn at midnight in Shanghai")
	}
	if !c.Announced(at(t, "2026-06-01")) || c.Announced(at(t, "2027-06-01")) || c.Announced(at(t, "2030-06-01")) {
		t.Error("2026 alone has its arrangement in the table")
	}
}

// What can be checked without the notice: an exchanged day is a weekend day,
// and a year's holidays outnumber its exchanged days by the statutory 13.
func TestTheShippedTableIsSound(t *testing.T) {
	rest, worked := 0, 0
	for day, off := range Default().rest {
		d := at(t, day)
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if !off && !weekend {
			t.Errorf("%s is worked in exchange, but is a weekday", day)
		}
		if !strings.HasPrefix(day, "2026") {
			continue
		}
		if off && !weekend {
			rest++
		}
		if !off {
			worked++
		}
	}
	// 13 statutory days, of which those that fall on weekends are made up for.
	if free := rest - worked; free < 11 || free > 13 {
		t.Errorf("2026: %d weekdays free, %d weekend days worked", rest, worked)
	}
}

func TestAnOperatorsTableReplacesItsYears(t *testing.T) {
	own, err := Parse(strings.NewReader("\ufeff# 国务院办公厅通知\r\n2027-02-05,休,春节\n2027-02-09 休 春节\n2027-02-20 班\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := Default().With(own)
	for day, rest := range map[string]bool{"2027-02-09": true, "2027-02-20": false, "2027-10-01": false, "2026-10-01": true, "2026-10-10": false} {
		if got := c.Rest(at(t, day)); got != rest {
			t.Errorf("%s rest = %v, want %v", day, got, rest)
		}
	}
	if !c.Announced(at(t, "2027-06-01")) || !c.Announced(at(t, "2026-06-01")) {
		t.Error("both years are in the table")
	}
}

func TestABadLineIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"2027-02-05":                   "line 1",
		"# 注\n2027-13-05 休":            "line 2",
		"2027-02-05 放假":                "line 1",
		"2027-02-05 休\n2027-02-05 班":   "line 2",
		"2027/02/05 休":                 "line 1",
		"\xff\xfe2\x000\x002\x007\x00": "line 1",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
