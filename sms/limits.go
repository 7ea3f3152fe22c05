package sms

import "time"

// Limits are a carrier's rules for an account. The zero Limits allow all.
type Limits struct {
	Hours     Hours `json:"hours"`      // sending window; zero: any hour
	PerNumber int   `json:"per_number"` // messages to one number in a calendar day; 0: no limit
}

// and gives what both allow.
func (l Limits) and(m Limits) Limits {
	if l.Hours == (Hours{}) {
		l.Hours = m.Hours
	} else if m.Hours != (Hours{}) {
		l.Hours = Hours{From: max(l.Hours.From, m.Hours.From), To: min(l.Hours.To, m.Hours.To)}
	}
	if l.PerNumber == 0 || m.PerNumber > 0 && m.PerNumber < l.PerNumber {
		l.PerNumber = m.PerNumber
	}
	return l
}

// Within gives p under a carrier's rules.
func (p Policy) Within(l Limits) Policy {
	p.Carrier = l
	return p
}

// perDay gives the lower of our cap and the carrier's, with its reason.
func (p Policy) perDay() (most int, reason string) {
	if c := p.Carrier.PerNumber; c > 0 && (p.PerDay == 0 || c < p.PerDay) {
		return c, ReasonCarrierCap
	}
	return p.PerDay, ReasonDayCap
}

// opening gives the first moment from t on at which the carrier sends.
func (l Limits) opening(t time.Time) time.Time {
	if l.Hours == (Hours{}) {
		return t
	}
	return open(t, func(time.Time) Hours { return l.Hours })
}
