package sms

import (
	"math/rand/v2"
	"testing"
	"time"

	"minyi"
	"minyi/internal/calendar"
)

func shanghai(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, minyi.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPolicyDecidesByHoursCapsAndWishes(t *testing.T) {
	sent := func(at string, attempt, invitation string) Sent {
		return Sent{Attempt: minyi.AttemptID(attempt), Invitation: minyi.InvitationID(invitation), At: shanghai(t, at)}
	}
	call := func(at string, came Call, invitation string) Sent {
		return Sent{Attempt: "call", Invitation: minyi.InvitationID(invitation), At: shanghai(t, at), Call: came}
	}
	open := func(p *Policy) { p.AlwaysOpen = true }
	for _, c := range []struct {
		name     string
		now      string
		change   func(*Policy)
		history  History
		deadline string
		want     Action
		reason   string
		until    string
	}{
		{name: "working hours", now: "2026-11-23 10:00", want: ActionSend},
		{name: "first minute", now: "2026-11-23 08:30", want: ActionSend},
		{name: "before opening", now: "2026-11-23 08:29", want: ActionWait, reason: ReasonQuietHours, until: "2026-11-23 08:30"},
		{name: "last minute", now: "2026-11-23 20:29", want: ActionSend},
		{name: "closed for the night", now: "2026-11-23 20:30", want: ActionWait, reason: ReasonQuietHours, until: "2026-11-24 08:30"},
		{name: "Sunday opens later", now: "2026-11-22 08:45", want: ActionWait, reason: ReasonQuietHours, until: "2026-11-22 09:30"},
		{name: "Sunday worked in exchange opens as a Monday", now: "2026-09-20 08:45", want: ActionSend},
		{name: "Thursday that is a holiday", now: "2026-10-01 20:10", want: ActionWait, reason: ReasonQuietHours, until: "2026-10-02 09:30"},
		{name: "night before a rest day", now: "2026-11-20 21:00", want: ActionWait, reason: ReasonQuietHours, until: "2026-11-21 09:30"},
		{name: "always open", now: "2026-11-23 03:00", change: open, want: ActionSend},
		{name: "do not contact comes first", now: "2026-11-23 03:00", history: History{Stopped: true}, want: ActionRefuse, reason: ReasonDoNotContact},
		{name: "do not contact even when always open", now: "2026-11-23 03:00", change: open, history: History{Stopped: true}, want: ActionRefuse, reason: ReasonDoNotContact},
		{name: "another survey this week", now: "2026-11-23 10:00", history: History{Sent: []Sent{sent("2026-11-18 10:00", "a", "other")}}, want: ActionRefuse, reason: ReasonWeekCap},
		{name: "a week later", now: "2026-11-25 10:00", history: History{Sent: []Sent{sent("2026-11-18 10:00", "a", "other")}}, want: ActionSend},
		{name: "its own reminder is no second survey", now: "2026-11-23 10:00", history: History{Sent: []Sent{sent("2026-11-21 10:00", "a", "mine")}}, want: ActionSend},
		{name: "two today already", now: "2026-11-23 15:00", history: History{Sent: []Sent{sent("2026-11-23 09:00", "a", "mine"), sent("2026-11-23 12:00", "b", "mine")}}, want: ActionWait, reason: ReasonQuietHours, until: "2026-11-24 08:30"},
		{name: "two today already, always open", now: "2026-11-23 15:00", change: open, history: History{Sent: []Sent{sent("2026-11-23 09:00", "a", "mine"), sent("2026-11-23 12:00", "b", "mine")}}, want: ActionWait, reason: ReasonDayCap, until: "2026-11-24 00:00"},
		{name: "itself does not count", now: "2026-11-23 15:00", change: func(p *Policy) { p.PerDay = 1 }, history: History{Sent: []Sent{sent("2026-11-23 15:00", "this", "mine")}}, want: ActionSend},
		{name: "four in thirty days", now: "2026-11-23 15:00", history: History{Sent: []Sent{sent("2026-11-01 09:00", "a", "mine"), sent("2026-11-02 09:00", "b", "mine"), sent("2026-11-03 09:00", "c", "mine"), sent("2026-11-04 09:00", "d", "mine")}}, want: ActionRefuse, reason: ReasonMonthCap},
		{name: "no cap at 0", now: "2026-11-23 15:00", change: func(p *Policy) { p.SurveysPerWeek, p.PerDay, p.PerMonth = 0, 0, 0 }, history: History{Sent: []Sent{sent("2026-11-23 09:00", "a", "x"), sent("2026-11-23 10:00", "b", "y"), sent("2026-11-23 11:00", "c", "z"), sent("2026-11-22 11:00", "d", "u")}}, want: ActionSend},
		{name: "a call for another survey counts for the week", now: "2026-11-23 10:00", history: History{Sent: []Sent{call("2026-11-20 10:00", CallUnanswered, "other")}}, want: ActionRefuse, reason: ReasonWeekCap},
		{name: "a call is no message of the day", now: "2026-11-23 15:00", history: History{Sent: []Sent{call("2026-11-23 09:00", CallAnswered, "mine"), call("2026-11-23 10:00", CallAnswered, "mine")}}, want: ActionSend},
		{name: "within the minute", now: "2026-11-23 15:00", history: History{Sent: []Sent{sent("2026-11-23 15:00", "a", "mine")}}, want: ActionWait, reason: ReasonGap, until: "2026-11-23 15:01"},
		{name: "the carrier opens later", now: "2026-11-23 09:00", change: carried(Hours{10 * 60, 22 * 60}, 0), want: ActionWait, reason: ReasonCarrierHours, until: "2026-11-23 10:00"},
		{name: "the carrier closes earlier", now: "2026-11-23 18:30", change: carried(Hours{9 * 60, 18 * 60}, 0), want: ActionWait, reason: ReasonCarrierHours, until: "2026-11-24 09:00"},
		{name: "always open, but the carrier is not", now: "2026-11-23 03:00", change: func(p *Policy) { open(p); carried(Hours{8 * 60, 21 * 60}, 0)(p) }, want: ActionWait, reason: ReasonCarrierHours, until: "2026-11-23 08:00"},
		{name: "the carrier's cap of a day", now: "2026-11-23 15:00", change: carried(Hours{}, 1), history: History{Sent: []Sent{sent("2026-11-23 09:00", "a", "mine")}}, want: ActionWait, reason: ReasonQuietHours, until: "2026-11-24 08:30"},
		{name: "the carrier's cap is the wider one", now: "2026-11-23 15:00", change: carried(Hours{}, 9), history: History{Sent: []Sent{sent("2026-11-23 09:00", "a", "mine")}}, want: ActionSend},
		{name: "the National Day week is a rest week", now: "2026-10-05 08:40", want: ActionWait, reason: ReasonQuietHours, until: "2026-10-05 09:30"},
		{name: "the Saturday worked for it is a working day", now: "2026-10-10 08:40", want: ActionSend},
		{name: "night before the Saturday worked for it", now: "2026-10-09 23:00", want: ActionWait, reason: ReasonQuietHours, until: "2026-10-10 08:30"},
		{name: "deadline passed", now: "2026-11-23 15:00", deadline: "2026-11-23 15:00", want: ActionRefuse, reason: ReasonDeadline},
		{name: "deadline before the next opening", now: "2026-11-23 21:00", deadline: "2026-11-24 08:00", want: ActionRefuse, reason: ReasonDeadline},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := DefaultPolicy()
			if c.change != nil {
				c.change(&p)
			}
			w := Wish{Attempt: "this", Invitation: "mine"}
			if c.deadline != "" {
				w.Deadline = shanghai(t, c.deadline)
			}
			got := p.Decide(w, c.history, calendar.Default(), shanghai(t, c.now))
			if got.Action != c.want || got.Reason != c.reason {
				t.Fatalf("got %s %q, want %s %q", got.Action, got.Reason, c.want, c.reason)
			}
			if c.until != "" && !got.Until.Equal(shanghai(t, c.until)) {
				t.Fatalf("until %s, want %s", got.Until.In(minyi.Shanghai), c.until)
			}
		})
	}
}

func carried(h Hours, perNumber int) func(*Policy) {
	return func(p *Policy) { p.Carrier = Limits{Hours: h, PerNumber: perNumber} }
}

// Whatever the history, a moment to which policy defers must itself be
// allowed by hours, gap and day cap, or the message would wait for ever.
func TestPolicyWaitsUntilAMomentThatIsAllowed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	start := shanghai(t, "2026-09-01 00:00")
	p, cal := DefaultPolicy(), calendar.Default()
	p.PerMonth, p.SurveysPerWeek = 0, 0
	waits := 0
	for range 5000 {
		now := start.Add(time.Duration(r.IntN(60*24*60)) * time.Minute)
		var h History
		for i := range r.IntN(6) {
			h.Sent = append(h.Sent, Sent{Attempt: minyi.AttemptID(rune('a' + i)), Invitation: "mine", At: now.Add(-time.Duration(r.IntN(48*60)) * time.Minute)})
		}
		v := p.Decide(Wish{Attempt: "this", Invitation: "mine"}, h, cal, now)
		if v.Action != ActionWait {
			continue
		}
		waits++
		if !v.Until.After(now) {
			t.Fatalf("waits until %s, which is not after %s", v.Until, now)
		}
		if again := p.Decide(Wish{Attempt: "this", Invitation: "mine"}, h, cal, v.Until); again.Action != ActionSend {
			t.Fatalf("at %s told to wait until %s, and there %s %s", now, v.Until, again.Action, again.Reason)
		}
	}
	if waits < 1000 {
		t.Fatalf("only %d of 5000 cases waited: the test does not test", waits)
	}
}

func TestDefaultHoursAreSound(t *testing.T) {
	p := DefaultPolicy()
	for _, h := range []Hours{p.Working, p.Resting} {
		if err := h.Check(); err != nil {
			t.Error(err)
		}
	}
	if (Hours{From: 600, To: 600}).Check() == nil || (Hours{From: -1, To: 5}).Check() == nil || (Hours{From: 0, To: 24*60 + 1}).Check() == nil {
		t.Error("a window that never opens was accepted")
	}
}

func BenchmarkPolicy(b *testing.B) {
	p, cal := DefaultPolicy(), calendar.Default()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	h := History{Sent: []Sent{{Attempt: "a", Invitation: "mine", At: now.Add(-50 * time.Hour)}, {Attempt: "b", Invitation: "mine", At: now.Add(-2 * time.Hour)}}}
	b.ReportAllocs()
	for b.Loop() {
		if p.Decide(Wish{Attempt: "this", Invitation: "mine"}, h, cal, now).Action != ActionSend {
			b.Fatal("not sent")
		}
	}
}

func TestPolicyDecidesOnCalls(t *testing.T) {
	now := shanghai(t, "2026-11-23 15:00")
	ago := func(d time.Duration, came Call, attempt minyi.AttemptID, inv minyi.InvitationID) Sent {
		return Sent{Attempt: attempt, Invitation: inv, At: now.Add(-d), Call: came}
	}
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		history History
		want    string
	}{
		"nothing yet":                     {History{}, ""},
		"stopped":                         {History{Stopped: true}, ReasonDoNotContact},
		"its own message":                 {History{Sent: []Sent{ago(3*day, "", "sms", "mine")}}, ""},
		"another survey this week":        {History{Sent: []Sent{ago(3*day, "", "sms", "other")}}, ReasonWeekCap},
		"rang in vain before":             {History{Sent: []Sent{ago(time.Hour, CallUnanswered, "c1", "mine")}}, ""},
		"answered three weeks ago":        {History{Sent: []Sent{ago(20*day, CallAnswered, "c1", "other")}}, ReasonCallCap},
		"answered five weeks ago":         {History{Sent: []Sent{ago(35*day, CallAnswered, "c1", "other")}}, ""},
		"another call under way":          {History{Sent: []Sent{ago(time.Minute, CallPlaced, "c1", "mine")}}, ReasonCallCap},
		"this call asks again for itself": {History{Sent: []Sent{ago(time.Minute, CallPlaced, "this", "mine")}}, ""},
	} {
		v := DefaultPolicy().DecideCall(Wish{Attempt: "this", Invitation: "mine"}, c.history, now)
		if v.Reason != c.want || (v.Action == ActionSend) != (c.want == "") {
			t.Errorf("%s: %s %q", name, v.Action, v.Reason)
		}
	}
}
