package voice

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// dispatch calls what is due, as far as the trunks have free lines.
func (s *Service) dispatch(ctx context.Context) error {
	for ctx.Err() == nil {
		room := s.room()
		if room == 0 {
			return nil
		}
		rows, err := s.due(ctx, min(room, 50))
		if err != nil || len(rows) == 0 {
			return err
		}
		moved, err := s.start(ctx, rows)
		if err != nil || moved == 0 {
			return err
		}
	}
	return nil
}

// room is how many more calls the trunks that are up can carry.
func (s *Service) room() int {
	n := 0
	for _, t := range s.trunks {
		if st := t.Status(); st.Up {
			n += st.Most
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, n-len(s.live))
}

func (s *Service) due(ctx context.Context, limit int) (rows []row, err error) {
	q := docstore.Query{Index: byDue, Part: string(StateWaiting), To: docstore.SortTime(s.clock.Now().Add(time.Millisecond)), Limit: limit}
	for r, err := range s.store.calls.Find(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("find due calls: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// start asks survey about due rows, lets policy rule and places those that may
// be. moved counts rows that left the head of the queue.
func (s *Service) start(ctx context.Context, rows []row) (moved int, err error) {
	briefs, err := s.briefs(ctx, rows)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		ok, err := s.startOne(ctx, r, briefs[r.Body.Invitation])
		if err != nil {
			return moved, err
		}
		if ok {
			moved++
		}
	}
	return moved, nil
}

func (s *Service) briefs(ctx context.Context, rows []row) (map[minyi.InvitationID]minyi.CallBrief, error) {
	asked := map[minyi.TenantID][]minyi.InvitationID{}
	for _, r := range rows {
		asked[r.Body.Tenant] = append(asked[r.Body.Tenant], r.Body.Invitation)
	}
	out := map[minyi.InvitationID]minyi.CallBrief{}
	for tenant, list := range asked {
		reply, err := s.survey.CallBriefs(ctx, minyi.BriefsRequest{Tenant: tenant, Invitations: list})
		if err != nil {
			return nil, fmt.Errorf("ask for call briefs: %w", err)
		}
		for _, b := range reply.Briefs {
			out[b.Invitation] = b
		}
	}
	return out, nil
}

// pausedFor is how long a call of a paused campaign is put off.
const pausedFor = 5 * time.Minute

func (s *Service) startOne(ctx context.Context, r row, b minyi.CallBrief) (bool, error) {
	now := s.clock.Now()
	switch {
	case !b.Go && b.Why == "paused":
		return true, s.change(ctx, r.ID, func(r *record) { r.wait(now.Add(pausedFor), "paused", now) })
	case !b.Go || b.Step != r.Body.Step:
		return true, s.change(ctx, r.ID, func(r *record) { r.end(cmpOr(b.Why, "gone"), now) })
	}
	v := s.policyOf(r.Body.Tenant).Decide(r.Body.past(), b.Deadline, s.calendar, now)
	switch v.Decision {
	case DecideWait:
		return true, s.change(ctx, r.ID, func(r *record) { r.wait(v.Until, v.Reason, now); r.Owe = now })
	case DecideRefuse:
		return true, s.change(ctx, r.ID, func(r *record) { r.end(v.Reason, now) })
	}
	place, err := s.contacts.ReserveCall(ctx, minyi.ReserveCallRequest{Tenant: r.Body.Tenant, Blind: r.Body.Blind, Invitation: r.Body.Invitation, Attempt: r.Body.next(), At: now})
	if err != nil {
		return false, fmt.Errorf("reserve a place for a call: %w", err)
	}
	if !place.Go {
		return true, s.change(ctx, r.ID, func(r *record) { r.end(place.Reason, now) })
	}
	return s.call(ctx, r.ID, b)
}

func cmpOr(v, otherwise string) string {
	if v != "" {
		return v
	}
	return otherwise
}

// change moves a waiting row; one that is no longer waiting is another's.
func (s *Service) change(ctx context.Context, key string, f func(*record)) error {
	_, err := s.store.calls.Update(ctx, key, func(r *record) error {
		if r.State != StateWaiting {
			return docstore.Unchanged
		}
		f(r)
		return nil
	})
	if err != nil {
		return fmt.Errorf("write a call: %w", err)
	}
	return nil
}

// call makes its prompts ready, takes the row under a lease with the try
// entered, and places the call on its own goroutine.
func (s *Service) call(ctx context.Context, key string, b minyi.CallBrief) (bool, error) {
	now := s.clock.Now()
	spec := NewSpec(b.Dialogue, s.cfg.Remarks, s.cfg.Times)
	clips, err := s.book.prepare(ctx, b.Tenant, b.Dialogue, spec)
	if err != nil {
		s.log.Warn("prompts are not ready, the call waits", "err", err)
		return true, s.change(ctx, key, func(r *record) { r.wait(now.Add(pausedFor), "prompts", now) })
	}
	to, err := s.numberOf(b.To)
	if err != nil {
		return true, s.change(ctx, key, func(r *record) { r.end("number_unreadable", now) })
	}
	won := false
	var attempt minyi.AttemptID
	_, err = s.store.calls.Update(ctx, key, func(r *record) error {
		if won = r.State == StateWaiting; !won {
			return docstore.Unchanged
		}
		attempt = r.dial(now, now.Add(s.cfg.Lease))
		return nil
	})
	if err != nil || !won {
		return won, err
	}
	c := s.newConversation(key, attempt, b, spec, clips)
	s.mu.Lock()
	s.live[attempt] = c
	s.mu.Unlock()
	// A call under way is brought to its end whatever becomes of ctx; a stop
	// reaches it as an event.
	s.wg.Go(func() { c.run(context.WithoutCancel(ctx), to) })
	return true, nil
}

func (s *Service) numberOf(sealed string) (Number, error) {
	digits, err := s.box.Open(sealed)
	if err != nil {
		return Number{}, err
	}
	return ParseNumber(digits)
}
