package voice

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// Forget erases a number from the ledger of calls, and what its owner said
// into the telephone. What remains is what happened, under a blind index that
// names nobody. A call that waits is not made, one in progress ends politely.
// Doing it again is harmless.
func (s *Service) Forget(ctx context.Context, req minyi.ForgetRequest) (minyi.ForgetReply, error) {
	var reply minyi.ForgetReply
	var ids []string
	part := docstore.Part(string(tenantOr(req.Tenant)), req.Blind)
	for r, err := range s.store.calls.Find(ctx, docstore.Query{Index: byNumber, Part: part}) {
		if err != nil {
			return reply, fmt.Errorf("find a number's calls: %w", err)
		}
		ids = append(ids, r.ID)
		for _, t := range r.Body.Tries {
			had, err := s.forgetRemark(ctx, t.Attempt)
			if err != nil {
				return reply, err
			}
			if had {
				reply.Recordings++
			}
			s.hush(t.Attempt)
		}
	}
	now := s.clock.Now()
	err := s.store.calls.UpdateMany(ctx, ids, func(_ string, r *record) error {
		r.To, r.Heard = "", time.Time{}
		if r.State == StateWaiting {
			r.end("erased", now)
		}
		return nil
	})
	if err != nil {
		return reply, fmt.Errorf("erase a number from the ledger of calls: %w", err)
	}
	reply.Calls = len(ids)
	return reply, nil
}

// erased reports whether the number is gone; a row has one from its beginning.
func (r *record) erased() bool { return r.To == "" }

// hush ends a call of this process politely; survey's answer ends those of
// others.
func (s *Service) hush(a minyi.AttemptID) {
	s.mu.Lock()
	c := s.live[a]
	s.mu.Unlock()
	if c != nil {
		c.interrupt(EventStopped)
	}
}

// forgetRemark deletes what was recorded in a call, and says whether there was
// anything.
func (s *Service) forgetRemark(ctx context.Context, call minyi.AttemptID) (had bool, err error) {
	for n := 0; ; n += partsAtOnce {
		ids := make([]string, partsAtOnce)
		for i := range ids {
			ids[i] = partID(call, n+i)
		}
		found, err := s.store.recordings.GetMany(ctx, ids)
		if err == nil && len(found) > 0 {
			had, err = true, s.store.recordings.DeleteMany(ctx, ids)
		}
		if err != nil {
			return had, fmt.Errorf("erase a recording: %w", err)
		}
		if len(found) < len(ids) {
			return had, nil
		}
	}
}

// partsAtOnce is more than a remark of the longest has.
const partsAtOnce = 16
