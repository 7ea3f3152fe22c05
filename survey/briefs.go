package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
)

// Briefs tells a carrier service what to send to whom, now: the state of the
// campaign, of the invitation and of the answer are all looked at afresh, so
// that a stop stops and nobody who has answered is asked again.
func (s *Service) Briefs(ctx context.Context, req minyi.BriefsRequest) (minyi.BriefsReply, error) {
	ids := make([]string, len(req.Invitations))
	for i, id := range req.Invitations {
		ids[i] = string(id)
	}
	found, err := s.store.invitations.GetMany(ctx, ids)
	if err != nil {
		return minyi.BriefsReply{}, err
	}
	look, err := s.lookUp(ctx, found)
	if err != nil {
		return minyi.BriefsReply{}, err
	}
	reply := minyi.BriefsReply{Briefs: make([]minyi.Brief, 0, len(ids))}
	for _, id := range ids {
		doc, ok := found[id]
		if !ok || doc.Body.Tenant != req.Tenant {
			reply.Briefs = append(reply.Briefs, minyi.Brief{Tenant: req.Tenant, Invitation: minyi.InvitationID(id), Why: "gone"})
			continue
		}
		step, again := req.Again[minyi.InvitationID(id)]
		if again {
			doc.Body = doc.Body.back(step, s.clock.Now())
		}
		b, err := s.brief(minyi.InvitationID(id), doc.Body, look)
		if err != nil {
			return minyi.BriefsReply{}, err
		}
		reply.Briefs = append(reply.Briefs, b)
	}
	return reply, nil
}

// surroundings are the documents around a batch of invitations.
type surroundings struct {
	campaigns map[string]docstore.Doc[Campaign]
	contacts  map[string]docstore.Doc[Contact]
	answers   map[string]docstore.Doc[Answer]
}

func (s *Service) lookUp(ctx context.Context, found map[string]docstore.Doc[Invitation]) (out surroundings, err error) {
	var campaigns, contacts, answers []string
	for _, doc := range found {
		campaigns = append(campaigns, string(doc.Body.Campaign))
		contacts = append(contacts, doc.Body.Key)
		answers = append(answers, string(doc.Body.answerID()))
	}
	if out.campaigns, err = s.store.campaigns.GetMany(ctx, campaigns); err != nil {
		return out, err
	}
	if out.contacts, err = s.store.contacts.GetMany(ctx, contacts); err != nil {
		return out, err
	}
	out.answers, err = s.store.answers.GetMany(ctx, answers)
	return out, err
}

func (s *Service) brief(id minyi.InvitationID, inv Invitation, look surroundings) (minyi.Brief, error) {
	b := minyi.Brief{Tenant: inv.Tenant, Invitation: id, Campaign: inv.Campaign, Step: inv.Step, Deadline: inv.Deadline}
	c := look.campaigns[string(inv.Campaign)].Body
	contact, reachable := look.contacts[inv.Key]
	_, answered := look.answers[string(inv.answerID())]
	if b.Go, b.Why = inv.sendable(c.State, answered, s.clock.Now()); !b.Go {
		return b, nil
	}
	if inv.Voice {
		b.Go, b.Why = false, "not-due" // the telephone's turn
		return b, nil
	}
	if !reachable || contact.Body.Mobile == "" {
		b.Go, b.Why = false, "gone" // erased or past retention
		return b, nil
	}
	token, err := tokenWith(s.box, inv.KeyID, asked(inv.Tenant, inv.Campaign, inv.Key))
	if err != nil {
		return b, err
	}
	text := c.Text
	if inv.Step > 0 {
		text = c.Remind
	}
	b.To, b.Blind = contact.Body.Mobile, contact.Body.Blind
	b.Text = compose(c.Signature, text, s.cfg.link(token), s.cfg.Hotline, inv.Day)
	return b, nil
}

// Progress takes carriers' reports. They may come late, twice and in any
// order.
func (s *Service) Progress(ctx context.Context, req minyi.ProgressRequest) (minyi.Done, error) {
	reports := map[string][]minyi.Progress{}
	var ids []string
	for _, p := range req.Progress {
		if _, ok := reports[string(p.Invitation)]; !ok {
			ids = append(ids, string(p.Invitation))
		}
		reports[string(p.Invitation)] = append(reports[string(p.Invitation)], p)
	}
	remind, err := s.reminders(ctx, ids)
	if err != nil {
		return minyi.Done{}, err
	}
	return minyi.Done{}, s.store.invitations.UpdateMany(ctx, ids, func(id string, inv *Invitation) error {
		changed := false
		for _, p := range reports[id] {
			changed = inv.Tenant == req.Tenant && inv.report(p, remind[inv.Campaign].ladder()) || changed
		}
		if !changed {
			return docstore.Unchanged
		}
		return nil
	})
}

// reminders gives the campaigns of these invitations, for their reminder rule.
func (s *Service) reminders(ctx context.Context, ids []string) (map[minyi.CampaignID]Campaign, error) {
	found, err := s.store.invitations.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, doc := range found {
		names = append(names, string(doc.Body.Campaign))
	}
	campaigns, err := s.store.campaigns.GetMany(ctx, names)
	out := map[minyi.CampaignID]Campaign{}
	for id, doc := range campaigns {
		c := doc.Body
		if c.State == Stopping || c.State == Stopped {
			c.RemindHours, c.CallHours = 0, 0
		}
		out[minyi.CampaignID(id)] = c
	}
	return out, err
}
