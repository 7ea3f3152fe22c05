package survey

import (
	"context"
	"maps"
	"slices"

	"minyi"
	"minyi/internal/docstore"
)

// invitations makes the documents of one batch. A case that cannot or need
// not be asked gets one too, with the reason, so that the funnel adds up.
func (s *Service) invitations(ctx context.Context, c Campaign, cases map[string]Case) ([]docstore.Doc[Invitation], error) {
	var docs []docstore.Doc[Invitation]
	var rated []string
	for _, key := range slices.Sorted(maps.Keys(cases)) {
		id, err := invitationID(s.box, c.KeyID, c.Tenant, c.ID, key)
		if err != nil {
			return nil, err
		}
		inv := s.invitation(c, key, cases[key])
		docs = append(docs, docstore.Doc[Invitation]{ID: string(id), Body: inv})
		rated = append(rated, string(inv.answerID()))
	}
	answered, err := s.store.answers.GetMany(ctx, rated)
	if err != nil {
		return nil, err
	}
	for i := range docs {
		inv := &docs[i].Body
		if _, yes := answered[rated[i]]; yes && inv.Disposition == minyi.Registered {
			inv.Disposition, inv.Reason = minyi.NotSampled, "already_rated"
			inv.settle()
		}
	}
	return docs, nil
}

func (s *Service) invitation(c Campaign, key string, of Case) Invitation {
	now := s.clock.Now()
	inv := Invitation{
		Tenant: c.Tenant, Campaign: c.ID, Key: key, Case: of.Case, Contact: of.Contact,
		Questionnaire: c.Questionnaire, Version: c.Version, Family: c.Family,
		Unit: of.Unit, District: of.District, Category: of.Category, Audience: of.Audience, Respondent: of.Respondent,
		KeyID: c.KeyID, Voice: c.Form == FormVoice || of.VoiceOnly && c.calls(), Disposition: minyi.Registered,
		DueAt: now, NextAt: now.Add(s.cfg.Announce), Told: 1, Deadline: c.Deadline, CreatedAt: now,
	}
	if of.Case != "" {
		inv.Day = minyi.Day(of.Closed)
	}
	if of.VoiceOnly && !inv.Voice {
		inv.Disposition, inv.Reason = minyi.NotSampled, "no_mobile"
		inv.settle()
	}
	return inv
}

// cancel takes back the next batch of a stopped campaign.
func (s *Service) cancel(ctx context.Context, c Campaign) (progress, error) {
	ids, _, next, err := s.nextInvitations(ctx, c)
	if err != nil || len(ids) == 0 {
		return progress{}, err
	}
	err = s.store.invitations.UpdateMany(ctx, ids, func(_ string, inv *Invitation) error {
		before := *inv
		if inv.cancel("campaign_stopped"); *inv == before {
			return docstore.Unchanged
		}
		return nil
	})
	return progress{cursor: next}, err
}

// remindSweeper announces what waited while the campaign was paused.
func (s *Service) remindSweeper(ctx context.Context, c Campaign) (progress, error) {
	_, docs, next, err := s.nextInvitations(ctx, c)
	if err != nil {
		return progress{}, err
	}
	due := docs[:0]
	for _, d := range docs {
		if ok, _ := d.Body.sendable(Running, false, s.clock.Now()); ok {
			due = append(due, d)
		}
	}
	s.announceDue(ctx, due)
	return progress{cursor: next}, nil
}

func (s *Service) nextInvitations(ctx context.Context, c Campaign) (ids []string, docs []docstore.Doc[Invitation], next string, err error) {
	q := docstore.Query{Index: "campaign", Part: docstore.Part(string(c.Tenant), string(c.ID)), After: c.Cursor, Limit: batch}
	for doc, err := range s.store.invitations.Find(ctx, q) {
		if err != nil {
			return nil, nil, "", err
		}
		ids, docs = append(ids, doc.ID), append(docs, doc)
		next = s.store.invitations.Cursor(q, doc)
	}
	if len(ids) < batch {
		next = ""
	}
	return ids, docs, next, nil
}

// announceDue tells the carrier service of each invitation's road.
func (s *Service) announceDue(ctx context.Context, docs []docstore.Doc[Invitation]) {
	var texts, calls []any
	for _, d := range docs {
		if d.Body.Voice {
			calls = append(calls, minyi.CallDue{Tenant: d.Body.Tenant, Invitation: minyi.InvitationID(d.ID)})
			continue
		}
		texts = append(texts, minyi.InvitationDue{Tenant: d.Body.Tenant, Invitation: minyi.InvitationID(d.ID)})
	}
	s.announce(ctx, minyi.TopicInvitationDue, texts)
	s.announce(ctx, minyi.TopicCallDue, calls)
}
