package voice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// sweep finds what was left behind: by a crash, by a peer that did not answer,
// by a Redis that lost its contents.
func (s *Service) sweep(ctx context.Context) error {
	return errors.Join(s.lapse(ctx, s.clock.Now()), s.dropUnwanted(ctx), s.payOwed(ctx), s.forgetRecordings(ctx))
}

// lapse ends calls whose lease ran out before: their process died. One that was
// answered ends as answered with what was pressed; one that was being dialled
// may have rung, so its outcome is unknown, and it is not made again by itself.
func (s *Service) lapse(ctx context.Context, before time.Time) error {
	now := s.clock.Now()
	q := docstore.Query{Index: byDue, Part: "live", To: docstore.SortTime(before), Limit: 500}
	var ids []string
	for r, err := range s.store.calls.Find(ctx, q) {
		if err != nil {
			return fmt.Errorf("find lapsed calls: %w", err)
		}
		if t := r.Body.last(); t == nil || !s.holds(t.Attempt) {
			ids = append(ids, r.ID)
		}
	}
	return s.store.calls.UpdateMany(ctx, ids, func(_ string, r *record) error {
		if !r.Lease.Before(before) || r.State != StateDialing && r.State != StateTalking {
			return docstore.Unchanged
		}
		t := r.last()
		t.Ended, t.Detail = r.Lease, "process_ended"
		if now.Before(t.Ended) {
			t.Ended = now
		}
		switch {
		case r.State == StateTalking:
			t.Outcome = settled(OutcomeAnswered, t.Keyed)
			if t.End == "" {
				t.End = lostAt(t.Step)
			}
			s.toWriteDown(r, now)
		default:
			t.Outcome = OutcomeUnknown
		}
		r.follow(s.policyOf(r.Tenant), s.calendar, now)
		return nil
	})
}

// lostAt is how a dialogue ended that was lost at a step: with the remark every
// question has been put.
func lostAt(step string) End {
	if step == string(PhaseRemark) || step == string(PhaseRecording) {
		return EndCompleted
	}
	return EndLost
}

// holds reports whether a call is this process's own; its lease may be late
// because the store is slow.
func (s *Service) holds(a minyi.AttemptID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live[a] != nil
}

func (s *Service) payOwed(ctx context.Context) error {
	var failed error
	for r, err := range s.store.calls.Find(ctx, docstore.Query{Index: byOwed, Limit: 500}) {
		if err != nil {
			return fmt.Errorf("find what is owed: %w", err)
		}
		if err := s.pay(ctx, r); err != nil {
			failed = err
		}
	}
	return failed
}
