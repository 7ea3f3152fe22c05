package score

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"minyi/internal/fault"
)

// span is a run of days, both included, as 2006-01-02; "" leaves an end open.
type span struct{ from, to string }

// checkDays refuses days that no calendar has.
func checkDays(from, to string) error {
	for name, d := range map[string]string{"from": from, "to": to} {
		if d == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return fault.New(fault.Invalid, "day_bad", "日期应形如 2026-11-01。", "write the day like 2026-11-01").On(name).With(err)
		}
	}
	if from != "" && to != "" && from > to {
		return fault.New(fault.Invalid, "period_bad", "开始日期晚于结束日期，请调整。", "the first day is after the last").On("from")
	}
	return nil
}

// cover parts a span into whole years, whole months and single days, each a
// range of periods of one length, so that any period is a few reads: at most
// two ranges of days, two of months and one of years.
func (p span) cover() []span {
	first, last := p.from, p.to
	if first == "" {
		first = "0001-01-01"
	}
	if last == "" {
		last = "9999-12-31"
	}
	if firstWhole, lastWhole, ok := whole(first, last, wholeYear); ok {
		return append([]span{{firstWhole[:4], lastWhole[:4]}}, edges(first, last, firstWhole, lastWhole, coverMonths)...)
	}
	return coverMonths(first, last)
}

func coverMonths(first, last string) []span {
	if firstWhole, lastWhole, ok := whole(first, last, wholeMonth); ok {
		return append([]span{{firstWhole[:7], lastWhole[:7]}}, edges(first, last, firstWhole, lastWhole, coverDays)...)
	}
	return coverDays(first, last)
}

func coverDays(first, last string) []span { return []span{{first, last}} }

// edges covers what lies before the first whole day and after the last one.
func edges(first, last, firstWhole, lastWhole string, by func(a, b string) []span) []span {
	var out []span
	if first < firstWhole {
		out = append(out, by(first, addDays(firstWhole, -1))...)
	}
	if lastWhole < last {
		out = append(out, by(addDays(lastWhole, 1), last)...)
	}
	return out
}

// whole narrows a span to the whole years or months in it.
func whole(first, last string, round func(day time.Time) (start, end time.Time)) (string, string, bool) {
	a, errA := time.Parse(time.DateOnly, first)
	b, errB := time.Parse(time.DateOnly, last)
	if errA != nil || errB != nil {
		return "", "", false
	}
	start, end := round(a)
	if start.Before(a) {
		start = end.AddDate(0, 0, 1)
	}
	lastStart, lastEnd := round(b)
	if lastEnd.After(b) {
		lastEnd = lastStart.AddDate(0, 0, -1)
	}
	return start.Format(time.DateOnly), lastEnd.Format(time.DateOnly), !start.After(lastEnd)
}

func wholeYear(d time.Time) (start, end time.Time) {
	start = time.Date(d.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	return start, start.AddDate(1, 0, -1)
}

func wholeMonth(d time.Time) (start, end time.Time) {
	start = time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC)
	return start, start.AddDate(0, 1, -1)
}

func addDays(day string, n int) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.AddDate(0, 0, n).Format(time.DateOnly)
}

// days counts the days of a closed span.
func (p span) days() int {
	a, errA := time.Parse(time.DateOnly, p.from)
	b, errB := time.Parse(time.DateOnly, p.to)
	if errA != nil || errB != nil || b.Before(a) {
		return 0
	}
	return int(b.Sub(a).Hours()/24) + 1
}

var quarterForm = regexp.MustCompile(`^(\d{4})-?[Qq]([1-4])$`)

// parsePeriod reads a period as a person writes it: 2023, 2023-05, 2023-Q2 or
// 2023-05-17. It gives the canonical text and the days.
func parsePeriod(s string) (string, span, error) {
	if q := quarterForm.FindStringSubmatch(s); q != nil {
		year, _ := strconv.Atoi(q[1])
		n, _ := strconv.Atoi(q[2])
		start := time.Date(year, time.Month(3*n-2), 1, 0, 0, 0, 0, time.UTC)
		return fmt.Sprintf("%s-Q%s", q[1], q[2]), between(start, start.AddDate(0, 3, -1)), nil
	}
	for layout, round := range map[string]func(time.Time) (time.Time, time.Time){
		"2006": wholeYear, "2006-01": wholeMonth, time.DateOnly: func(d time.Time) (time.Time, time.Time) { return d, d },
	} {
		if d, err := time.Parse(layout, s); err == nil {
			return s, between(round(d)), nil
		}
	}
	return "", span{}, fault.New(fault.Invalid, "period_bad", fmt.Sprintf("期间 %q 应写作 2023、2023-Q2、2023-05 或 2023-05-17", s),
		fmt.Sprintf("write the period %q as 2023, 2023-Q2, 2023-05 or 2023-05-17", s)).On("period")
}

func between(a, b time.Time) span { return span{a.Format(time.DateOnly), b.Format(time.DateOnly)} }
