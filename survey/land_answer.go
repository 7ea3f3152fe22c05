package survey

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

// Submission is what a respondent gave on one channel.
type Submission struct {
	Channel minyi.Channel
	Entries questionnaires.Entries
	Remark  string // sealed
	// Key makes repetitions harmless: the same key is the same submission.
	Key string
	At  time.Time
}

// Outcome is what became of a submission.
type Outcome string

// Outcomes.
const (
	OutcomeCompleted Outcome = "completed"
	OutcomePartial   Outcome = "partial"
	OutcomeAlready   Outcome = "already" // a valid rating stands; this one is kept as an attempt
	OutcomeExpired   Outcome = "expired"
)

// land stores a submission. A complete one is inserted under the id that its
// case has in this family, and the store takes that id once: whichever channel
// comes first holds the valid rating. The path is one insert; everything that
// follows from it is the work of the consumer of answer.landed.
func (s *Service) land(ctx context.Context, id minyi.InvitationID, inv Invitation, sub Submission) (Outcome, error) {
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err != nil {
		return "", err
	}
	if !sub.At.Before(inv.Deadline) {
		return s.tooLate(ctx, inv, sub)
	}
	sub.Entries = v.Reached(sub.Entries)
	if len(v.Missing(sub.Entries)) > 0 {
		return s.keepPartial(ctx, id, inv, sub)
	}
	return s.insert(ctx, inv.answerID(), inv.answer(id, sub), sub)
}

// insert is the arbiter of 一单一评.
func (s *Service) insert(ctx context.Context, id minyi.AnswerID, a Answer, sub Submission) (Outcome, error) {
	a.Revision, a.NextAt, a.Told = 1, s.clock.Now().Add(s.cfg.Announce), 1
	_, err := s.store.answers.Insert(ctx, string(id), a)
	if err == nil {
		s.tell(minyi.AnswerLanded{Tenant: a.Tenant, Answer: id})
		return OutcomeCompleted, nil
	}
	if !fault.Is(err, fault.Exists) {
		return "", err
	}
	stands, err := s.store.answers.Get(ctx, string(id))
	if err != nil {
		return "", err
	}
	if stands.Body.Submission == sub.Key {
		return OutcomeCompleted, nil // the same submission once more: a double click, a retry
	}
	return OutcomeAlready, s.keepLate(ctx, id, a, sub)
}

// tooLate refuses after the deadline, unless this very submission is the one
// that stands.
func (s *Service) tooLate(ctx context.Context, inv Invitation, sub Submission) (Outcome, error) {
	stands, err := s.store.answers.Get(ctx, string(inv.answerID()))
	switch {
	case fault.Is(err, fault.NotFound):
		return OutcomeExpired, nil
	case err != nil:
		return "", err
	case stands.Body.Submission == sub.Key:
		return OutcomeCompleted, nil
	}
	return OutcomeAlready, nil
}

func (i Invitation) answer(id minyi.InvitationID, sub Submission) Answer {
	a := Answer{
		Tenant: i.Tenant, Family: i.Family, Questionnaire: i.Questionnaire, Version: i.Version,
		Campaign: i.Campaign, Invitation: id, Case: i.Case, Contact: i.Contact,
		Unit: i.Unit, District: i.District, Category: i.Category, Audience: i.Audience,
		Channel: sub.Channel, Day: i.Day, At: sub.At, Respondent: i.Respondent,
		Entries: sub.Entries, Remark: sub.Remark, Submission: sub.Key,
	}
	if a.Day == "" {
		a.Day = minyi.Day(sub.At)
	}
	return a
}

func (s *Service) keepLate(ctx context.Context, id minyi.AnswerID, a Answer, sub Submission) error {
	_, err := s.store.attempts.Insert(ctx, attemptID(id, "late", sub.Key), Attempt{
		Tenant: a.Tenant, Kind: "late", Answer: id, Invitation: a.Invitation, Channel: sub.Channel,
		Respondent: a.Respondent, Entries: sub.Entries, Remark: sub.Remark, At: sub.At,
	})
	if fault.Is(err, fault.Exists) {
		return nil
	}
	return err
}

// keepPartial adds what was given to the one half-filled attempt of this
// answer; when it has become complete it lands after all.
func (s *Service) keepPartial(ctx context.Context, id minyi.InvitationID, inv Invitation, sub Submission) (Outcome, error) {
	answer := inv.answerID()
	if stands, err := s.store.answers.Get(ctx, string(answer)); err == nil {
		if stands.Body.Submission == sub.Key {
			return OutcomeCompleted, nil
		}
		return OutcomeAlready, s.keepLate(ctx, answer, inv.answer(id, sub), sub)
	} else if !fault.Is(err, fault.NotFound) {
		return "", err
	}
	doc, err := s.store.attempts.Put(ctx, attemptID(answer, "partial", ""), func(a *Attempt, exists bool) error {
		if !exists {
			*a = Attempt{Tenant: inv.Tenant, Kind: "partial", Answer: answer, Invitation: id, Respondent: inv.Respondent,
				Entries: questionnaires.Entries{}, ExpiresAt: inv.Deadline}
		}
		for question, e := range sub.Entries {
			a.Entries[question] = e
		}
		if sub.Remark != "" {
			a.Remark = sub.Remark
		}
		a.Channel, a.At = sub.Channel, sub.At
		return nil
	})
	if err != nil {
		return "", err
	}
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err != nil {
		return "", err
	}
	if whole := v.Reached(doc.Body.Entries); len(v.Missing(whole)) == 0 {
		sub.Entries, sub.Remark = whole, doc.Body.Remark
		return s.insert(ctx, answer, inv.answer(id, sub), sub)
	}
	return OutcomePartial, s.raise(ctx, id, minyi.Partial, "")
}

// raise moves one invitation's disposition upward.
func (s *Service) raise(ctx context.Context, id minyi.InvitationID, d minyi.Disposition, reason string) error {
	_, err := s.store.invitations.Update(ctx, string(id), func(i *Invitation) error {
		if i.Disposition.Advance(d) == i.Disposition {
			return docstore.Unchanged
		}
		i.Disposition = d
		if reason != "" {
			i.Reason = reason
		}
		i.settle()
		return nil
	})
	return err
}

// LandRequest is a submission by another channel of the house, e.g. voice.
type LandRequest struct {
	Tenant     minyi.TenantID         `json:"tenant"`
	Invitation minyi.InvitationID     `json:"invitation"`
	Channel    minyi.Channel          `json:"channel"`
	Entries    questionnaires.Entries `json:"entries"`
	Remark     string                 `json:"remark,omitempty"` // sealed
	Key        string                 `json:"key"`              // the same key is the same submission
	At         time.Time              `json:"at"`
}

// LandReply says what became of it.
type LandReply struct {
	Outcome Outcome `json:"outcome"`
}

// Land takes a submission of any channel. Entries that the published question
// cannot have are refused.
func (s *Service) Land(ctx context.Context, req LandRequest) (LandReply, error) {
	inv, err := s.invitationOf(ctx, req.Tenant, req.Invitation)
	if err != nil {
		return LandReply{}, err
	}
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err != nil {
		return LandReply{}, err
	}
	if err := v.Vet(req.Entries); err != nil {
		return LandReply{}, err
	}
	out, err := s.land(ctx, req.Invitation, inv, Submission{Channel: req.Channel, Entries: req.Entries, Remark: req.Remark, Key: req.Key, At: req.At})
	return LandReply{Outcome: out}, err
}

func (s *Service) invitationOf(ctx context.Context, t minyi.TenantID, id minyi.InvitationID) (Invitation, error) {
	doc, err := s.store.invitations.Get(ctx, string(id))
	if fault.Is(err, fault.NotFound) || err == nil && doc.Body.Tenant != t {
		return Invitation{}, noInvitation()
	}
	return doc.Body, err
}

func noInvitation() error {
	return fault.New(fault.NotFound, "invitation_missing", "没有这个评价邀请，请检查链接是否完整。", "there is no such invitation; check that the link is complete")
}
