package sms

import (
	"slices"
	"strconv"
	"time"

	"minyi"
	"minyi/internal/id"
)

// State is how far one delivery attempt has come.
type State string

// States of an attempt.
const (
	StateRefused    State = "refused"    // policy: must not be sent
	StateWaiting    State = "waiting"    // certainly not with the carrier; goes at Next
	StateSubmitting State = "submitting" // being handed over under a lease
	StateSubmitted  State = "submitted"  // the carrier has numbered every segment
	StateDelivered  State = "delivered"  // every segment reached the telephone
	StateFailed     State = "failed"     // the carrier refused it or could not deliver it
	StateUnknown    State = "unknown"    // handed over, outcome not known; never resent by itself
	StateCancelled  State = "cancelled"  // was waiting when it was no longer wanted
)

// States lists all states in the order in which an operator reads them.
func States() []State {
	return []State{StateWaiting, StateSubmitting, StateSubmitted, StateDelivered, StateFailed, StateUnknown, StateRefused, StateCancelled}
}

// kinds of attempt.
const (
	kindInvitation = ""
	kindAnswer     = "answer" // our answer to a reply; survey is told nothing of it
)

// queueAgain parts tries after a failure from first ones, which survey asks
// for by itself.
const queueAgain = "again"

// queue says by whom a is taken up when its time has come.
func (a *attempt) queue() string {
	if a.Try > 0 {
		return queueAgain
	}
	return a.Kind
}

// attempt is one delivery attempt, a document of sms_ledger. It is written
// before a carrier is called. It never holds the invitation's text, which
// carries a personal link: a resend asks for the brief again.
type attempt struct {
	Tenant     minyi.TenantID     `json:"tenant"`
	Invitation minyi.InvitationID `json:"invitation,omitempty"`
	Campaign   minyi.CampaignID   `json:"campaign,omitempty"`
	Step       int                `json:"step"`
	Try        int                `json:"try,omitempty"` // 0, then one more after each temporary failure
	Kind       string             `json:"kind,omitempty"`
	To         string             `json:"to"`    // sealed
	Blind      string             `json:"blind"` // keyed index of the number
	Text       string             `json:"text,omitempty"`
	Created    time.Time          `json:"created"`

	State   State     `json:"state"`
	Reason  string    `json:"reason,omitempty"` // policy's reason or the carrier's code
	Class   Class     `json:"class,omitempty"`  // with a failure
	Changed time.Time `json:"changed"`
	SentAt  time.Time `json:"sent_at,omitzero"` // when it was last handed to a carrier
	Lease   time.Time `json:"lease,omitzero"`   // with submitting
	Next    time.Time `json:"next,omitzero"`    // with waiting

	Gateway string `json:"gateway,omitempty"`
	Ref     byte   `json:"ref,omitempty"`
	Parts   []part `json:"parts,omitempty"` // one a segment
	Told    string `json:"told,omitempty"`  // what survey was last told

	Earlier  *earlier `json:"earlier,omitempty"`  // with Try: what the one before came to
	Followed bool     `json:"followed,omitempty"` // it failed for a time, and the next try is in the ledger
	Retired  bool     `json:"retired,omitempty"`  // past retention: nobody's any more
	Refusals int      `json:"refusals,omitempty"` // how often the carrier said to come again with it
}

// part is one segment of an attempt.
type part struct {
	ID    string `json:"id,omitempty"` // the carrier's; "" not known
	Class Class  `json:"class,omitempty"`
	Code  string `json:"code,omitempty"`
}

// AttemptIDFor gives the id of a try of an invitation's step: the same facts
// give the same id, so that a repeated event finds the row that stands. Tries
// after the first are those that follow a temporary failure.
func AttemptIDFor(invitation minyi.InvitationID, step, try int) minyi.AttemptID {
	return minyi.AttemptID(id.Derive("sms-attempt", string(invitation), strconv.Itoa(step), strconv.Itoa(try)))
}

func (a *attempt) to(s State, reason string, at time.Time) {
	a.State, a.Reason, a.Changed = s, reason, at
	a.Lease, a.Next = time.Time{}, time.Time{}
}

// final reports whether nothing can change a any more.
func (a *attempt) final() bool {
	switch a.State {
	case StateDelivered, StateFailed, StateRefused, StateCancelled:
		return true
	}
	return false
}

// lend starts a hand-over that must end before until.
func (a *attempt) lend(now, until time.Time, segments int) {
	a.to(StateSubmitting, "", now)
	a.Lease, a.SentAt = until, now
	a.Parts = make([]part, segments)
}

// wait puts a off until next: the carrier certainly does not have it.
func (a *attempt) wait(next time.Time, reason string, now time.Time) {
	a.to(StateWaiting, reason, now)
	a.Next = next
}

// number notes the carrier's ids of the segments. Ids that a receipt brought
// first keep their place; a carrier may give all segments one id.
func (a *attempt) number(ids []string, now time.Time) {
	for i, carrierID := range ids {
		switch {
		case carrierID == "":
		case i < len(a.Parts) && a.Parts[i].ID == "" && slices.Contains(ids[:i], carrierID):
			if p := a.slot(carrierID, i); p != nil {
				a.Parts[i] = *p
			}
		default:
			a.slot(carrierID, i)
		}
	}
	a.settle(now)
}

// slot gives the segment with the carrier's id, placing the id at hint or at
// the first free place when it is new. nil: there is no place.
func (a *attempt) slot(carrierID string, hint int) *part {
	if i := slices.IndexFunc(a.Parts, func(p part) bool { return p.ID == carrierID }); i >= 0 {
		return &a.Parts[i]
	}
	if hint < 0 || hint >= len(a.Parts) || a.Parts[hint].ID != "" {
		hint = slices.IndexFunc(a.Parts, func(p part) bool { return p.ID == "" })
	}
	if hint < 0 {
		return nil
	}
	a.Parts[hint].ID = carrierID
	return &a.Parts[hint]
}

// receive notes a receipt of one segment. The first final report of a segment
// stands: carriers repeat themselves, and a few contradict themselves.
func (a *attempt) receive(carrierID string, hint int, class Class, code string, now time.Time) {
	a.slot(carrierID, hint)
	for i := range a.Parts {
		if p := &a.Parts[i]; p.ID == carrierID && p.Class == "" {
			p.Class, p.Code = class, code
		}
	}
	a.settle(now)
}

// settle derives the state from the segments: one failed is failed, all
// delivered is delivered, all numbered is submitted.
func (a *attempt) settle(now time.Time) {
	if a.final() || len(a.Parts) == 0 {
		return
	}
	numbered, delivered := 0, 0
	for _, p := range a.Parts {
		switch {
		case p.Class == ClassDelivered:
			delivered++
		case p.Class != "":
			a.fail(p.Class, p.Code, now)
			return
		}
		if p.ID != "" {
			numbered++
		}
	}
	switch {
	case delivered == len(a.Parts):
		a.to(StateDelivered, "", now)
	case numbered == len(a.Parts) && a.State != StateSubmitted:
		a.to(StateSubmitted, "", now)
	}
}

func (a *attempt) fail(class Class, code string, now time.Time) {
	a.Class = class
	a.to(StateFailed, code, now)
}

// forget marks the outcome as not known.
func (a *attempt) forget(reason string, now time.Time) {
	if a.State == StateSubmitting {
		a.to(StateUnknown, reason, now)
	}
}

// news gives what survey should know of a, and a key by which a later telling
// of the same is recognised. ok is false when there is nothing to tell: of a
// try that another follows, survey need know only that it was sent.
func (a *attempt) news() (p minyi.Progress, key string, ok bool) {
	if a.Kind != kindInvitation || a.Try > 0 && a.State == StateWaiting {
		return p, "", false
	}
	if a.Followed {
		return minyi.Progress{Invitation: a.Invitation, Step: a.Step, Disposition: minyi.Sent, At: a.Changed}, "followed", numbered(*a) > 0
	}
	p = minyi.Progress{Invitation: a.Invitation, Step: a.Step, Reason: a.Reason, At: a.Changed}
	switch a.State {
	case StateWaiting:
		p.RetryAt = a.Next
	case StateSubmitted:
		p.Disposition = minyi.Sent
	case StateDelivered:
		p.Disposition = minyi.Delivered
	case StateUnknown:
		p.Disposition = minyi.Unknown
	case StateRefused, StateCancelled:
		switch {
		case a.Earlier != nil: // it stays with what the try before came to
			p.Disposition, p.Reason = a.Earlier.disposition(), a.Earlier.Code
		case a.State == StateCancelled:
			return p, "", false
		default:
			p.Disposition = minyi.NotSampled
		}
	case StateFailed:
		p.Disposition = minyi.Failed
		if a.Class == ClassDead || a.Class == ClassOff {
			p.Disposition = minyi.Unreachable
		}
	default:
		return p, "", false
	}
	key = string(a.State) + " " + a.Reason
	if !a.Next.IsZero() {
		key += " " + a.Next.UTC().Format(time.RFC3339Nano)
	}
	return p, key, true
}
