package survey

import (
	"time"

	"minyi"
)

// This file holds the rules of one invitation's life as pure functions of it,
// a report and the time.

// ended reports that nothing more is sent to this invitation.
func (i Invitation) ended() bool {
	switch i.Disposition {
	case minyi.NotSampled, minyi.Cancelled, minyi.Failed, minyi.Unreachable,
		minyi.Expired, minyi.Refused, minyi.OptedOut, minyi.Completed:
		return true
	}
	return false
}

// sendable says whether the due step may go out now, and if not, why.
func (i Invitation) sendable(state State, answered bool, now time.Time) (bool, string) {
	switch {
	case answered || i.Disposition == minyi.Completed:
		return false, "answered"
	case state == Stopping || state == Stopped:
		return false, "stopped"
	case state == Paused:
		return false, "paused"
	case i.ended():
		return false, "gone"
	case !now.Before(i.Deadline):
		return false, "expired"
	case i.DueAt.IsZero() || now.Before(i.DueAt):
		return false, "not-due"
	}
	return true, ""
}

// back gives i as it stood when an earlier step was due, so that a message that
// failed for a time may be sent once more: as long as the ladder has not gone
// on past it, and nothing shows that the person has it after all.
func (i Invitation) back(step int, now time.Time) Invitation {
	waiting := i.Step == step+1 && now.Before(i.DueAt)
	if i.Step != step && !waiting || i.delivered() {
		i.Disposition = minyi.Cancelled
	}
	i.Step, i.DueAt, i.Voice = step, now, false
	return i
}

// report applies one report and says whether anything changed. Reports come
// late, twice and out of order, so only a higher disposition counts, and only
// a report of the current step moves the ladder.
func (i *Invitation) report(p minyi.Progress, l ladder) bool {
	if !p.RetryAt.IsZero() {
		return i.postpone(p)
	}
	if p.Disposition.Rank() == 0 {
		return false
	}
	before := *i
	i.Disposition = i.Disposition.Advance(p.Disposition)
	if carrier(p.Disposition) {
		i.Carried = i.Carried.Advance(p.Disposition)
	}
	if p.Reason != "" && (i.Disposition != before.Disposition || p.Disposition == i.Disposition) {
		i.Reason = p.Reason
	}
	if p.Step == i.Step && !i.DueAt.IsZero() && handedOver(p.Disposition) {
		i.climb(p.At, l)
	}
	i.settle()
	return *i != before
}

// postpone keeps the disposition and asks for the same step again later.
func (i *Invitation) postpone(p minyi.Progress) bool {
	if p.Step != i.Step || i.ended() || i.DueAt.IsZero() || i.DueAt.Equal(p.RetryAt) {
		return false
	}
	i.DueAt, i.NextAt, i.Told, i.Reason = p.RetryAt, p.RetryAt, 0, p.Reason
	if i.NextAt.After(i.Deadline) {
		i.NextAt = i.Deadline
	}
	return true
}

// ladder says after how long the reminder and the call follow; 0 leaves one
// out.
type ladder struct{ remind, call time.Duration }

// climb goes to the next step, if it still fits before the deadline: one
// reminder, then the telephone, which spaces its own tries within one step.
func (i *Invitation) climb(at time.Time, l ladder) {
	i.Told = 0
	reminder, call := at.Add(l.remind), at.Add(l.call)
	switch {
	case i.Voice:
		i.DueAt = time.Time{}
	case i.Step == 0 && l.remind > 0 && reminder.Before(i.Deadline):
		i.Step, i.DueAt, i.NextAt = 1, reminder, reminder
	case l.call > 0 && call.Before(i.Deadline):
		i.Step, i.DueAt, i.NextAt, i.Voice = i.Step+1, call, call, true
	default:
		i.DueAt = time.Time{}
	}
}

// settle keeps the sweeper's date in step with the disposition.
func (i *Invitation) settle() {
	switch {
	case i.ended():
		i.DueAt, i.NextAt = time.Time{}, time.Time{}
	case i.DueAt.IsZero():
		i.NextAt = i.Deadline
	}
}

// expire ends an invitation whose deadline has passed. An outcome that is not
// known stays so, and a page that was opened stays opened.
func (i *Invitation) expire() {
	if i.Disposition != minyi.Unknown {
		i.Disposition = i.Disposition.Advance(minyi.Expired)
	}
	i.DueAt, i.NextAt = time.Time{}, time.Time{}
}

// cancel takes back what was not handed to a carrier yet; what was sent
// already keeps its disposition and gets no reminder.
func (i *Invitation) cancel(reason string) {
	if d := i.Disposition; d == minyi.Registered || d == minyi.Queued {
		i.Disposition, i.Reason = minyi.Cancelled, reason
	}
	i.DueAt = time.Time{}
	i.settle()
}

// delivered reports whether the respondent had the message in hand, whatever
// came after.
func (i Invitation) delivered() bool {
	switch i.Disposition {
	case minyi.Opened, minyi.Started, minyi.Partial, minyi.Completed, minyi.Refused:
		return true
	}
	return i.Carried == minyi.Delivered || i.Disposition == minyi.Delivered
}

// carrier tells reports about the road from those about the respondent.
func carrier(d minyi.Disposition) bool {
	switch d {
	case minyi.Unknown, minyi.Sent, minyi.Failed, minyi.Unreachable, minyi.Delivered:
		return true
	}
	return false
}

// handedOver reports that the step's message is with a carrier, or will never
// be.
func handedOver(d minyi.Disposition) bool { return carrier(d) || d == minyi.NotSampled }

// again gives the time to wait before the n-th repetition of a hint.
func again(base time.Duration, n int) time.Duration {
	return min(base<<min(n, 10), time.Hour)
}
