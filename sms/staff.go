package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// LedgerRequest asks for the state of a campaign's messages.
type LedgerRequest struct {
	Tenant   minyi.TenantID   `json:"tenant"`
	Campaign minyi.CampaignID `json:"campaign" query:"campaign"`
}

// Validate wants a campaign.
func (r LedgerRequest) Validate() error {
	if r.Campaign == "" {
		return fault.New(fault.Invalid, "campaign_missing", "请指定回访任务（campaign）。", "name a campaign").On("campaign")
	}
	return nil
}

// LedgerReply counts a campaign's attempts by state; every state is there.
type LedgerReply struct {
	Campaign minyi.CampaignID `json:"campaign"`
	Total    int64            `json:"total"`
	Counts   map[State]int64  `json:"counts"`
}

// Ledger counts the attempts of a campaign.
func (s *Service) Ledger(ctx context.Context, req LedgerRequest) (LedgerReply, error) {
	reply := LedgerReply{Campaign: req.Campaign, Counts: map[State]int64{}}
	for _, state := range States() {
		n, err := s.store.ledger.Count(ctx, docstore.Query{Index: byCampaign, Part: campaignPart(tenantOr(req.Tenant), req.Campaign, state)})
		if err != nil {
			return LedgerReply{}, fmt.Errorf("count attempts: %w", err)
		}
		reply.Counts[state] = n
		reply.Total += n
	}
	return reply, nil
}

// PageRequest asks for a page of a list.
type PageRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	After  string         `json:"after" query:"after"`
	Limit  int            `json:"limit" query:"limit"` // 100; at most 1,000
}

func (r PageRequest) limit() int { return min(orInt(r.Limit, 100), 1000) }

// UnknownReply lists attempts whose outcome nobody knows, newest first.
type UnknownReply struct {
	Total int64         `json:"total"`
	Items []UnknownItem `json:"items"`
	After string        `json:"after,omitempty"` // of the next page
}

// UnknownItem is one attempt whose outcome nobody knows. An operator may call
// the person; the message is never sent again by itself.
type UnknownItem struct {
	Attempt    minyi.AttemptID    `json:"attempt"`
	Invitation minyi.InvitationID `json:"invitation"`
	Campaign   minyi.CampaignID   `json:"campaign"`
	Step       int                `json:"step"`
	Mobile     string             `json:"mobile"` // masked
	Gateway    string             `json:"gateway"`
	Reason     string             `json:"reason"`
	Since      time.Time          `json:"since"`
}

// Unknown lists attempts whose outcome is not known.
func (s *Service) Unknown(ctx context.Context, req PageRequest) (UnknownReply, error) {
	q := docstore.Query{Index: byUnknown, Part: string(tenantOr(req.Tenant)), Desc: true}
	total, err := s.store.ledger.Count(ctx, q)
	if err != nil {
		return UnknownReply{}, fmt.Errorf("count unknown attempts: %w", err)
	}
	q.Limit, q.After = req.limit(), req.After
	reply := UnknownReply{Total: total, Items: []UnknownItem{}}
	rows, err := s.collect(ctx, q)
	for _, r := range rows {
		a := r.Body
		reply.Items = append(reply.Items, UnknownItem{Attempt: minyi.AttemptID(r.ID), Invitation: a.Invitation, Campaign: a.Campaign,
			Step: a.Step, Mobile: s.masked(a.To), Gateway: a.Gateway, Reason: a.Reason, Since: a.Changed})
	}
	if len(rows) == q.Limit {
		reply.After = s.store.ledger.Cursor(q, rows[len(rows)-1])
	}
	return reply, err
}

func (s *Service) masked(sealed string) string {
	m, err := s.numberOf(sealed)
	if err != nil {
		return ""
	}
	return m.String()
}

// StoppedReply lists numbers on 请勿打扰, newest first.
type StoppedReply struct {
	Items []StoppedItem `json:"items"`
	After string        `json:"after,omitempty"`
}

// StoppedItem is one number on 请勿打扰.
type StoppedItem struct {
	ID     string    `json:"id"`
	Mobile string    `json:"mobile"` // masked
	At     time.Time `json:"at"`
	Source string    `json:"source"` // reply, page, staff, erasure, voice
	By     string    `json:"by,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// Stopped lists the tenant's 请勿打扰.
func (s *Service) Stopped(ctx context.Context, req PageRequest) (StoppedReply, error) {
	q := docstore.Query{Index: byStopped, Part: string(tenantOr(req.Tenant)), Desc: true, Limit: req.limit(), After: req.After}
	reply := StoppedReply{Items: []StoppedItem{}}
	var last docstore.Doc[recipient]
	for d, err := range s.store.recipients.Find(ctx, q) {
		if err != nil {
			return StoppedReply{}, fmt.Errorf("list do-not-contact: %w", err)
		}
		reply.Items, last = append(reply.Items, s.stoppedItem(d)), d
	}
	if len(reply.Items) == q.Limit {
		reply.After = s.store.recipients.Cursor(q, last)
	}
	return reply, nil
}

func (s *Service) stoppedItem(d docstore.Doc[recipient]) StoppedItem {
	why := d.Body.Stop
	return StoppedItem{ID: d.ID, Mobile: s.masked(why.To), At: why.At, Source: why.Source, By: why.By, Note: why.Note}
}

// StopRequest puts a number on 请勿打扰 by hand.
type StopRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Mobile string         `json:"mobile"` // in the body, never in an address
	Note   string         `json:"note"`
}

var errMobile = fault.New(fault.Invalid, "mobile_bad", "手机号不正确，应为 11 位大陆手机号。", "not a mainland mobile number of 11 digits").On("mobile")

// AddStop puts a number on 请勿打扰. Doing it twice changes nothing.
func (s *Service) AddStop(ctx context.Context, req StopRequest) (StoppedItem, error) {
	m, err := minyi.ParseMobile(req.Mobile)
	if err != nil {
		return StoppedItem{}, errMobile
	}
	sealed, err := s.box.Seal(m.Reveal())
	if err != nil {
		return StoppedItem{}, fmt.Errorf("seal a number: %w", err)
	}
	who, _ := kit.PrincipalFrom(ctx)
	tenant, blind := tenantOr(req.Tenant), s.blind(m)
	why := stop{At: s.clock.Now(), Source: "staff", By: who.Name, Note: clip(req.Note, 200), To: sealed}
	if err := s.stop(ctx, tenant, blind, why); err != nil {
		return StoppedItem{}, err
	}
	d, err := s.store.recipients.Get(ctx, recipientID(tenant, blind))
	if err != nil || d.Body.Stop == nil {
		return StoppedItem{}, fault.Wrap(err, "read back a do-not-contact entry")
	}
	return s.stoppedItem(d), nil
}

// UnstopRequest takes a number off 请勿打扰 by the id of its entry.
type UnstopRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	ID     string         `json:"-" path:"id"`
}

// RemoveStop takes a number off 请勿打扰, at the person's own wish.
func (s *Service) RemoveStop(ctx context.Context, req UnstopRequest) (minyi.Done, error) {
	_, err := s.store.recipients.Update(ctx, req.ID, func(r *recipient) error {
		if r.Tenant != tenantOr(req.Tenant) || r.Stop == nil {
			return fault.New(fault.NotFound, "not_stopped", "该号码不在请勿打扰名单中。", "this entry is not on the do-not-contact list")
		}
		r.Stop = nil
		return nil
	})
	if err == nil {
		who, _ := kit.PrincipalFrom(ctx)
		s.log.Info("number taken off do-not-contact", "entry", req.ID, "by", who.Name)
	}
	return minyi.Done{}, err
}

// OptOut keeps a number off every campaign of the tenant, SMS and voice.
func (s *Service) OptOut(ctx context.Context, req minyi.OptOutRequest) (minyi.Done, error) {
	if req.Blind == "" {
		return minyi.Done{}, fault.New(fault.Invalid, "blind_missing", "缺少号码索引。", "the number's blind index is missing").On("blind")
	}
	at := req.At
	if at.IsZero() {
		at = s.clock.Now()
	}
	why := stop{At: at, Source: req.Source, To: req.To}
	if req.Source == "erasure" {
		why.To = "" // the blind index keeps the number off; the number itself goes
		if _, err := s.Forget(ctx, minyi.ForgetRequest{Tenant: req.Tenant, Blind: req.Blind}); err != nil {
			return minyi.Done{}, err
		}
	}
	return minyi.Done{}, s.stop(ctx, tenantOr(req.Tenant), req.Blind, why)
}

// DoNotContact answers for other channels: the list is one for SMS and voice.
func (s *Service) DoNotContact(ctx context.Context, req minyi.DoNotContactRequest) (minyi.DoNotContactReply, error) {
	ids := make([]string, len(req.Blinds))
	for i, blind := range req.Blinds {
		ids[i] = recipientID(tenantOr(req.Tenant), blind)
	}
	docs, err := s.store.recipients.GetMany(ctx, ids)
	reply := minyi.DoNotContactReply{Stopped: map[string]time.Time{}}
	for _, d := range docs {
		if d.Body.Stop != nil {
			reply.Stopped[d.Body.Blind] = d.Body.Stop.At
		}
	}
	return reply, fault.Wrap(err, "read do-not-contact")
}

// GatewaysRequest asks how the gateways stand.
type GatewaysRequest struct{}

// GatewaysReply lists the gateways in order of preference.
type GatewaysReply struct {
	Gateways []GatewayStatus `json:"gateways"`
}

// GatewayStatus is how one gateway stands and what it can carry.
type GatewayStatus struct {
	Name string  `json:"name"`
	Rate float64 `json:"rate"` // segments a second; 0: no limit
	Status
	Capabilities Capabilities `json:"capabilities"`
}

// Gateways tells how the gateways stand.
func (s *Service) Gateways(context.Context, GatewaysRequest) (GatewaysReply, error) {
	reply := GatewaysReply{Gateways: []GatewayStatus{}}
	for _, l := range s.lines {
		reply.Gateways = append(reply.Gateways, GatewayStatus{Name: l.Name, Rate: l.Rate, Status: l.Gateway.Status(), Capabilities: l.Gateway.Capabilities()})
	}
	return reply, nil
}

func tenantOr(t minyi.TenantID) minyi.TenantID {
	if t == "" {
		return minyi.DefaultTenant
	}
	return t
}
