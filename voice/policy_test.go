package voice

import (
	"testing"
	"time"

	"minyi"
)

// weekends is a calendar without holidays.
type weekends struct{}

func (weekends) Rest(t time.Time) bool {
	d := t.In(minyi.Shanghai).Weekday()
	return d == time.Saturday || d == time.Sunday
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, minyi.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPolicy(t *testing.T) {
	type past struct {
		ended   string
		outcome Outcome
	}
	cases := []struct {
		name     string
		now      string
		past     []past
		deadline string
		want     Decision
		reason   string
		until    string
	}{
		{name: "in hours", now: "2026-03-05 10:00", want: DecideCall},
		{name: "before hours", now: "2026-03-05 08:59", want: DecideWait, reason: ReasonQuietHours, until: "2026-03-05 09:00"},
		{name: "noon rest", now: "2026-03-05 12:00", want: DecideWait, reason: ReasonQuietHours, until: "2026-03-05 14:00"},
		{name: "evening", now: "2026-03-05 20:00", want: DecideWait, reason: ReasonQuietHours, until: "2026-03-06 09:00"},
		{name: "Friday evening", now: "2026-03-06 20:30", want: DecideWait, reason: ReasonQuietHours, until: "2026-03-09 09:00"},
		{name: "Saturday", now: "2026-03-07 10:00", want: DecideWait, reason: ReasonQuietHours, until: "2026-03-09 09:00"},
		{name: "busy: one hour", now: "2026-03-05 10:10", past: []past{{"2026-03-05 10:00", OutcomeBusy}}, want: DecideWait, reason: ReasonSpacing, until: "2026-03-05 11:00"},
		{name: "busy: the hour has passed", now: "2026-03-05 11:00", past: []past{{"2026-03-05 10:00", OutcomeBusy}}, want: DecideCall},
		{name: "busy before noon", now: "2026-03-05 11:31", past: []past{{"2026-03-05 11:30", OutcomeBusy}}, want: DecideWait, reason: ReasonQuietHours, until: "2026-03-05 14:00"},
		{name: "no answer in the morning", now: "2026-03-05 11:50", past: []past{{"2026-03-05 10:00", OutcomeNoAnswer}}, want: DecideWait, reason: ReasonQuietHours, until: "2026-03-05 14:00"},
		{name: "no answer in the afternoon", now: "2026-03-05 19:50", past: []past{{"2026-03-05 14:30", OutcomeNoAnswer}}, want: DecideWait, reason: ReasonQuietHours, until: "2026-03-06 09:00"},
		{name: "no answer, the next half-day", now: "2026-03-05 14:00", past: []past{{"2026-03-05 11:59", OutcomeNoAnswer}}, want: DecideCall},
		{name: "a fault of the trunk spaces nothing", now: "2026-03-05 10:01", past: []past{{"2026-03-05 10:00", OutcomeTrunk}, {"2026-03-05 10:00", OutcomeCongestion}}, want: DecideCall},
		{name: "faults do not use up tries", now: "2026-03-06 10:00", past: []past{{"2026-03-05 10:00", OutcomeTrunk}, {"2026-03-05 10:01", OutcomeTrunk}, {"2026-03-05 10:02", OutcomeTrunk}, {"2026-03-05 10:03", OutcomeNoAnswer}}, want: DecideCall},
		{name: "three tries", now: "2026-03-09 10:00", past: []past{{"2026-03-05 10:00", OutcomeBusy}, {"2026-03-05 15:00", OutcomeNoAnswer}, {"2026-03-06 10:00", OutcomeNoAnswer}}, want: DecideRefuse, reason: ReasonTries},
		{name: "an unknown end counts", now: "2026-03-05 10:10", past: []past{{"2026-03-05 10:00", OutcomeUnknown}}, want: DecideWait, reason: ReasonQuietHours, until: "2026-03-05 14:00"},
		{name: "deadline", now: "2026-03-05 19:50", past: []past{{"2026-03-05 14:30", OutcomeNoAnswer}}, deadline: "2026-03-06 09:00", want: DecideRefuse, reason: ReasonDeadline},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var tries []Past
			for _, p := range c.past {
				tries = append(tries, Past{Ended: at(t, p.ended), Outcome: p.outcome})
			}
			want := Verdict{Decision: c.want, Reason: c.reason}
			if c.until != "" {
				want.Until = at(t, c.until)
			}
			deadline := time.Time{}
			if c.deadline != "" {
				deadline = at(t, c.deadline)
			}
			got := DefaultPolicy().Decide(tries, deadline, weekends{}, at(t, c.now))
			if got.Decision != want.Decision || got.Reason != want.Reason || !got.Until.Equal(want.Until) {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// TestPolicyOverAWeek walks every minute of a week after each outcome: a call
// is never allowed outside hours, nor in the half-day of one not answered, nor
// within an hour of a busy one.
func TestPolicyOverAWeek(t *testing.T) {
	p := DefaultPolicy()
	ended := at(t, "2026-03-05 11:20")
	for _, o := range Outcomes() {
		for m := range 7 * 24 * 60 {
			now := ended.Add(time.Duration(m) * time.Minute)
			if p.Decide([]Past{{Ended: ended, Outcome: o}}, time.Time{}, weekends{}, now).Decision != DecideCall {
				continue
			}
			l := now.In(minyi.Shanghai)
			minute := l.Hour()*60 + l.Minute()
			open := minute >= 540 && minute < 720 || minute >= 840 && minute < 1200
			sameHalf := minyi.Day(now) == minyi.Day(ended) && l.Hour() < 13
			if !open || (weekends{}).Rest(now) || o == OutcomeBusy && m < 60 || o == OutcomeNoAnswer && sameHalf {
				t.Fatalf("%s: called at %s", o, l)
			}
		}
	}
}

// TestAFaultAfterRingingSpaces: a telephone that rang has disturbed, whoever
// was at fault.
func TestAFaultAfterRingingSpaces(t *testing.T) {
	now := at(t, "2026-03-05 10:00")
	for _, o := range []Outcome{OutcomeTrunk, OutcomeCongestion, OutcomeStopped} {
		v := DefaultPolicy().Decide([]Past{{Ended: now, Outcome: o, Rang: true}}, time.Time{}, weekends{}, now.Add(time.Minute))
		if v.Decision != DecideWait || !v.Until.Equal(at(t, "2026-03-05 14:00")) {
			t.Errorf("%s: %+v", o, v)
		}
	}
}

// TestAlwaysOpenLiftsTheHoursAlone: a trial at night still rings nobody twice
// in a row.
func TestAlwaysOpenLiftsTheHoursAlone(t *testing.T) {
	p := DefaultPolicy()
	p.AlwaysOpen = true
	now := at(t, "2026-03-07 23:00") // a Saturday
	if v := p.Decide(nil, time.Time{}, weekends{}, now); v.Decision != DecideCall {
		t.Errorf("%+v", v)
	}
	v := p.Decide([]Past{{Ended: now, Outcome: OutcomeBusy}}, time.Time{}, weekends{}, now.Add(time.Minute))
	if v.Decision != DecideWait || v.Reason != ReasonSpacing || !v.Until.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v", v)
	}
}

func TestPolicyCheck(t *testing.T) {
	if err := DefaultPolicy().Check(); err != nil {
		t.Error(err)
	}
	for _, hours := range [][]Hours{nil, {{600, 540}}, {{840, 1200}, {540, 720}}, {{540, 1500}}} {
		if (Policy{Hours: hours}).Check() == nil {
			t.Errorf("%v taken", hours)
		}
	}
}
