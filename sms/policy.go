package sms

import (
	"fmt"
	"time"

	"minyi"
	"minyi/internal/calendar"
)

// Policy holds the rules by which a message may be sent now. They apply over
// all campaigns of a tenant. Every number is a setting; 0 lifts a cap.
type Policy struct {
	// AlwaysOpen lifts sending hours, for a demonstration.
	AlwaysOpen bool `json:"always_open"`
	// Working is the sending window of working days, Resting that of rest days.
	Working Hours `json:"working"`
	Resting Hours `json:"resting"`
	// PerDay caps messages to one number in a calendar day, PerMonth in 30 days.
	PerDay   int `json:"per_day"`
	PerMonth int `json:"per_month"`
	// SurveysPerWeek caps invitations to one number in 7 days; the reminder of
	// an invitation belongs to it.
	SurveysPerWeek int `json:"surveys_per_week"`
	// AnsweredCalls caps calls that a number answered in 30 days.
	AnsweredCalls int `json:"answered_calls"`
	// Gap is the least time between two messages to one number; carriers
	// refuse the same text within a minute.
	Gap time.Duration `json:"gap"`
	// Carrier holds the rules of the carrier that is to be used, which no
	// setting of ours lifts.
	Carrier Limits `json:"carrier"`
}

// DefaultPolicy gives the defaults of the field: 08:30–20:30 Beijing time,
// 09:30–20:00 on rest days, one survey a week, 2 messages a day, 4 in 30 days.
func DefaultPolicy() Policy {
	return Policy{
		Working: Hours{From: 8*60 + 30, To: 20*60 + 30},
		Resting: Hours{From: 9*60 + 30, To: 20 * 60},
		PerDay:  2, PerMonth: 4, SurveysPerWeek: 1, AnsweredCalls: 1,
		Gap: time.Minute,
	}
}

// Hours is a window of the day in minutes after midnight, To excluded.
type Hours struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Check says what is wrong with a window, if anything.
func (h Hours) Check() error {
	if h.From < 0 || h.To > 24*60 || h.From >= h.To {
		return fmt.Errorf("sending hours must lie within one day and open before they close")
	}
	return nil
}

// Sent is one message that was, or may have been, sent to a number, or one
// call that was, or may have been, made to it.
type Sent struct {
	Attempt    minyi.AttemptID    `json:"attempt"`
	Invitation minyi.InvitationID `json:"invitation"`
	At         time.Time          `json:"at"`
	Call       Call               `json:"call,omitempty"`
}

// Call says what a call came to; "" is a message.
type Call string

// What a call came to.
const (
	CallPlaced     Call = "placed"     // its end is not known yet: counts as answered
	CallAnswered   Call = "answered"   // someone took it
	CallUnanswered Call = "unanswered" // it rang
)

// History is what policy knows of a recipient.
type History struct {
	Sent    []Sent
	Stopped bool // 请勿打扰
}

// Reasons that policy gives; they are stored and shown, and never change.
const (
	ReasonQuietHours   = "quiet_hours"
	ReasonCarrierHours = "carrier_hours"
	ReasonCarrierCap   = "carrier_cap"
	ReasonGap          = "min_gap"
	ReasonDayCap       = "cap_day"
	ReasonMonthCap     = "cap_month"
	ReasonWeekCap      = "cap_week"
	ReasonDoNotContact = "do_not_contact"
	ReasonCallCap      = "cap_call"
	ReasonDeadline     = "deadline"
)

// Action is what policy decides.
type Action string

// Actions.
const (
	ActionSend   Action = "send"
	ActionWait   Action = "wait"
	ActionRefuse Action = "refuse"
)

// Verdict is a decision with its reason; Until is set with ActionWait.
type Verdict struct {
	Action Action
	Reason string
	Until  time.Time
}

// Wish is the message that is to be judged.
type Wish struct {
	Attempt    minyi.AttemptID
	Invitation minyi.InvitationID
	Deadline   time.Time // the answer is of no use after it; zero: none
}

// Decide says whether w may be sent now, must wait, or must not be sent. It is
// pure. A message that is itself in the history does not count against itself,
// so that deciding again after a crash gives the same answer.
func (p Policy) Decide(w Wish, h History, cal calendar.Calendar, now time.Time) Verdict {
	if h.Stopped {
		return Verdict{Action: ActionRefuse, Reason: ReasonDoNotContact}
	}
	if reason := p.capped(w, h, now); reason != "" {
		return Verdict{Action: ActionRefuse, Reason: reason}
	}
	at, reason := p.earliest(w, h, cal, now)
	if !w.Deadline.IsZero() && !at.Before(w.Deadline) {
		return Verdict{Action: ActionRefuse, Reason: ReasonDeadline}
	}
	if at.After(now) {
		return Verdict{Action: ActionWait, Reason: reason, Until: at}
	}
	return Verdict{Action: ActionSend}
}

// DecideCall says whether w may be a call: the list of 请勿打扰 and the cap of
// surveys are one with messages, and a number that answered is left in peace.
// Hours of calling are voice's own.
func (p Policy) DecideCall(w Wish, h History, now time.Time) Verdict {
	answered := 0
	for _, s := range h.Sent {
		if s.Attempt != w.Attempt && (s.Call == CallAnswered || s.Call == CallPlaced) && now.Sub(s.At) < month {
			answered++
		}
	}
	switch {
	case h.Stopped:
		return Verdict{Action: ActionRefuse, Reason: ReasonDoNotContact}
	case p.weekIsFull(w, h, now):
		return Verdict{Action: ActionRefuse, Reason: ReasonWeekCap}
	case p.AnsweredCalls > 0 && answered >= p.AnsweredCalls:
		return Verdict{Action: ActionRefuse, Reason: ReasonCallCap}
	}
	return Verdict{Action: ActionSend}
}

const (
	week  = 7 * 24 * time.Hour
	month = 30 * 24 * time.Hour
)

// capped gives the reason when a cap is reached that waiting a day will not
// lift.
func (p Policy) capped(w Wish, h History, now time.Time) string {
	messages := 0
	for _, s := range h.Sent {
		if s.Attempt != w.Attempt && s.Call == "" && now.Sub(s.At) < month {
			messages++
		}
	}
	switch {
	case p.weekIsFull(w, h, now):
		return ReasonWeekCap
	case p.PerMonth > 0 && messages >= p.PerMonth:
		return ReasonMonthCap
	}
	return ""
}

// weekIsFull counts other surveys of the last 7 days, by message or call.
func (p Policy) weekIsFull(w Wish, h History, now time.Time) bool {
	surveys := map[minyi.InvitationID]bool{}
	for _, s := range h.Sent {
		if s.Invitation != w.Invitation && now.Sub(s.At) < week {
			surveys[s.Invitation] = true
		}
	}
	return p.SurveysPerWeek > 0 && len(surveys) >= p.SurveysPerWeek
}

// earliest gives the first moment from now on at which w may go, and what held
// it back last.
func (p Policy) earliest(w Wish, h History, cal calendar.Calendar, now time.Time) (time.Time, string) {
	at, reason := now, ""
	for _, s := range h.Sent {
		if free := s.At.Add(p.Gap); s.Attempt != w.Attempt && s.Call == "" && free.After(at) {
			at, reason = free, ReasonGap
		}
	}
	// Each turn moves to a later opening or ends; a year of closed days would
	// be a faulty table, and the deadline then refuses the message.
	for range 366 {
		if open := p.opening(at, cal); open.After(at) {
			at, reason = open, ReasonQuietHours
		}
		if open := p.Carrier.opening(at); open.After(at) {
			at, reason = open, ReasonCarrierHours
			continue // it must be one of our hours too
		}
		most, full := p.perDay()
		if most == 0 || sentOn(h.Sent, w.Attempt, minyi.Day(at)) < most {
			break
		}
		at, reason = nextMidnight(at), full
	}
	return at, reason
}

// opening gives the first moment from t on that lies in sending hours.
func (p Policy) opening(t time.Time, cal calendar.Calendar) time.Time {
	if p.AlwaysOpen {
		return t
	}
	return open(t, func(day time.Time) Hours {
		if cal.Rest(day) {
			return p.Resting
		}
		return p.Working
	})
}

// open gives the first moment from t on that lies in its day's hours.
func open(t time.Time, hoursOf func(day time.Time) Hours) time.Time {
	for range 3 {
		hours, midnight := hoursOf(t), midnightOf(t)
		from := midnight.Add(time.Duration(hours.From) * time.Minute)
		to := midnight.Add(time.Duration(hours.To) * time.Minute)
		switch {
		case t.Before(from):
			return from
		case t.Before(to):
			return t
		}
		t = nextMidnight(t)
	}
	return t
}

func sentOn(sent []Sent, except minyi.AttemptID, day string) int {
	n := 0
	for _, s := range sent {
		if s.Attempt != except && s.Call == "" && minyi.Day(s.At) == day {
			n++
		}
	}
	return n
}

func midnightOf(t time.Time) time.Time {
	l := t.In(minyi.Shanghai)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, minyi.Shanghai)
}

func nextMidnight(t time.Time) time.Time { return midnightOf(t).AddDate(0, 0, 1) }
