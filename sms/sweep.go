package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// sweepLoop finds in the store what was left behind: by a crash, by a peer
// that did not answer, by a Redis that lost its contents.
func (s *Service) sweepLoop(ctx context.Context) {
	tick := time.NewTicker(s.cfg.SweepEvery)
	defer tick.Stop()
	for turn := 0; ; turn++ {
		s.sweep(ctx, turn%8 == 0)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type chore struct {
	of string
	do func(context.Context) error
}

// sweep does the chores; thorough adds those that can wait a few turns.
func (s *Service) sweep(ctx context.Context, thorough bool) {
	chores := []chore{{"leases", s.lapse}, {"untold progress", s.tellUntold}, {"tries", s.tryDue}, {"answers", s.resumeAnswers}, {"replies", s.findOpenReplies}}
	if thorough {
		chores = append(chores, chore{"unknown outcomes", s.retrace}, chore{"waiting attempts", s.wake}, chore{"retention", s.retire})
	}
	for _, c := range chores {
		if err := c.do(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("sms sweep", "of", c.of, "err", err)
		}
	}
}

// tellUntold tells survey what it has not been told.
func (s *Service) tellUntold(ctx context.Context) error {
	q := docstore.Query{Index: byUntold, To: docstore.SortTime(s.clock.Now().Add(-s.cfg.TellAfter)), Limit: 1000}
	for {
		rows, err := s.collect(ctx, q)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := s.tellAgain(ctx, rows); err != nil {
			return err
		}
		if len(rows) < q.Limit {
			return nil
		}
	}
}

func (s *Service) collect(ctx context.Context, q docstore.Query) (rows []row, err error) {
	for r, err := range s.store.ledger.Find(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("search the ledger: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// wake announces waiting attempts that survey should have asked for long ago,
// so that no attempt waits because a message between us was lost.
func (s *Service) wake(ctx context.Context) error {
	q := docstore.Query{Index: byTime, Part: timePart(StateWaiting, kindInvitation), To: docstore.SortTime(s.clock.Now().Add(-5 * time.Minute)), Limit: 1000}
	rows, err := s.collect(ctx, q)
	var due []any
	for _, r := range rows {
		due = append(due, minyi.InvitationDue{Tenant: r.Body.Tenant, Invitation: r.Body.Invitation})
	}
	if err != nil || len(due) == 0 {
		return err
	}
	return s.bus.Publish(ctx, minyi.TopicInvitationDue, due...)
}
