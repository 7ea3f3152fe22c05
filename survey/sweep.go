package survey

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// sweepOften finds durable documents whose next step has not happened. The
// first sweep looks past the waiting times, because a restart often means that
// an in-process Redis came up empty.
func (s *Service) sweepOften(ctx context.Context) {
	ahead := 2 * time.Hour
	tick := time.NewTicker(s.cfg.Sweep)
	defer tick.Stop()
	for {
		if err := s.sweep(ctx, ahead); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "sweep not finished, the next one goes on", "err", err)
		} else if ahead > 0 {
			ahead = 0
			continue // now those that are due, with their dates
		}
		select {
		case <-ctx.Done():
			return
		case <-s.kick:
		case <-tick.C:
		}
	}
}

func (s *Service) sweep(ctx context.Context, ahead time.Duration) error {
	for _, part := range []func(context.Context, time.Duration) error{
		func(ctx context.Context, _ time.Duration) error { return s.drive(ctx) },
		s.sweepInvitations, s.sweepAnswers, s.expirePartials, s.forgetContacts,
	} {
		if err := part(ctx, ahead); err != nil {
			return err
		}
	}
	return nil
}

// sweepInvitations announces steps that are due and not acted on, and ends
// invitations past their deadline.
func (s *Service) sweepInvitations(ctx context.Context, ahead time.Duration) error {
	now := s.clock.Now()
	q := docstore.Query{Index: "due", Part: everything, To: upTo(now.Add(ahead)), Limit: batch}
	for ctx.Err() == nil {
		docs, next, err := page(s.store.invitations.Find(ctx, q), func(d docstore.Doc[Invitation]) string { return s.store.invitations.Cursor(q, d) })
		if err != nil || len(docs) == 0 {
			return err
		}
		if err := s.again(ctx, docs, now, ahead > 0); err != nil {
			return err
		}
		q.After = next
	}
	return ctx.Err()
}

// page reads one page of a query and the cursor behind it.
func page[T any](seq func(func(docstore.Doc[T], error) bool), cursor func(docstore.Doc[T]) string) (docs []docstore.Doc[T], next string, err error) {
	for doc, err := range seq {
		if err != nil {
			return nil, "", err
		}
		docs, next = append(docs, doc), cursor(doc)
	}
	return docs, next, nil
}

// again announces one page and dates it forward. A sweep that looks ahead only
// announces: dated forward, an entry would come up again in the same sweep.
func (s *Service) again(ctx context.Context, docs []docstore.Doc[Invitation], now time.Time, announceOnly bool) error {
	var ids []string
	var due []docstore.Doc[Invitation]
	for _, d := range docs {
		past, open := !now.Before(d.Body.Deadline), !d.Body.DueAt.IsZero() && !now.Before(d.Body.DueAt)
		if past || open {
			ids = append(ids, d.ID)
		}
		if open && !past {
			due = append(due, d)
		}
	}
	s.announceDue(ctx, due)
	if announceOnly {
		return nil
	}
	return s.store.invitations.UpdateMany(ctx, ids, func(_ string, i *Invitation) error {
		switch {
		case i.NextAt.IsZero():
			return docstore.Unchanged
		case !now.Before(i.Deadline):
			i.expire()
		case i.DueAt.IsZero():
			return docstore.Unchanged
		default:
			i.Told++
			i.NextAt = now.Add(again(s.cfg.Announce, i.Told))
			if i.NextAt.After(i.Deadline) {
				i.NextAt = i.Deadline
			}
		}
		return nil
	})
}

// sweepAnswers announces answers that someone has not acted on yet.
func (s *Service) sweepAnswers(ctx context.Context, ahead time.Duration) error {
	now := s.clock.Now()
	q := docstore.Query{Index: "unsettled", Part: everything, To: upTo(now.Add(ahead)), Limit: batch}
	for ctx.Err() == nil {
		docs, next, err := page(s.store.answers.Find(ctx, q), func(d docstore.Doc[Answer]) string { return s.store.answers.Cursor(q, d) })
		if err != nil || len(docs) == 0 {
			return err
		}
		var ids []string
		var events []any
		for _, d := range docs {
			ids = append(ids, d.ID)
			events = append(events, minyi.AnswerLanded{Tenant: d.Body.Tenant, Answer: minyi.AnswerID(d.ID)})
		}
		s.announce(ctx, minyi.TopicAnswerLanded, events)
		q.After = next
		if ahead > 0 {
			continue
		}
		err = s.store.answers.UpdateMany(ctx, ids, func(_ string, a *Answer) error {
			if a.NextAt.IsZero() {
				return docstore.Unchanged
			}
			a.Told++
			a.NextAt = now.Add(again(s.cfg.Announce, a.Told))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// expirePartials turns half-filled attempts into partial answers once their
// deadline has passed.
func (s *Service) expirePartials(ctx context.Context, _ time.Duration) error {
	now := s.clock.Now()
	q := docstore.Query{Index: "expiring", Part: everything, To: upTo(now), Limit: batch}
	for ctx.Err() == nil {
		docs, _, err := page(s.store.attempts.Find(ctx, q), func(docstore.Doc[Attempt]) string { return "" })
		if err != nil || len(docs) == 0 {
			return err
		}
		var done []string
		for _, d := range docs {
			if err := s.landPartial(ctx, d.Body); err != nil {
				return err
			}
			done = append(done, d.ID)
		}
		if err := s.closePartials(ctx, done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// landPartial inserts what there is as a partial answer; where a valid one
// stands, that one stays.
func (s *Service) landPartial(ctx context.Context, a Attempt) error {
	inv, err := s.invitationOf(ctx, a.Tenant, a.Invitation)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	key := "partial:" + string(a.Answer)
	sub := Submission{Channel: a.Channel, Entries: a.Entries, Remark: a.Remark, Key: key, At: a.At}
	answer := inv.answer(a.Invitation, sub)
	answer.Partial = true
	answer.Revision, answer.NextAt, answer.Told = 1, s.clock.Now().Add(s.cfg.Announce), 1
	_, err = s.store.answers.Insert(ctx, string(a.Answer), answer)
	if fault.Is(err, fault.Exists) {
		return nil
	}
	if err == nil {
		s.tell(minyi.AnswerLanded{Tenant: a.Tenant, Answer: a.Answer})
	}
	return err
}

// forgetContacts deletes names and numbers whose time is over.
func (s *Service) forgetContacts(ctx context.Context, _ time.Duration) error {
	until := docstore.SortTime(s.clock.Now().Add(-s.cfg.KeepContacts))
	q := docstore.Query{Index: "age", Part: everything, To: until, Limit: batch}
	for ctx.Err() == nil {
		docs, _, err := page(s.store.contacts.Find(ctx, q), func(docstore.Doc[Contact]) string { return "" })
		if err != nil || len(docs) == 0 {
			return err
		}
		ids := make([]string, len(docs))
		for i, d := range docs {
			ids[i] = d.ID
		}
		if err := s.store.contacts.DeleteMany(ctx, ids); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// upTo ends a range of times behind t, t included.
func upTo(t time.Time) string { return docstore.SortTime(t.Add(time.Nanosecond)) }
