package voice

import (
	"strconv"
	"time"

	"minyi"
	"minyi/internal/id"
)

// CallState says how far the calling of one invitation has come.
type CallState string

// States of a row of voice_calls.
const (
	StateWaiting CallState = "waiting" // to be called at Next
	StateDialing CallState = "dialing" // a trunk has it, under a lease
	StateTalking CallState = "talking" // answered, under a lease
	StateDone    CallState = "done"    // no further call
)

// record is one invitation's step of calls, a document of voice_calls. A try
// is entered before a trunk is asked to dial.
type record struct {
	Tenant     minyi.TenantID     `json:"tenant"`
	Invitation minyi.InvitationID `json:"invitation"`
	Campaign   minyi.CampaignID   `json:"campaign"`
	Step       int                `json:"step"`
	To         string             `json:"to"` // sealed
	Blind      string             `json:"blind"`
	Deadline   time.Time          `json:"deadline,omitzero"`
	Created    time.Time          `json:"created"`

	State   CallState `json:"state"`
	Reason  string    `json:"reason,omitempty"` // of a wait or an end without a call
	Changed time.Time `json:"changed"`
	Next    time.Time `json:"next,omitzero"`  // with waiting
	Lease   time.Time `json:"lease,omitzero"` // with dialing and talking
	Tries   []Try     `json:"tries,omitempty"`
	// Owe is set while somebody is still to be told of the last try or the end.
	Owe time.Time `json:"owe,omitzero"`
	// Heard is set while a recorded remark waits to be written down.
	Heard time.Time `json:"heard,omitzero"`
}

// Try is one call that was, or may have been, placed.
type Try struct {
	Attempt  minyi.AttemptID          `json:"attempt"`
	Trunk    string                   `json:"trunk,omitempty"`
	Result                            // Outcome is empty while it lasts
	End      End                      `json:"end,omitempty"`
	Step     string                   `json:"step,omitempty"` // where the dialogue stands, or stood when it ended
	Keyed    bool                     `json:"keyed,omitempty"`
	Pressed  map[string]minyi.Pressed `json:"pressed,omitempty"`
	Notes    map[string]Note          `json:"notes,omitempty"`
	Recorded bool                     `json:"recorded,omitempty"`
}

func recordID(inv minyi.InvitationID, step int) string {
	return id.Derive("voice-call", string(inv), strconv.Itoa(step))
}

// AttemptIDFor gives the id of a call: the same facts give the same id.
func AttemptIDFor(inv minyi.InvitationID, step, try int) minyi.AttemptID {
	return minyi.AttemptID(id.Derive("voice-attempt", string(inv), strconv.Itoa(step), strconv.Itoa(try)))
}

// next is the id that the next try will have.
func (r *record) next() minyi.AttemptID { return AttemptIDFor(r.Invitation, r.Step, len(r.Tries)) }

func (r *record) last() *Try {
	if len(r.Tries) == 0 {
		return nil
	}
	return &r.Tries[len(r.Tries)-1]
}

func (r *record) past() []Past {
	out := make([]Past, len(r.Tries))
	for i, t := range r.Tries {
		out[i] = t.past()
	}
	return out
}

func (r *record) to(s CallState, reason string, at time.Time) {
	r.State, r.Reason, r.Changed = s, reason, at
	r.Next, r.Lease = time.Time{}, time.Time{}
}

// wait puts the next call off.
func (r *record) wait(until time.Time, reason string, at time.Time) {
	r.to(StateWaiting, reason, at)
	r.Next = until
}

// end closes the row; somebody is to be told.
func (r *record) end(reason string, at time.Time) {
	r.to(StateDone, reason, at)
	r.Owe = at
}

// dial enters a try before the trunk is asked.
func (r *record) dial(at, lease time.Time) minyi.AttemptID {
	attempt := r.next()
	r.Tries = append(r.Tries, Try{Attempt: attempt, Result: Result{Placed: at}})
	r.to(StateDialing, "", at)
	r.Lease = lease
	return attempt
}

// is reports whether attempt is the try under way.
func (r *record) is(attempt minyi.AttemptID) bool {
	t := r.last()
	return t != nil && t.Attempt == attempt && (r.State == StateDialing || r.State == StateTalking)
}

// label is what the outcome table counts a row under: its last outcome once it
// is over, else its state.
func (r record) label() string {
	if r.State != StateDone {
		return string(r.State)
	}
	if t := r.last(); t != nil && t.Outcome != "" && t.counted() {
		return string(t.Outcome)
	}
	return "not-called"
}

func (t Try) past() Past { return Past{Ended: t.Ended, Outcome: t.Outcome, Rang: t.Rang} }

func (t Try) counted() bool { return t.past().counts() }

// settled gives the outcome of a try as it stands in the ledger: an answered
// call without any key is an outcome of its own.
func settled(o Outcome, keyed bool) Outcome {
	if o == OutcomeAnswered && !keyed {
		return OutcomeNoKey
	}
	return o
}

// follow decides what comes after the try that has just ended.
func (r *record) follow(p Policy, cal Calendar, now time.Time) {
	t := r.last()
	switch t.Outcome {
	case OutcomeAnswered, OutcomeNoKey, OutcomeRejected, OutcomeUnknown:
		r.end(string(t.Outcome), now)
		return
	case OutcomeUnreachable:
		if t.Cause != causeAbsent {
			r.end(string(t.Outcome), now)
			return
		}
	}
	at := now
	if !t.counted() {
		at = now.Add(r.backoff())
	}
	v := p.Decide(r.past(), r.Deadline, cal, at)
	switch v.Decision {
	case DecideRefuse:
		r.end(v.Reason, now)
	case DecideWait:
		r.wait(v.Until, string(t.Outcome), now)
	default:
		r.wait(at, string(t.Outcome), now)
	}
	r.Owe = now
}

// drop ends a row that would wait for a call which nobody wants any more.
func (r *record) drop(why string, now time.Time) {
	if r.erased() {
		why = "erased"
	}
	if why != "" && r.State == StateWaiting {
		r.end(why, now)
	}
}

// causeAbsent is Q.850 20, subscriber absent: the telephone is off, and may be
// on later. Other unreachable numbers stay so.
const causeAbsent = 20

// backoff grows with the faults in a row: half a minute, doubling to a quarter
// of an hour. A trunk that is back is used again soon.
func (r *record) backoff() time.Duration {
	wait := 30 * time.Second
	for i := len(r.Tries) - 2; i >= 0 && !r.Tries[i].counted() && wait < 15*time.Minute; i-- {
		wait *= 2
	}
	return min(wait, 15*time.Minute)
}

// reports gives what survey should know of r: how far the carrier brought the
// call, and behind it what the person did.
func (r *record) reports() []minyi.Progress {
	p := r.progress()
	if p.Disposition != minyi.Started {
		return []minyi.Progress{p}
	}
	reached := p
	reached.Disposition = minyi.Delivered
	return []minyi.Progress{reached, p}
}

func (r *record) progress() minyi.Progress {
	p := minyi.Progress{Invitation: r.Invitation, Step: r.Step, Reason: r.Reason, At: r.Changed, RetryAt: r.Next}
	t := r.last()
	if t == nil || !t.counted() {
		if r.State == StateDone {
			p.Disposition = minyi.NotSampled
		}
		return p
	}
	switch t.Outcome {
	case OutcomeAnswered:
		p.Disposition = minyi.Started
	case OutcomeNoKey:
		p.Disposition = minyi.Delivered
	case OutcomeUnknown:
		p.Disposition = minyi.Unknown
	case OutcomeUnreachable:
		p.Disposition = minyi.Unreachable
	case OutcomeBusy, OutcomeNoAnswer, OutcomeRejected:
		p.Disposition = minyi.Failed
	}
	if r.State != StateDone {
		p.Disposition = ""
	}
	return p
}
