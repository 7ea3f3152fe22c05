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
	RemindHours   *int                  `json:"remind_hours,omitempty"` // 48; 0: no reminder
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
		Signature: req.Signature, Text: req.Text, Remind: req.Remind, RemindHours: 48, CallHours: req.CallHours, Days: req.Days,
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
	return c, c.check()
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
}

func (c Campaign) check() error {
	switch {
	case c.Name == "" || len([]rune(c.Name)) > 100:
		return badCampaign("name", "请填写任务名称（100 字以内）。", "give the campaign a name of at most 100 characters")
	case c.Form != FormLink && c.Form != FormDigits && c.Form != FormVoice && c.Form != FormOpen:
		return badCampaign("form", "形式须为 link、digits、voice 或 open。", "form must be link, digits, voice or open")
	case c.Days < 1 || c.Days > 90:
		return badCampaign("days", "有效期须为 1–90 天。", "the deadline must be 1–90 days away")
	case c.CallHours < 0 || c.CallHours > 720 || c.CallHours > 0 && c.Form == FormOpen:
		return badCampaign("call_hours", "短信之后的电话回访须在 0–720 小时内，开放链接不能打电话。", "the call must come within 0–720 hours of the last message; an open link has nobody to call")
	case c.RemindHours < 0 || c.RemindHours > 720:
		return badCampaign("remind_hours", "提醒间隔须为 0–720 小时。", "the reminder must come within 0–720 hours")
	case strings.ContainsAny(c.Signature, "【】") || c.Signature == "" || len([]rune(c.Signature)) > 20:
		return badCampaign("signature", "签名须为 1–20 字，不含【】。", "the signature must have 1–20 characters without 【】")
	case !dayOrEmpty(c.Filter.From) || !dayOrEmpty(c.Filter.To) || c.Filter.To != "" && c.Filter.To < c.Filter.From:
		return badCampaign("filter.from", "办结日期范围不正确，应为 2026-01-31 的格式且起不晚于止。", "days must be written 2026-01-31, and from must not be after to")
	case c.Filter.Audience != "" && !c.Filter.Audience.Valid():
		return badCampaign("filter.audience", "对象须为 resident 或 enterprise。", "audience must be resident or enterprise")
	}
	if c.Form == FormOpen || c.Form == FormVoice {
		return nil
	}
	if err := checkText("text", c.Text, c.Form); err != nil {
		return err
	}
	if c.RemindHours == 0 {
		return nil
	}
	return checkText("remind", c.Remind, c.Form)
}

func dayOrEmpty(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == "" || err == nil
}

func badCampaign(field, zh, en string) error {
	return fault.New(fault.Invalid, "campaign_bad", zh, en).On(field)
}

// present shows the campaign with its texts as they will read.
func (s *Service) present(ctx context.Context, c Campaign) (CampaignReply, error) {
	reply := CampaignReply{Campaign: c}
	reply.Campaign.OpenHash = ""
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
		if w, err := s.digitWarning(ctx, c); err != nil || w != "" {
			reply.Warnings = append(reply.Warnings, w)
			if err != nil {
				return reply, err
			}
		}
	}
	for i, text := range []string{c.Text, c.Remind} {
		if i == 0 || c.RemindHours > 0 {
			reply.Previews = append(reply.Previews, preview(compose(c.Signature, text, link, s.cfg.Hotline, sampleDay(s.clock.Now())), link))
		}
	}
	return reply, nil
}

// digitWarning tells an operator who asks a long questionnaire by one digit.
func (s *Service) digitWarning(ctx context.Context, c Campaign) (string, error) {
	q, err := s.version(ctx, c.Tenant, c.Questionnaire, c.Version)
	if err != nil {
		return "", err
	}
	n := 0
	for _, one := range q.Questions {
		if one.Required {
			n++
		}
	}
	if n > 1 {
		return "该问卷有多道必答题，回复一个数字只能得到部分答卷；数字回复建议使用话后满意度等单题问卷。", nil
	}
	return "", nil
}

// Campaign gives one campaign.
func (s *Service) Campaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	c, err := s.campaign(ctx, tenantOf(ctx, req.Tenant), req.Campaign)
	if err != nil {
		return CampaignReply{}, err
	}
	return s.present(ctx, c)
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
