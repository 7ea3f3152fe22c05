package score

import (
	"fmt"
	"time"

	"minyi/internal/fault"
)

// before gives the period before p: as many whole months before whole months
// (the quarter before a quarter, the year before a year), else as many days as
// p has, ending the day before it.
func (p span) before() span {
	a, errA := time.Parse(time.DateOnly, p.from)
	b, errB := time.Parse(time.DateOnly, p.to)
	if errA != nil || errB != nil {
		return span{}
	}
	if months := wholeMonths(a, b); months > 0 {
		return between(a.AddDate(0, -months, 0), a.AddDate(0, 0, -1))
	}
	return between(a.AddDate(0, 0, -p.days()), a.AddDate(0, 0, -1))
}

// wholeMonths counts the months from a to b, both days included; 0 where they
// are not whole.
func wholeMonths(a, b time.Time) int {
	end := b.AddDate(0, 0, 1)
	if a.Day() != 1 || end.Day() != 1 {
		return 0
	}
	return (end.Year()-a.Year())*12 + int(end.Month()) - int(a.Month())
}

// yearAgo gives the same days of the year before: the same months where they
// are whole; the 29th of February alone is the 28th there.
func (p span) yearAgo() span {
	a, errA := time.Parse(time.DateOnly, p.from)
	b, errB := time.Parse(time.DateOnly, p.to)
	if errA != nil || errB != nil {
		return span{}
	}
	if wholeMonths(a, b) > 0 {
		return between(a.AddDate(-1, 0, 0), b.AddDate(0, 0, 1).AddDate(-1, 0, -1))
	}
	return between(sameDay(a), sameDay(b))
}

func sameDay(d time.Time) time.Time {
	then := d.AddDate(-1, 0, 0)
	if then.Month() != d.Month() { // the 29th of February became the 1st of March
		return then.AddDate(0, 0, -1)
	}
	return then
}

// Grains of a trend.
const (
	Daily     = "day"
	Weekly    = "week"    // Monday to Sunday
	Monthly   = "month"   //
	Quarterly = "quarter" //
	Yearly    = "year"
	Rolling   = "rolling" // twelve months, ending with each month
)

// maxPoints bounds a trend: as many as a chart can show.
const maxPoints = 120

// named is a period with the name that a chart prints.
type named struct {
	name string
	span
}

// points parts a span into periods of a grain; the first and the last are cut
// to the span, except rolling ones, which are whole.
func (p span) points(grain string) ([]named, error) {
	a, errA := time.Parse(time.DateOnly, p.from)
	b, errB := time.Parse(time.DateOnly, p.to)
	if errA != nil || errB != nil {
		return nil, fault.New(fault.Invalid, "period_missing", "请给出起止日期（from、to）。", "give the first and the last day (from, to)").On("from")
	}
	var out []named
	for d := a; !d.After(b); {
		start, end, name, err := grainOf(d, grain)
		if err != nil {
			return nil, err
		}
		next := end.AddDate(0, 0, 1)
		if grain == Rolling {
			out = append(out, named{name, between(start.AddDate(0, -11, 0), end)})
		} else {
			out = append(out, named{name, between(later(start, a), earlier(end, b))})
		}
		if d = next; len(out) > maxPoints {
			return nil, fault.New(fault.Invalid, "period_long", fmt.Sprintf("时段过长：最多 %d 个点，请缩短时段或改用更粗的粒度。", maxPoints),
				fmt.Sprintf("the period is too long: at most %d points; shorten it or choose a coarser grain", maxPoints)).On("grain")
		}
	}
	return out, nil
}

// grainOf gives the period of a grain that holds a day.
func grainOf(d time.Time, grain string) (start, end time.Time, name string, err error) {
	switch grain {
	case Daily:
		return d, d, d.Format(time.DateOnly), nil
	case Weekly:
		start = d.AddDate(0, 0, -(int(d.Weekday())+6)%7)
		year, week := start.ISOWeek()
		return start, start.AddDate(0, 0, 6), fmt.Sprintf("%d-W%02d", year, week), nil
	case "", Monthly, Rolling:
		start, end = wholeMonth(d)
		return start, end, d.Format("2006-01"), nil
	case Quarterly:
		q := (int(d.Month()) - 1) / 3
		start = time.Date(d.Year(), time.Month(3*q+1), 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(0, 3, -1), fmt.Sprintf("%d-Q%d", d.Year(), q+1), nil
	case Yearly:
		start, end = wholeYear(d)
		return start, end, d.Format("2006"), nil
	}
	return d, d, "", fault.New(fault.Invalid, "grain_bad", "粒度应为 day、week、month、quarter、year 或 rolling。", "grain must be day, week, month, quarter, year or rolling").On("grain")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
