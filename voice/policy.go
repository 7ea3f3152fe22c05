package voice

import (
	"fmt"
	"strings"
	"time"

	"minyi"
)

// Policy holds the rules by which a call may be placed now. Caps over all
// campaigns and 请勿打扰 are sms's, which keeps every number's history.
type Policy struct {
	AlwaysOpen bool          `json:"always_open"` // lifts the hours, for a trial; tries are spaced as ever
	Hours      []Hours       `json:"hours"`       // of working days
	RestDays   bool          `json:"rest_days"`   // also calls on rest days
	Tries      int           `json:"tries"`       // calls to one invitation that may have rung
	BusyAfter  time.Duration `json:"busy_after"`
}

// Hours is a window of the day in minutes after midnight, To excluded.
type Hours struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// DefaultPolicy gives the defaults of the field: 09:00–12:00 and 14:00–20:00
// on working days, three tries, one hour after a busy line.
func DefaultPolicy() Policy {
	return Policy{Hours: []Hours{{9 * 60, 12 * 60}, {14 * 60, 20 * 60}}, Tries: 3, BusyAfter: time.Hour}
}

// ReadHours reads windows of the day such as 09:00-12:00,14:00-20:00.
func ReadHours(text string) (hours []Hours, err error) {
	for window := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(window), "-")
		a, errA := time.Parse("15:04", from)
		b, errB := time.Parse("15:04", to)
		if errA != nil || errB != nil {
			return nil, fmt.Errorf("voice hours must be windows of the day like 09:00-12:00")
		}
		hours = append(hours, Hours{From: a.Hour()*60 + a.Minute(), To: b.Hour()*60 + b.Minute()})
	}
	return hours, nil
}

// Check says what is wrong with a policy, if anything.
func (p Policy) Check() error {
	last := 0
	for _, h := range p.Hours {
		if h.From < last || h.To > 24*60 || h.From >= h.To {
			return fmt.Errorf("voice hours must lie within one day, in order, and open before they close")
		}
		last = h.To
	}
	if len(p.Hours) == 0 && !p.AlwaysOpen {
		return fmt.Errorf("voice hours are empty: no call could ever be placed")
	}
	return nil
}

// Calendar tells rest days from working days.
type Calendar interface{ Rest(t time.Time) bool }

// Decision is what policy decides.
type Decision string

// Decisions.
const (
	DecideCall   Decision = "call"
	DecideWait   Decision = "wait"
	DecideRefuse Decision = "refuse"
)

// Reasons that policy gives; they are stored and shown.
const (
	ReasonQuietHours = "quiet_hours"
	ReasonSpacing    = "spacing"
	ReasonTries      = "tries"
	ReasonDeadline   = "deadline"
)

// Verdict is a decision with its reason; Until is set with DecideWait.
type Verdict struct {
	Decision Decision
	Reason   string
	Until    time.Time
}

// Past is one earlier try as policy sees it.
type Past struct {
	Ended   time.Time
	Outcome Outcome
	Rang    bool // the person's telephone rang, whatever came of it
}

// Decide says whether an invitation may be called now, after its past tries.
// It is pure. Tries that never reached the person (a fault of the trunk) count
// for nothing.
func (p Policy) Decide(past []Past, deadline time.Time, cal Calendar, now time.Time) Verdict {
	counted := 0
	for _, t := range past {
		if t.counts() {
			counted++
		}
	}
	if p.Tries > 0 && counted >= p.Tries {
		return Verdict{Decision: DecideRefuse, Reason: ReasonTries}
	}
	at, reason := now, ""
	if next := p.spaced(past); next.After(at) {
		at, reason = next, ReasonSpacing
	}
	if open := p.opening(at, cal); open.After(at) {
		at, reason = open, ReasonQuietHours
	}
	switch {
	case !deadline.IsZero() && !at.Before(deadline):
		return Verdict{Decision: DecideRefuse, Reason: ReasonDeadline}
	case at.After(now):
		return Verdict{Decision: DecideWait, Reason: reason, Until: at}
	}
	return Verdict{Decision: DecideCall}
}

// counts reports whether the person was disturbed: a fault of the trunk, or a
// stop of ours, counts only if the telephone rang first.
func (t Past) counts() bool {
	switch t.Outcome {
	case OutcomeTrunk, OutcomeCongestion, OutcomeStopped:
		return t.Rang
	}
	return true
}

// spaced gives the first moment that the spacing rule allows: one hour after a
// busy line, the next half-day after no answer. Only tries that count space.
func (p Policy) spaced(past []Past) (first time.Time) {
	for _, t := range past {
		at := time.Time{}
		switch {
		case !t.counts():
		case t.Outcome == OutcomeBusy:
			at = t.Ended.Add(p.BusyAfter)
		default:
			at = nextHalfDay(t.Ended)
		}
		if at.After(first) {
			first = at
		}
	}
	return first
}

// noon parts the half-days.
const noon = 13 * time.Hour

func nextHalfDay(t time.Time) time.Time {
	midnight := midnightOf(t)
	if t.Before(midnight.Add(noon)) {
		return midnight.Add(noon)
	}
	return midnight.AddDate(0, 0, 1)
}

// opening gives the first moment from t on that lies in voice hours.
func (p Policy) opening(t time.Time, cal Calendar) time.Time {
	if p.AlwaysOpen {
		return t
	}
	for range 366 {
		midnight := midnightOf(t)
		if p.RestDays || cal == nil || !cal.Rest(t) {
			for _, h := range p.Hours {
				from, to := midnight.Add(time.Duration(h.From)*time.Minute), midnight.Add(time.Duration(h.To)*time.Minute)
				switch {
				case t.Before(from):
					return from
				case t.Before(to):
					return t
				}
			}
		}
		t = midnight.AddDate(0, 0, 1)
	}
	return t // a year of rest days is a faulty table; the deadline refuses
}

func midnightOf(t time.Time) time.Time {
	l := t.In(minyi.Shanghai)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, minyi.Shanghai)
}
