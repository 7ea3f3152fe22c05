package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
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
	b, said := d.Body, meaningOf(d.Body, text)
	b.Said = said.Kind
	if b.Invitation, err = s.match(ctx, b); err != nil {
		return s.putOff(ctx, replyID, err)
	}
	say, err := s.act(ctx, replyID, &b, said)
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

// match gives the invitation that a reply answers: the one whose message had
// the extension to which it was sent, where the carrier gives one, else the
// one that went to the sender last before it.
func (s *Service) match(ctx context.Context, b reply) (minyi.InvitationID, error) {
	q := docstore.Query{Index: byNumber, Part: docstore.Part(string(b.Tenant), b.Blind), Desc: true, Limit: 20}
	rows, err := s.collect(ctx, q)
	var last, named *attempt
	for i := range rows {
		a := &rows[i].Body
		if !a.mayHaveArrived() || a.SentAt.After(b.At) {
			continue
		}
		if last == nil || a.SentAt.After(last.SentAt) {
			last = a
		}
		if b.Ext != "" && a.Gateway == b.Gateway && Extension(a.Ref, len(b.Ext)) == b.Ext && (named == nil || a.SentAt.After(named.SentAt)) {
			named = a
		}
	}
	switch {
	case named != nil:
		return named.Invitation, err
	case last != nil:
		return last.Invitation, err
	}
	return "", err
}

// mayHaveArrived reports whether a is an invitation that its person may have
// in hand. One that a carrier took and reported as failed may be: who answers
// it has it.
func (a *attempt) mayHaveArrived() bool {
	switch a.State {
	case StateSubmitting, StateSubmitted, StateDelivered, StateUnknown:
		return a.Kind == kindInvitation
	case StateFailed:
		return a.Kind == kindInvitation && numbered(*a) > 0
	}
	return false
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
	heard, err := s.tellHeard(ctx, replyID, *b, said)
	if err != nil {
		return saying{}, err
	}
	b.Outcome = heard.Outcome
	switch {
	case said.Kind == SaidStop:
		return saying{s.cfg.StopConfirm, "stop"}, nil
	case heard.Outcome == "not-understood" || heard.Outcome == "comment" && said.Kind == SaidUnclear:
		return s.help(ctx, *b, heard)
	}
	return saying{heard.Say, "say"}, nil
}

// tellHeard tells survey what was said. Where the questionnaire has no such
// key, the words beside it are told once more by themselves: they are kept.
func (s *Service) tellHeard(ctx context.Context, replyID string, b reply, said Said) (minyi.HeardReply, error) {
	comment, err := s.box.Seal(said.Comment)
	if err != nil {
		return minyi.HeardReply{}, fmt.Errorf("seal a comment: %w", err)
	}
	req := minyi.HeardRequest{Tenant: b.Tenant, Invitation: b.Invitation, Reply: replyID,
		Key: said.Key, Level: said.Level, Comment: comment, OptOut: said.Kind == SaidStop, At: b.At}
	heard, err := s.survey.Heard(ctx, req)
	if err == nil && heard.Outcome == "not-understood" && comment != "" && req.Key+int(req.Level) > 0 {
		req.Key, req.Level = 0, 0
		_, err = s.survey.Heard(ctx, req)
	}
	if err != nil {
		return heard, fmt.Errorf("tell survey of a reply: %w", err)
	}
	return heard, nil
}

// help asks for a digit, unless the rating is in already or comes too late.
func (s *Service) help(ctx context.Context, b reply, heard minyi.HeardReply) (saying, error) {
	r, err := s.survey.Briefs(ctx, minyi.BriefsRequest{Tenant: b.Tenant, Invitations: []minyi.InvitationID{b.Invitation}})
	if err != nil {
		return saying{}, fmt.Errorf("ask whether a rating is still wanted: %w", err)
	}
	if len(r.Briefs) == 1 && over(r.Briefs[0]) && r.Briefs[0].Why != "gone" {
		return saying{}, nil
	}
	return saying{orString(heard.Say, s.cfg.Help), "help"}, nil
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
