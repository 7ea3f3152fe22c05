package sms

import (
	"context"
	"fmt"
	"time"

	"minyi/internal/docstore"
)

// segmentsFor is how long a carrier's id may still be named by a receipt:
// carriers report for 72 hours, and repeat themselves for days.
const segmentsFor = 14 * 24 * time.Hour

// age names things by when their time is over.
func age(t time.Time) docstore.Key { return docstore.Key{Sort: docstore.SortTime(t)} }

// retire ends what is past its time: carriers' ids after two weeks; numbers,
// words and blind indexes after Config.Keep. What remains of a message is what
// happened to it, so that a campaign's counts stand for good. 请勿打扰 is kept
// as long as the person wants it.
func (s *Service) retire(ctx context.Context) error {
	now := s.clock.Now()
	for _, step := range []func(context.Context, time.Time) (int, error){
		func(ctx context.Context, now time.Time) (int, error) {
			return s.dropSegments(ctx, now.Add(-segmentsFor))
		},
		func(ctx context.Context, now time.Time) (int, error) {
			return s.namelessMessages(ctx, now.Add(-s.cfg.Keep))
		},
		func(ctx context.Context, now time.Time) (int, error) { return s.dropReplies(ctx, now.Add(-s.cfg.Keep)) },
		func(ctx context.Context, now time.Time) (int, error) {
			return s.dropRecipients(ctx, now.Add(-s.cfg.Keep))
		},
	} {
		for ctx.Err() == nil {
			n, err := step(ctx, now)
			if err != nil {
				return err
			}
			if n < retireAtOnce {
				break
			}
		}
	}
	return ctx.Err()
}

const retireAtOnce = 1000

// before gives the ids of the oldest things whose time ended before t.
func before[T any](ctx context.Context, c *docstore.Collection[T], t time.Time) (ids []string, err error) {
	for d, err := range c.Find(ctx, docstore.Query{Index: byAge, To: docstore.SortTime(t), Limit: retireAtOnce}) {
		if err != nil {
			return nil, fmt.Errorf("find what is past its time: %w", err)
		}
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func (s *Service) dropSegments(ctx context.Context, t time.Time) (int, error) {
	ids, err := before(ctx, s.store.segments, t)
	if err != nil {
		return 0, err
	}
	return len(ids), s.store.segments.DeleteMany(ctx, ids)
}

// namelessMessages takes number, text and blind index off messages.
func (s *Service) namelessMessages(ctx context.Context, t time.Time) (int, error) {
	ids, err := before(ctx, s.store.ledger, t)
	if err != nil {
		return 0, err
	}
	now := s.clock.Now()
	err = s.store.ledger.UpdateMany(ctx, ids, func(_ string, a *attempt) error {
		a.To, a.Text, a.Blind, a.Retired = "", "", "", true
		if a.State == StateWaiting {
			a.to(StateCancelled, "retention", now)
		}
		return nil
	})
	return len(ids), err
}

func (s *Service) dropReplies(ctx context.Context, t time.Time) (int, error) {
	ids, err := before(ctx, s.store.replies, t)
	if err != nil {
		return 0, err
	}
	return len(ids), s.store.replies.DeleteMany(ctx, ids)
}

// dropRecipients forgets numbers to which nothing went for so long that no cap
// looks at them, unless they are on 请勿打扰.
func (s *Service) dropRecipients(ctx context.Context, t time.Time) (int, error) {
	ids, err := before(ctx, s.store.recipients, t)
	if err != nil {
		return 0, err
	}
	return len(ids), s.store.recipients.DeleteMany(ctx, ids)
}
