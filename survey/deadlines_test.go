package survey

import (
	"testing"
	"time"

	"minyi"
	"minyi/internal/calendar"
)

// Days by the State Council's arrangement of 2026: 国庆 is 1–7 October, and
// Saturday 10 October is worked in exchange.
func TestWorkdays(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string // the day that ends at the deadline
	}{
		{"2026-11-23 09:00", 1, "2026-11-24"},
		{"2026-11-20 23:59", 1, "2026-11-23"},  // Friday night
		{"2026-09-30 18:00", 1, "2026-10-08"},  // the eve of 国庆
		{"2026-09-30 18:00", 3, "2026-10-10"},  // 调休: a Saturday that is worked
		{"2026-10-09 10:00", 2, "2026-10-12"},  // 10 October counts, the 11th does not
		{"2026-11-22 10:00", 15, "2026-12-11"}, // from a Sunday
	} {
		from, err := time.ParseInLocation("2006-01-02 15:04", c.from, minyi.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		got := workdays(calendar.Default(), from, c.days)
		if last := minyi.Day(got.Add(-time.Second)); last != c.want || !got.Equal(got.Truncate(time.Hour)) {
			t.Errorf("%d working days from %s end with %s (%s), want %s", c.days, c.from, last, got, c.want)
		}
	}
}
