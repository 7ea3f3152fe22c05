package survey

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/stream"
)

// Run works until ctx is done and waits for its goroutines: it announces what
// has landed, follows up on it, and sweeps.
func (s *Service) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { s.announceNews(ctx) })
	wg.Go(func() { s.sweepOften(ctx) })
	failed := make(chan error, 1)
	wg.Go(func() {
		failed <- s.bus.Consume(ctx, minyi.TopicAnswerLanded, "survey", stream.Options{Batch: 200}, s.answersLanded)
		stop()
	})
	wg.Wait()
	return <-failed
}

// tell queues an event without waiting. When the queue is full the event is
// dropped: the answer is durable, and the sweeper finds it.
func (s *Service) tell(e minyi.AnswerLanded) {
	select {
	case s.news <- e:
	default:
	}
}

// announceNews publishes what tell queued, many at a time, so that a submit
// never waits for Redis.
func (s *Service) announceNews(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-s.news:
			s.announce(ctx, minyi.TopicAnswerLanded, s.gather(first))
		}
	}
}

func (s *Service) gather(first minyi.AnswerLanded) []any {
	many := []any{first}
	for len(many) < batch {
		select {
		case next := <-s.news:
			many = append(many, next)
		default:
			return many
		}
	}
	return many
}

// announce publishes hints. A failure is logged and forgotten: the sweeper
// tells again.
func (s *Service) announce(ctx context.Context, topic minyi.Topic, bodies []any) {
	if len(bodies) == 0 {
		return
	}
	if err := s.bus.Publish(ctx, topic, bodies...); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "events not published, the sweeper will tell again", "topic", topic, "events", len(bodies), "err", err)
	}
}

// answersLanded is survey's own part after an answer: its invitation is done,
// a bad rating opens a follow-up, a half-filled attempt is closed.
func (s *Service) answersLanded(ctx context.Context, batch []stream.Delivery) error {
	var ids []string
	for _, d := range batch {
		var e minyi.AnswerLanded
		if err := json.Unmarshal(d.Body, &e); err != nil {
			s.log.ErrorContext(ctx, "event is not readable and is dropped", "topic", minyi.TopicAnswerLanded, "entry", d.ID)
			continue
		}
		ids = append(ids, string(e.Answer))
	}
	return s.handleAnswers(ctx, ids)
}

func (s *Service) handleAnswers(ctx context.Context, ids []string) error {
	found, err := s.store.answers.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	var invitations, partials, handled []string
	for id, doc := range found {
		if doc.Body.Handled >= doc.Body.Revision {
			continue
		}
		handled = append(handled, id)
		partials = append(partials, attemptID(minyi.AnswerID(id), "partial", ""))
		if doc.Body.Invitation != "" && doc.Body.valid() {
			invitations = append(invitations, string(doc.Body.Invitation))
		}
	}
	if err := s.complete(ctx, invitations); err != nil {
		return err
	}
	if err := s.closePartials(ctx, partials); err != nil {
		return err
	}
	if err := s.openFollowups(ctx, found); err != nil {
		return err
	}
	// Last, so that a crash before it has the whole done again.
	return s.store.answers.UpdateMany(ctx, handled, func(id string, a *Answer) error {
		if a.Handled >= found[id].Body.Revision {
			return docstore.Unchanged
		}
		a.Handled = found[id].Body.Revision
		a.calm()
		return nil
	})
}

func (s *Service) complete(ctx context.Context, invitations []string) error {
	return s.store.invitations.UpdateMany(ctx, invitations, func(_ string, i *Invitation) error {
		if i.Disposition == minyi.Completed {
			return docstore.Unchanged
		}
		i.Disposition = i.Disposition.Advance(minyi.Completed)
		i.settle()
		return nil
	})
}

func (s *Service) closePartials(ctx context.Context, ids []string) error {
	return s.store.attempts.UpdateMany(ctx, ids, func(_ string, a *Attempt) error {
		if a.ExpiresAt.IsZero() {
			return docstore.Unchanged
		}
		a.ExpiresAt = time.Time{}
		return nil
	})
}
