// Package calendar tells rest days from working days: weekends, statutory
// holidays (法定节假日) and the weekend days worked in exchange (调休上班).
//
// It owns the table of days that ships and the reading of an operator's own;
// takes in a time; gives out whether its day in Asia/Shanghai is a rest day,
// and whether the year's table has been announced.
package calendar

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi"
)

// Calendar is a table of days that are not what their weekday says. The zero
// Calendar knows weekends only.
type Calendar struct {
	rest map[string]bool // 2006-01-02 → rest day (休), or worked in exchange (班)
	// announced holds the years of which the State Council's arrangement is
	// in, bridging days and exchanged days included.
	announced []string
}

// Empty reports whether c knows weekends only.
func (c Calendar) Empty() bool { return len(c.rest) == 0 }

// Rest reports whether t falls on a rest day: a holiday, or a Saturday or
// Sunday that is not worked in exchange.
func (c Calendar) Rest(t time.Time) bool {
	if rest, ok := c.rest[minyi.Day(t)]; ok {
		return rest
	}
	weekday := t.In(minyi.Shanghai).Weekday()
	return weekday == time.Saturday || weekday == time.Sunday
}

// Announced reports whether the arrangement of t's year is in the table.
// Where it is not, bridging days and exchanged days are missing.
func (c Calendar) Announced(t time.Time) bool {
	return slices.Contains(c.announced, minyi.Day(t)[:4])
}

// With gives c with the years of another table in place of its own.
func (c Calendar) With(other Calendar) Calendar {
	years := map[string]bool{}
	for day := range other.rest {
		years[day[:4]] = true
	}
	merged := Calendar{rest: map[string]bool{}, announced: slices.Clone(other.announced)}
	for day, rest := range c.rest {
		if !years[day[:4]] {
			merged.rest[day] = rest
		}
	}
	for day, rest := range other.rest {
		merged.rest[day] = rest
	}
	for _, year := range c.announced {
		if !slices.Contains(merged.announced, year) {
			merged.announced = append(merged.announced, year)
		}
	}
	return merged
}

// Parse reads a table, one day a line: 2027-02-05 休, or 2027-02-20 班; what
// follows is a note, and # begins a comment. Every year named counts as
// announced: a year is entered whole. Its error names the line.
func Parse(r io.Reader) (Calendar, error) {
	c := Calendar{rest: map[string]bool{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t,,\r", r) })
		if len(fields) == 0 {
			continue
		}
		day, err := time.Parse(time.DateOnly, fields[0])
		if err != nil || len(fields) < 2 || fields[1] != "休" && fields[1] != "班" {
			return Calendar{}, fmt.Errorf("line %d: want a day and 休 or 班, like 2027-02-05 休", n)
		}
		key := day.Format(time.DateOnly)
		if _, twice := c.rest[key]; twice {
			return Calendar{}, fmt.Errorf("line %d: %s stands twice", n, key)
		}
		c.rest[key] = fields[1] == "休"
		if !slices.Contains(c.announced, key[:4]) {
			c.announced = append(c.announced, key[:4])
		}
	}
	return c, lines.Err()
}
