package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/h5"
)

// phonePage is survey as the phone page sees it.
type phonePage struct{ s *Service }

var _ h5.Pages = phonePage{}

// door is what a token opens: an invitation, or a campaign's open link.
type door struct {
	id       minyi.InvitationID
	inv      Invitation
	campaign Campaign // open links only
}

// enter finds what a token opens, by its hash.
func (s *Service) enter(ctx context.Context, token string) (door, error) {
	if !wellFormed(token) {
		return door{}, noInvitation()
	}
	hash := tokenHash(token)
	for doc, err := range s.store.invitations.Find(ctx, docstore.Query{Index: "token", Part: hash, Limit: 1}) {
		return door{id: minyi.InvitationID(doc.ID), inv: doc.Body}, err
	}
	for doc, err := range s.store.campaigns.Find(ctx, docstore.Query{Index: "open_link", Part: hash, Limit: 1}) {
		c := doc.Body
		return door{campaign: c, inv: Invitation{Tenant: c.Tenant, Campaign: c.ID, Questionnaire: c.Questionnaire, Version: c.Version,
			Family: c.Family, Audience: c.openAudience(), Deadline: c.Deadline}}, err
	}
	return door{}, noInvitation()
}

func (d door) open() bool { return d.campaign.ID != "" }

// closed reports that an open link is not live.
func (d door) closed() bool { return d.open() && d.campaign.State != Running }

func (c Campaign) openAudience() minyi.Audience {
	if c.Filter.Audience != "" {
		return c.Filter.Audience
	}
	return minyi.Resident
}

// Look reads and changes nothing.
func (p phonePage) Look(ctx context.Context, token string) (h5.Ticket, error) {
	d, err := p.s.enter(ctx, token)
	if err != nil {
		return h5.Ticket{}, err
	}
	v, err := p.s.version(ctx, d.inv.Tenant, d.inv.Questionnaire, d.inv.Version)
	if err != nil {
		return h5.Ticket{}, err
	}
	t := h5.Ticket{Version: v, Hotline: p.s.cfg.Hotline, Open: d.open(), Tail: tail(string(d.inv.Case)), Day: d.inv.Day}
	if !d.open() {
		if _, err := p.s.store.answers.Get(ctx, string(d.inv.answerID())); err == nil {
			t.State = h5.Answered
			return t, nil
		} else if !fault.Is(err, fault.NotFound) {
			return h5.Ticket{}, err
		}
	}
	if d.closed() || !p.s.clock.Now().Before(d.inv.Deadline) {
		t.State = h5.Expired
	}
	return t, nil
}

// Submit lands a filled form.
func (p phonePage) Submit(ctx context.Context, token string, form h5.Submission) (h5.Result, error) {
	d, err := p.s.enter(ctx, token)
	if err != nil {
		return 0, err
	}
	sealed, err := p.s.box.Seal(form.Remark)
	if err != nil {
		return 0, fault.Wrap(err, "seal a remark")
	}
	sub := Submission{Channel: minyi.ChannelPage, Entries: form.Entries, Remark: sealed, Key: form.Key, At: p.s.clock.Now()}
	out := OutcomeExpired
	switch {
	case !d.open():
		out, err = p.s.land(ctx, d.id, d.inv, sub)
	case !d.closed():
		out, err = p.s.landOpen(ctx, d, sub)
	}
	switch {
	case err != nil:
		return 0, err
	case out == OutcomeAlready:
		return h5.Already, nil
	case out == OutcomeExpired:
		return h5.Late, nil
	}
	return h5.Thanks, nil
}

// landOpen takes an answer through an open link: it is nobody's in particular,
// and its id is the page's submission.
func (s *Service) landOpen(ctx context.Context, d door, sub Submission) (Outcome, error) {
	if !sub.At.Before(d.inv.Deadline) {
		return OutcomeExpired, nil
	}
	sub.Channel = minyi.ChannelOpen
	return s.insert(ctx, answerOfOpenLink(d.inv.Tenant, d.campaign.ID, sub.Key), d.inv.answer("", sub), sub)
}

// AddRemark keeps a 追评. It needs a rating that stands.
func (p phonePage) AddRemark(ctx context.Context, token, key, remark string) error {
	d, err := p.s.enter(ctx, token)
	if err != nil {
		return err
	}
	answer := d.inv.answerID()
	if d.open() {
		return noInvitation()
	}
	if _, err := p.s.store.answers.Get(ctx, string(answer)); err != nil {
		return err
	}
	sealed, err := p.s.box.Seal(remark)
	if err != nil {
		return fault.Wrap(err, "seal a remark")
	}
	_, err = p.s.store.addenda.Insert(ctx, attemptID(answer, "more", key), Addendum{
		Tenant: d.inv.Tenant, Answer: answer, Respondent: d.inv.Respondent, Remark: sealed, At: p.s.clock.Now()})
	if fault.Is(err, fault.Exists) {
		return nil
	}
	return err
}

// Note moves the invitation's disposition; a refusal also goes on the list
// that sms keeps for the whole tenant, before it is shown as done.
func (p phonePage) Note(ctx context.Context, token string, what minyi.Disposition) error {
	d, err := p.s.enter(ctx, token)
	if err != nil || d.open() {
		return err
	}
	if what == minyi.OptedOut {
		if err := p.s.optOut(ctx, d, "page"); err != nil {
			return err
		}
	}
	return p.s.raise(ctx, d.id, what, "page")
}

func (s *Service) optOut(ctx context.Context, d door, source string) error {
	if s.optOuts == nil {
		return nil
	}
	contact, err := s.store.contacts.Get(ctx, d.inv.Key)
	if fault.Is(err, fault.NotFound) {
		return nil // erased: there is no number left to keep off
	}
	if err != nil {
		return err
	}
	_, err = s.optOuts.OptOut(ctx, minyi.OptOutRequest{Tenant: d.inv.Tenant, Blind: contact.Body.Blind, To: contact.Body.Mobile,
		Invitation: d.id, Source: source, At: s.clock.Now()})
	return err
}
