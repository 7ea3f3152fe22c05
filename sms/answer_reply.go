package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
)

// This file holds what we answer to replies: confirmations, thanks, help.

// given is one answer of ours to a reply.
type given struct {
	Reply string    `json:"reply"`
	At    time.Time `json:"at"`
}

// mayAnswer decides, in the recipient's document, whether a reply is answered:
// an opt-out is confirmed once, help is given once for an invitation and once
// an hour, nobody who wants no more is answered otherwise, and no number gets
// more than a few answers an hour, so that two robots never talk to each other.
func (s *Service) mayAnswer(ctx context.Context, replyID string, b reply, as string) (bool, byte, error) {
	now := s.clock.Now()
	may := false
	d, err := s.store.recipients.Put(ctx, recipientID(b.Tenant, b.Blind), func(r *recipient, _ bool) error {
		recent := r.Answers[:0:0]
		for _, g := range r.Answers {
			if now.Sub(g.At) < time.Hour && g.Reply != replyID {
				recent = append(recent, g)
			}
		}
		may = len(recent) < s.cfg.AnswersPerHour
		switch as {
		case "stop":
			may = may && r.Stop != nil && (r.Stop.Confirmed == "" || r.Stop.Confirmed == replyID)
		case "help":
			may = may && r.Stop == nil && r.Helped != string(b.Invitation) && now.Sub(r.HelpedAt) >= time.Hour
		default:
			may = may && r.Stop == nil
		}
		if !may {
			return docstore.Unchanged
		}
		r.Tenant, r.Blind, r.Answers = b.Tenant, b.Blind, append(recent, given{replyID, now})
		r.Ref++
		switch as {
		case "stop":
			r.Stop.Confirmed = replyID
		case "help":
			r.Helped, r.HelpedAt = string(b.Invitation), now
		}
		return nil
	})
	return may, d.Body.Ref, err
}

// answer sends text back to the sender of a reply, at most once.
func (s *Service) answer(ctx context.Context, replyID string, b reply, say saying) error {
	if say.text == "" {
		return nil
	}
	may, ref, err := s.mayAnswer(ctx, replyID, b, say.as)
	if err != nil || !may {
		return err
	}
	text := say.text
	if _, _, signed := CutSignature(text); !signed {
		text = "【" + s.cfg.Signature + "】" + text
	}
	sealed, err := s.box.Seal(text)
	if err != nil {
		return fmt.Errorf("seal an answer: %w", err)
	}
	now := s.clock.Now()
	e := errand{id: minyi.AttemptID(id.Derive("sms-answer", replyID)), brief: minyi.Brief{Text: text}}
	e.row = attempt{Tenant: b.Tenant, Invitation: b.Invitation, Kind: kindAnswer, To: b.From, Blind: b.Blind, Text: sealed, Created: now}
	e.row.lend(now, now.Add(s.cfg.Lease), max(1, Segments(text)))
	e.row.Ref = ref
	won, err := s.insertNew(ctx, []errand{e})
	if err != nil || !won[e.id] {
		return err
	}
	return s.record(ctx, []handed{s.submitOne(ctx, ctx, e, now)})
}

// answersWithin is how long an answer that could not be sent is still worth
// sending.
const answersWithin = time.Hour

// resumeAnswers sends answers that had to wait.
func (s *Service) resumeAnswers(ctx context.Context) error {
	now := s.clock.Now()
	q := docstore.Query{Index: byTime, Part: timePart(StateWaiting, kindAnswer), To: docstore.SortTime(now), Limit: 100}
	rows, err := s.collect(ctx, q)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.resumeAnswer(ctx, r, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) resumeAnswer(ctx context.Context, r row, now time.Time) error {
	text, err := s.box.Open(r.Body.Text)
	if err != nil || now.Sub(r.Body.Created) > answersWithin {
		return s.cancel(ctx, []row{r})
	}
	won := false
	taken, err := s.store.ledger.Update(ctx, r.ID, func(a *attempt) error {
		if won = a.State == StateWaiting; !won {
			return docstore.Unchanged
		}
		a.lend(now, now.Add(s.cfg.Lease), max(1, Segments(text)))
		return nil
	})
	if err != nil || !won {
		return err
	}
	e := errand{id: minyi.AttemptID(r.ID), brief: minyi.Brief{Text: text}, row: taken.Body, stands: true}
	return s.record(ctx, []handed{s.submitOne(context.WithoutCancel(ctx), ctx, e, now)})
}
