package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
)

func (s *Service) hearLoop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case replyID := <-s.heard:
			if err := s.hear(context.WithoutCancel(ctx), replyID); err != nil {
				s.log.Warn("reply not dealt with yet", "reply", replyID, "err", err)
			}
		}
	}
}

// findOpenReplies hands over replies that nobody has dealt with.
func (s *Service) findOpenReplies(ctx context.Context) error {
	q := docstore.Query{Index: byOpen, To: docstore.SortTime(s.clock.Now().Add(-s.cfg.TellAfter / 3)), Limit: cap(s.heard) / 2}
	for d, err := range s.store.replies.Find(ctx, q) {
		if err != nil {
			return fmt.Errorf("find open replies: %w", err)
		}
		s.wakeHearing(d.ID)
	}
	return nil
}

// hear works out what a stored reply means and acts on it. It may run twice
// for one reply: every step is told by the reply's id.
func (s *Service) hear(ctx context.Context, replyID string) error {
	if _, another := s.atWork.LoadOrStore(replyID, true); another {
		return nil
	}
	defer s.atWork.Delete(replyID)
	d, err := s.store.replies.Get(ctx, replyID)
	if err != nil || d.Body.Due.IsZero() {
		return err
	}
	text, err := s.textOf(d.Body)
	if err != nil {
		return s.putOff(ctx, replyID, fmt.Errorf("open a reply: %w", err))
	}
	b := d.Body
	b.Said = ParseReply(text).Kind
	if b.Invitation, err = s.match(ctx, b); err != nil {
		return s.putOff(ctx, replyID, err)
	}
	say, err := s.act(ctx, replyID, &b, ParseReply(text))
	if err != nil {
		return s.putOff(ctx, replyID, err)
	}
	if err := s.answer(ctx, replyID, b, say); err != nil {
		return s.putOff(ctx, replyID, err)
	}
	_, err = s.store.replies.Update(ctx, replyID, func(r *reply) error {
		r.Due, r.Said, r.Invitation, r.Outcome = time.Time{}, b.Said, b.Invitation, b.Outcome
		return nil
	})
	return err
}

// putOff keeps a reply for a later try: what a resident wrote is never given
// up, the waits only grow to an hour.
func (s *Service) putOff(ctx context.Context, replyID string, cause error) error {
	_, err := s.store.replies.Update(ctx, replyID, func(r *reply) error {
		r.Tries++
		r.Due = s.clock.Now().Add(min(time.Hour, 10*time.Second<<min(r.Tries, 10)))
		return nil
	})
	if err != nil {
		return err
	}
	return cause
}

// match gives the newest invitation that went to the sender.
func (s *Service) match(ctx context.Context, b reply) (minyi.InvitationID, error) {
	q := docstore.Query{Index: byNumber, Part: docstore.Part(string(b.Tenant), b.Blind), Desc: true, Limit: 20}
	rows, err := s.collect(ctx, q)
	for _, r := range rows {
		switch r.Body.State {
		case StateSubmitting, StateSubmitted, StateDelivered, StateUnknown:
			if r.Body.Kind == kindInvitation {
				return r.Body.Invitation, nil
			}
		}
	}
	return "", err
}

// saying is what to answer, and as what.
type saying struct {
	text string
	as   string // "say", "help", "stop"
}

// act does what a reply asks for and gives what to answer.
func (s *Service) act(ctx context.Context, replyID string, b *reply, said Said) (saying, error) {
	if said.Kind == SaidStop {
		if err := s.stop(ctx, b.Tenant, b.Blind, stop{At: b.At, Source: "reply", To: b.From}); err != nil {
			return saying{}, err
		}
		b.Outcome = "opted-out"
	}
	if b.Invitation == "" {
		if said.Kind == SaidStop {
			return saying{s.cfg.StopConfirm, "stop"}, nil
		}
		b.Outcome = "unmatched"
		return saying{}, nil
	}
	comment, err := s.box.Seal(said.Comment)
	if err != nil {
		return saying{}, fmt.Errorf("seal a comment: %w", err)
	}
	heard, err := s.survey.Heard(ctx, minyi.HeardRequest{Tenant: b.Tenant, Invitation: b.Invitation, Reply: replyID,
		Key: said.Key, Level: said.Level, Comment: comment, OptOut: said.Kind == SaidStop, At: b.At})
	if err != nil {
		return saying{}, fmt.Errorf("tell survey of a reply: %w", err)
	}
	b.Outcome = heard.Outcome
	switch {
	case said.Kind == SaidStop:
		return saying{s.cfg.StopConfirm, "stop"}, nil
	case heard.Outcome == "not-understood":
		return saying{orString(heard.Say, s.cfg.Help), "help"}, nil
	}
	return saying{heard.Say, "say"}, nil
}

// stop puts a number on 请勿打扰. What stands there already stays.
func (s *Service) stop(ctx context.Context, tenant minyi.TenantID, blind string, why stop) error {
	_, err := s.store.recipients.Put(ctx, recipientID(tenant, blind), func(r *recipient, _ bool) error {
		if r.Stop != nil {
			return docstore.Unchanged
		}
		r.Tenant, r.Blind, r.Stop = tenant, blind, &why
		return nil
	})
	if err != nil {
		return fmt.Errorf("note that a number wants no more: %w", err)
	}
	return nil
}

// given is one answer of ours to a reply.
type given struct {
	Reply string    `json:"reply"`
	At    time.Time `json:"at"`
}

// mayAnswer decides, in the recipient's document, whether a reply is answered:
// an opt-out is confirmed once, help is given once for an invitation, nobody
// who wants no more is answered otherwise, and no number gets more than a few
// answers an hour, so that two robots never talk to each other.
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
			may = may && r.Stop == nil && (r.Helped == "" || r.Helped != string(b.Invitation))
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
			r.Helped = string(b.Invitation)
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
