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
	s        *Service
	id       minyi.InvitationID
	inv      Invitation
	campaign Campaign // open links only
}

var _ h5.Visit = (*door)(nil)

// enter finds what a token opens.
func (s *Service) enter(ctx context.Context, token string) (*door, error) {
	if !wellFormed(token) {
		return nil, noInvitation()
	}
	doc, err := s.store.invitations.Get(ctx, string(byToken(token)))
	if err == nil {
		return &door{s: s, id: minyi.InvitationID(doc.ID), inv: doc.Body}, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	for doc, err := range s.store.campaigns.Find(ctx, docstore.Query{Index: "open_link", Part: tokenHash(token), Limit: 1}) {
		c := doc.Body
		return &door{s: s, campaign: c, inv: Invitation{Tenant: c.Tenant, Campaign: c.ID, Questionnaire: c.Questionnaire, Version: c.Version,
			Family: c.Family, Audience: c.openAudience(), Deadline: c.Deadline}}, err
	}
	return nil, noInvitation()
}

func (d *door) open() bool { return d.campaign.ID != "" }

// closed reports that an open link is not live.
func (d *door) closed() bool { return d.open() && d.campaign.State != Running }

func (c Campaign) openAudience() minyi.Audience {
	if c.Filter.Audience != "" {
		return c.Filter.Audience
	}
	return minyi.Resident
}

// Open finds what a link leads to and changes nothing.
func (p phonePage) Open(ctx context.Context, token string) (h5.Ticket, h5.Visit, error) {
	d, err := p.s.enter(ctx, token)
	if err != nil {
		return h5.Ticket{}, nil, err
	}
	v, err := p.s.version(ctx, d.inv.Tenant, d.inv.Questionnaire, d.inv.Version)
	if err != nil {
		return h5.Ticket{}, nil, err
	}
	return h5.Ticket{Version: v, Hotline: p.s.cfg.Hotline, Open: d.open(), Tail: tail(string(d.inv.Case)), Day: d.inv.Day}, d, nil
}

// State says what to show, whatever channel or campaign the rating came by.
func (d *door) State(ctx context.Context) (h5.State, error) {
	if !d.open() {
		_, err := d.s.store.answers.Get(ctx, string(d.inv.answerID()))
		if err == nil {
			return h5.Answered, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return 0, err
		}
	}
	if d.closed() || !d.s.clock.Now().Before(d.inv.Deadline) {
		return h5.Expired, nil
	}
	return h5.Asking, nil
}

// Submit lands a filled form.
func (d *door) Submit(ctx context.Context, form h5.Submission) (h5.Result, error) {
	sub, err := d.submission(form)
	if err != nil {
		return 0, err
	}
	out := OutcomeExpired
	switch {
	case !d.open():
		out, err = d.s.land(ctx, d.id, d.inv, sub)
	case !d.closed():
		out, err = d.s.landOpen(ctx, d, sub)
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

func (d *door) submission(form h5.Submission) (Submission, error) {
	sealed, err := d.s.box.Seal(form.Remark)
	if err != nil {
		return Submission{}, fault.Wrap(err, "seal a remark")
	}
	return Submission{Channel: minyi.ChannelPage, Entries: form.Entries, Remark: sealed, Key: form.Key, At: d.s.clock.Now()}, nil
}

// Keep keeps a half-filled form as the attempt that a reply by digit or a call
// may complete, and that becomes a partial answer at the deadline. Through an
// open link nobody can be met again, so nothing is kept.
func (d *door) Keep(ctx context.Context, form h5.Submission) (complete bool, err error) {
	if d.open() {
		return false, nil
	}
	sub, err := d.submission(form)
	if err != nil {
		return false, err
	}
	out, err := d.s.keepPartial(ctx, d.id, d.inv, sub)
	return out == OutcomeCompleted, err
}

// landOpen takes an answer through an open link: it is nobody's in particular,
// and its id is the page's submission.
func (s *Service) landOpen(ctx context.Context, d *door, sub Submission) (Outcome, error) {
	if !sub.At.Before(d.inv.Deadline) {
		return OutcomeExpired, nil
	}
	sub.Channel = minyi.ChannelOpen
	return s.insert(ctx, answerOfOpenLink(d.inv.Tenant, d.campaign.ID, sub.Key), d.inv.answer("", sub), sub)
}

// AddRemark keeps a 追评. It needs a rating that stands.
func (d *door) AddRemark(ctx context.Context, key, remark string) error {
	answer := d.inv.answerID()
	if d.open() {
		return noInvitation()
	}
	if _, err := d.s.store.answers.Get(ctx, string(answer)); err != nil {
		return err
	}
	sealed, err := d.s.box.Seal(remark)
	if err != nil {
		return fault.Wrap(err, "seal a remark")
	}
	_, err = d.s.store.addenda.Insert(ctx, attemptID(answer, "more", key), Addendum{
		Tenant: d.inv.Tenant, Answer: answer, Respondent: d.inv.Respondent, Remark: sealed, At: d.s.clock.Now()})
	if fault.Is(err, fault.Exists) {
		return nil
	}
	return err
}

// Note moves the invitation's disposition; a refusal also goes on the list
// that sms keeps for the whole tenant, before it is shown as done.
func (d *door) Note(ctx context.Context, what minyi.Disposition) error {
	if d.open() {
		return nil
	}
	if what == minyi.OptedOut {
		if err := d.s.optOut(ctx, d, "page"); err != nil {
			return err
		}
	}
	return d.s.raise(ctx, d.id, what, "page")
}

func (s *Service) optOut(ctx context.Context, d *door, source string) error {
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
