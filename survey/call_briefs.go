package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

// CallBriefs tells voice whom to call, now, and what to say. As with Briefs,
// campaign, invitation and answer are all looked at afresh.
func (s *Service) CallBriefs(ctx context.Context, req minyi.BriefsRequest) (minyi.CallBriefsReply, error) {
	ids := make([]string, len(req.Invitations))
	for i, id := range req.Invitations {
		ids[i] = string(id)
	}
	found, err := s.store.invitations.GetMany(ctx, ids)
	if err != nil {
		return minyi.CallBriefsReply{}, err
	}
	look, err := s.lookUp(ctx, found)
	if err != nil {
		return minyi.CallBriefsReply{}, err
	}
	var reply minyi.CallBriefsReply
	for _, id := range ids {
		doc, ok := found[id]
		if !ok || doc.Body.Tenant != req.Tenant {
			reply.Briefs = append(reply.Briefs, minyi.CallBrief{Tenant: req.Tenant, Invitation: minyi.InvitationID(id), Why: "gone"})
			continue
		}
		b, err := s.callBrief(ctx, minyi.InvitationID(id), doc.Body, look)
		if err != nil {
			return minyi.CallBriefsReply{}, err
		}
		reply.Briefs = append(reply.Briefs, b)
	}
	return reply, nil
}

func (s *Service) callBrief(ctx context.Context, id minyi.InvitationID, inv Invitation, look surroundings) (minyi.CallBrief, error) {
	b := minyi.CallBrief{Tenant: inv.Tenant, Invitation: id, Campaign: inv.Campaign, Step: inv.Step, Deadline: inv.Deadline}
	c := look.campaigns[string(inv.Campaign)].Body
	contact, reachable := look.contacts[inv.Key]
	_, answered := look.answers[string(inv.answerID())]
	if b.Go, b.Why = inv.sendable(c.State, answered, s.clock.Now()); !b.Go {
		return b, nil
	}
	if !inv.Voice {
		b.Go, b.Why = false, "not-due" // the message's turn
		return b, nil
	}
	b.To, b.Blind = contact.Body.Mobile, contact.Body.Blind
	if b.To == "" {
		b.To = contact.Body.Landline
	}
	if !reachable || b.To == "" {
		b.Go, b.Why = false, "gone"
		return b, nil
	}
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err != nil {
		return b, err
	}
	b.Dialogue = dialogue(v, c.Language)
	b.Dialogue.Hotline, b.Dialogue.Day = s.cfg.Hotline, inv.Day
	return b, nil
}

// calls reports whether the telephone is among the campaign's steps.
func (c Campaign) calls() bool { return c.Form == FormVoice || c.CallHours > 0 }

// spokenOf reports whether q has any question for the telephone.
func spokenOf(q *questionnaires.Questionnaire) bool {
	for _, one := range q.Questions {
		if len(one.Voice) > 0 {
			return true
		}
	}
	return false
}

// dialogue is a published version as the telephone speaks it: the questions
// that have voice wording.
func dialogue(v *questionnaires.Version, lang string) minyi.Dialogue {
	d := minyi.Dialogue{Questionnaire: v.ID, Version: v.Number, Language: lang, Opening: v.Voice.Opening.In(lang), Closing: v.Voice.Closing.In(lang)}
	_, d.Remark = v.Remark()
	for _, q := range v.Questions {
		if len(q.Voice) == 0 {
			continue
		}
		one := minyi.DialogueQuestion{ID: q.ID, Text: q.Voice.In(lang), Keys: q.Keys, Required: q.Required}
		if q.Kind == questionnaires.Number {
			one.Max = q.Scale() - 1
		}
		if q.When != nil {
			one.After, one.Values = q.When.Question, q.When.Values
		}
		d.Questions = append(d.Questions, one)
	}
	return d
}

// Spoken takes what was answered in one call. Telling it again changes
// nothing; words that are transcribed later are added to the call's answer.
func (s *Service) Spoken(ctx context.Context, req minyi.SpokenRequest) (minyi.SpokenReply, error) {
	inv, err := s.invitationOf(ctx, req.Tenant, req.Invitation)
	if err != nil {
		return minyi.SpokenReply{}, err
	}
	sub := Submission{Channel: minyi.ChannelVoice, Entries: questionnaires.Entries{}, Remark: req.Remark, Key: "call:" + string(req.Call), At: req.At}
	for question, p := range req.Pressed {
		sub.Entries[question] = questionnaires.Entry{V: p.V, Key: p.Key, DontKnow: p.DontKnow}
	}
	out := "nothing"
	switch {
	case len(sub.Entries) > 0:
		out, err = s.spoken(ctx, req.Invitation, inv, sub)
	case req.Remark != "":
		out, err = "remark", s.addWords(ctx, req.Invitation, inv, sub)
	}
	if err == nil && req.OptOut {
		out, err = "opted-out", s.raise(ctx, req.Invitation, minyi.OptedOut, "call")
	}
	return minyi.SpokenReply{Outcome: out}, err
}

func (s *Service) spoken(ctx context.Context, id minyi.InvitationID, inv Invitation, sub Submission) (string, error) {
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err == nil {
		err = v.Vet(sub.Entries)
	}
	if err != nil {
		return "", err
	}
	out, err := s.land(ctx, id, inv, sub)
	return string(out), err
}

// addWords puts a call's words to the answer that this call made, else keeps
// them beside whatever stands.
func (s *Service) addWords(ctx context.Context, id minyi.InvitationID, inv Invitation, sub Submission) error {
	answer := inv.answerID()
	doc, err := s.store.answers.Update(ctx, string(answer), func(a *Answer) error {
		if a.Submission != sub.Key || a.Remark != "" || a.Erased {
			return docstore.Unchanged
		}
		a.Remark = sub.Remark
		a.changed(s.clock.Now(), s.cfg.Announce)
		return nil
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return s.keepComment(ctx, id, inv, sub)
	case err != nil:
		return err
	case doc.Body.Submission != sub.Key:
		return s.keepComment(ctx, id, inv, sub)
	}
	s.tell(minyi.AnswerLanded{Tenant: inv.Tenant, Answer: answer})
	return nil
}
