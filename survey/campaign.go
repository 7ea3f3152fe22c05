package survey

import (
	"context"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
)

// State is where a campaign stands.
type State string

// States. Draft → Starting → Running ⇄ Paused → Stopping → Stopped.
const (
	Created  State = "created"
	Starting State = "starting" // invitations are being made; those made go out
	Running  State = "running"
	Paused   State = "paused"
	Resuming State = "resuming" // running, and what waited is being announced again
	Stopping State = "stopping" // nothing goes out any more; what is left is being cancelled
	Stopped  State = "stopped"
)

// Campaign is one round of invitations (回访任务).
type Campaign struct {
	ID            minyi.CampaignID      `json:"id"`
	Tenant        minyi.TenantID        `json:"tenant"`
	Name          string                `json:"name"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"`
	Version       int                   `json:"version"`
	Family        minyi.Family          `json:"family"`
	Form          Form                  `json:"form"`
	Language      string                `json:"language"`
	Signature     string                `json:"signature"`
	Text          string                `json:"text,omitempty"`
	Remind        string                `json:"remind,omitempty"`
	RemindHours   int                   `json:"remind_hours,omitempty"` // 0: no reminder
	CallHours     int                   `json:"call_hours,omitempty"`   // 0: no call after the last message
	Days          int                   `json:"days"`                   // the deadline, from the start
	Filter        Filter                `json:"filter"`
	State         State                 `json:"state"`
	Was           State                 `json:"was,omitempty"`    // where a pause interrupted
	Cursor        string                `json:"cursor,omitempty"` // how far the work of this state has come
	Invited       int                   `json:"invited"`          // told by the cursor's batches; the funnel counts anew
	Unasked       int                   `json:"unasked,omitempty"`
	Passed        map[string]int        `json:"passed,omitempty"`    // passed over by the filter, by its field
	KeyID         string                `json:"key_id"`              // of the key that its links are made with
	OpenHash      string                `json:"open_hash,omitempty"` // form open only
	By            string                `json:"by"`
	CreatedAt     time.Time             `json:"created_at"`
	StartedAt     time.Time             `json:"started_at,omitzero"`
	Deadline      time.Time             `json:"deadline,omitzero"`
}

// ladder gives what follows the invitation: SMS → reminder → call.
func (c Campaign) ladder() ladder {
	return ladder{remind: time.Duration(c.RemindHours) * time.Hour, call: time.Duration(c.CallHours) * time.Hour}
}

// Filter says whom to ask. Empty fields do not narrow.
type Filter struct {
	Import   string         `json:"import,omitempty"`   // the rows of one import
	Units    []minyi.UnitID `json:"units,omitempty"`    // handled by one of these
	Audience minyi.Audience `json:"audience,omitempty"` // resident or enterprise
	From     string         `json:"from,omitempty"`     // closed on or after this day
	To       string         `json:"to,omitempty"`       // closed on or before this day
}

// NewCampaign is what an operator decides. Zero values take the standard
// named.
type NewCampaign struct {
	Tenant        minyi.TenantID        `json:"tenant"`
	Name          string                `json:"name"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"`          // case-closed
	Version       int                   `json:"version,omitempty"`      // the latest
	Form          Form                  `json:"form,omitempty"`         // link
	Language      string                `json:"language,omitempty"`     // zh-CN
	Signature     string                `json:"signature,omitempty"`    // the installation's
	Text          string                `json:"text,omitempty"`         // the questionnaire's
	Remind        string                `json:"remind,omitempty"`       // the questionnaire's
	RemindHours   *int                  `json:"remind_hours,omitempty"` // 48, or half the days where that is less; 0: no reminder
	CallHours     int                   `json:"call_hours,omitempty"`   // after the last message, a telephone call; 0: none
	Days          int                   `json:"days,omitempty"`         // 7
	Filter        Filter                `json:"filter"`                 // all cases of the tenant
}

// CampaignReply is a campaign with its texts as a respondent gets them.
type CampaignReply struct {
	Campaign Campaign  `json:"campaign"`
	Previews []Preview `json:"previews,omitempty"` // the invitation, then the reminder
	Link     string    `json:"link,omitempty"`     // the open link
	Warnings []string  `json:"warnings,omitempty"`
	// Answers is how many valid answers came by the open link; other forms have
	// them in the funnel.
	Answers int `json:"answers,omitempty"`
}

// CampaignRequest names a campaign.
type CampaignRequest struct {
	Tenant   minyi.TenantID   `json:"tenant"`
	Campaign minyi.CampaignID `json:"campaign" path:"id"`
}

// CreateCampaign checks and keeps a campaign; nothing is sent before
// StartCampaign.
func (s *Service) CreateCampaign(ctx context.Context, req NewCampaign) (CampaignReply, error) {
	c, err := s.plan(ctx, req)
	if err != nil {
		return CampaignReply{}, err
	}
	if c.Form == FormOpen {
		token, err := tokenWith(s.box, c.KeyID, string(c.ID))
		if err != nil {
			return CampaignReply{}, err
		}
		c.OpenHash = tokenHash(token)
	}
	if _, err := s.store.campaigns.Insert(ctx, string(c.ID), c); err != nil {
		return CampaignReply{}, err
	}
	return s.present(ctx, c)
}

func (s *Service) plan(ctx context.Context, req NewCampaign) (Campaign, error) {
	now := s.clock.Now()
	if req.Questionnaire == "" {
		req.Questionnaire = "case-closed"
	}
	q, err := s.Questionnaire(ctx, QuestionnaireRequest{Tenant: req.Tenant, Questionnaire: req.Questionnaire, Version: req.Version})
	if err != nil {
		return Campaign{}, err
	}
	c := Campaign{
		ID: minyi.CampaignID(id.New("cmp")), Tenant: tenantOf(ctx, req.Tenant), Name: strings.TrimSpace(req.Name),
		Questionnaire: q.ID, Version: q.Number, Family: q.Family, Form: req.Form, Language: req.Language,
		Signature: req.Signature, Text: req.Text, Remind: req.Remind, CallHours: req.CallHours, Days: req.Days,
		Filter: req.Filter, State: Created, By: actor(ctx), CreatedAt: now,
	}
	c.KeyID, _ = s.box.MAC("survey link", string(c.ID))
	c.standards(s.cfg)
	if c.Form == FormVoice {
		c.RemindHours, c.CallHours = 0, 0 // voice spaces its own tries within one step
	}
	if req.RemindHours != nil {
		c.RemindHours = *req.RemindHours
	}
	text, remind := wording(&q, c.Form, c.Language)
	if c.Text == "" {
		c.Text = text
	}
	if c.Remind == "" {
		c.Remind = remind
	}
	if c.calls() && !spokenOf(&q.Questionnaire) {
		return Campaign{}, badCampaign("form", "该问卷没有电话用语，不能用于电话回访。", "this questionnaire has no wording for the telephone")
	}
	if q.Audience != "" {
		if c.Filter.Audience != "" && c.Filter.Audience != q.Audience {
			return Campaign{}, badCampaign("filter.audience", "该问卷只面向另一类对象，请更换问卷或筛选条件。", "this questionnaire is for the other audience")
		}
		c.Filter.Audience = q.Audience
	}
	if err := c.check(); err != nil {
		return Campaign{}, err
	}
	return c, s.checkImport(ctx, c)
}

func (c *Campaign) standards(cfg Config) {
	if c.Form == "" {
		c.Form = FormLink
	}
	if c.Language == "" {
		c.Language = "zh-CN"
	}
	if c.Signature == "" {
		c.Signature = cfg.Signature
	}
	if c.Days == 0 {
		c.Days = 7
	}
	c.RemindHours = max(0, min(48, 12*c.Days)) // halfway where the deadline is near
}

// present shows the campaign with its texts as they will read.
func (s *Service) present(ctx context.Context, c Campaign) (CampaignReply, error) {
	reply := CampaignReply{Campaign: c}
	reply.Campaign.OpenHash = ""
	if why := c.nobody(); why != "" {
		reply.Warnings = append(reply.Warnings, why)
	}
	if c.Form == FormOpen {
		token, err := tokenWith(s.box, c.KeyID, string(c.ID))
		reply.Link = s.cfg.link(token)
		return reply, err
	}
	if c.Form == FormVoice {
		return reply, nil
	}
	link := s.cfg.link(strings.Repeat("x", tokenLength))
	if c.Form == FormDigits {
		link = ""
		found, err := s.digitWarnings(ctx, c)
		if err != nil {
			return reply, err
		}
		reply.Warnings = append(reply.Warnings, found...)
	}
	for i, text := range []string{c.Text, c.Remind} {
		if i == 0 || c.RemindHours > 0 {
			reply.Previews = append(reply.Previews, preview(compose(c.Signature, text, link, s.cfg.Hotline, sampleDay(s.clock.Now())), link))
		}
	}
	return reply, nil
}

// Campaign gives one campaign.
func (s *Service) Campaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	c, err := s.campaign(ctx, tenantOf(ctx, req.Tenant), req.Campaign)
	if err != nil {
		return CampaignReply{}, err
	}
	reply, err := s.present(ctx, c)
	if err == nil && c.Form == FormOpen && !c.StartedAt.IsZero() {
		reply.Answers, err = s.answersOfOpen(ctx, c)
	}
	return reply, err
}

// answersOfOpen counts an open link's answers, whose day is the day they came.
func (s *Service) answersOfOpen(ctx context.Context, c Campaign) (int, error) {
	counts, err := s.store.answers.Tally(ctx, docstore.Query{Index: answersByDay.Name, Part: docstore.Part(string(c.Tenant)), From: minyi.Day(c.StartedAt)})
	n := 0
	for sort, k := range counts {
		if m := markOf(sort); m.valid && m.campaign == c.ID {
			n += int(k)
		}
	}
	return n, err
}

func (s *Service) campaign(ctx context.Context, t minyi.TenantID, which minyi.CampaignID) (Campaign, error) {
	doc, err := s.store.campaigns.Get(ctx, string(which))
	if fault.Is(err, fault.NotFound) || err == nil && doc.Body.Tenant != t {
		return Campaign{}, noCampaign()
	}
	return doc.Body, err
}

func noCampaign() error {
	return fault.New(fault.NotFound, "campaign_missing", "没有这个回访任务。", "there is no such campaign").On("campaign")
}

// CampaignList lists campaigns, newest first.
type CampaignList struct {
	Campaigns []Campaign `json:"campaigns"`
}

// Campaigns lists a tenant's campaigns, newest first.
func (s *Service) Campaigns(ctx context.Context, req TenantRequest) (CampaignList, error) {
	var list CampaignList
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(tenantOf(ctx, req.Tenant))), Desc: true}
	for doc, err := range s.store.campaigns.Find(ctx, q) {
		if err != nil {
			return CampaignList{}, err
		}
		doc.Body.OpenHash = ""
		list.Campaigns = append(list.Campaigns, doc.Body)
	}
	return list, nil
}
