package voice

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// finish writes down how a call ended and tells everybody. When the writing
// fails, the lease runs out and the sweeper finds what was saved.
func (s *Service) finish(ctx context.Context, c *conversation, result Result, trunk string) {
	snap := c.snapshot()
	now := s.clock.Now()
	doc, err := s.store.calls.Update(ctx, c.key, func(r *record) error {
		if !r.is(c.attempt) {
			return docstore.Unchanged
		}
		t := r.last()
		t.Trunk, t.Result = trunk, result
		t.Placed, t.Answered, t.Ended = snap.placed, snap.answered, now // by one clock, the service's
		if result.Outcome == OutcomeAnswered {
			t.fill(snap.state, c.spec)
		}
		t.Outcome = settled(result.Outcome, snap.state.Keyed)
		s.toWriteDown(r, now)
		r.follow(s.policyOf(r.Tenant), s.calendar, now)
		r.drop(snap.why, now)
		return nil
	})
	if err != nil {
		s.log.Error("the end of a call is not written", "attempt", c.attempt, "err", err)
		return
	}
	if doc.Body.erased() {
		if _, err := s.forgetRemark(ctx, c.attempt); err != nil {
			s.log.Error("a remark of an erased number is still there; erase it again", "attempt", c.attempt, "err", err)
		}
	}
	s.log.Info("call ended", "attempt", c.attempt, "trunk", trunk, "outcome", doc.Body.last().Outcome, "code", result.Code, "cause", result.Cause,
		"end", snap.state.End, "state", doc.Body.State, "gap", result.Gap.Round(time.Millisecond))
	if err := s.pay(ctx, doc); err != nil {
		s.log.Warn("a call's end is not told yet, the sweeper will", "attempt", c.attempt, "err", err)
	}
}

// pay tells sms and survey what they are owed of a row: the place among the
// number's contacts, the answers, the progress. Every telling is idempotent;
// the debt is struck out last.
func (s *Service) pay(ctx context.Context, r row) error {
	if r.Body.Owe.IsZero() {
		return nil
	}
	if t := r.Body.last(); t != nil && t.Outcome != "" {
		if err := s.settle(ctx, r.Body, *t); err != nil {
			return err
		}
		if err := s.hand(ctx, r.Body, *t); err != nil {
			return err
		}
	}
	if _, err := s.survey.Progress(ctx, minyi.ProgressRequest{Tenant: r.Body.Tenant, Progress: r.Body.reports()}); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	_, err := s.store.calls.Update(ctx, r.ID, func(now *record) error {
		if !now.Owe.Equal(r.Body.Owe) {
			return docstore.Unchanged // something newer is owed
		}
		now.Owe = time.Time{}
		return nil
	})
	return err
}

func (s *Service) settle(ctx context.Context, r record, t Try) error {
	answered := t.Outcome == OutcomeAnswered || t.Outcome == OutcomeNoKey
	req := minyi.SettleCallRequest{Tenant: r.Tenant, Blind: r.Blind, Attempt: t.Attempt, Answered: answered,
		Rang: answered || t.counted() && t.Outcome != OutcomeUnreachable, At: t.Ended}
	if _, err := s.contacts.SettleCall(ctx, req); err != nil {
		return fmt.Errorf("settle a call: %w", err)
	}
	if t.End != EndOptedOut {
		return nil
	}
	_, err := s.contacts.OptOut(ctx, minyi.OptOutRequest{Tenant: r.Tenant, Blind: r.Blind, To: r.To, Invitation: r.Invitation, Source: "voice", At: t.Ended})
	if err != nil {
		return fmt.Errorf("put a number on do-not-contact: %w", err)
	}
	return nil
}

// hand gives survey what was pressed. A call cut off hands over what there is;
// survey keeps it as a partial.
func (s *Service) hand(ctx context.Context, r record, t Try) error {
	optOut := t.End == EndOptedOut
	if len(t.Pressed) == 0 && !optOut {
		return nil
	}
	reply, err := s.survey.Spoken(ctx, minyi.SpokenRequest{Tenant: r.Tenant, Invitation: r.Invitation, Call: t.Attempt, Pressed: t.Pressed,
		Finished: t.End == EndCompleted, OptOut: optOut, At: handedAt(t)})
	if err != nil {
		return fmt.Errorf("hand answers over: %w", err)
	}
	s.log.Debug("answers handed over", "attempt", t.Attempt, "outcome", reply.Outcome)
	return nil
}

// handedAt is when the answers were given: the end, or of a call whose end
// nobody saw its answer.
func handedAt(t Try) time.Time {
	if t.Ended.IsZero() {
		return t.Answered
	}
	return t.Ended
}
