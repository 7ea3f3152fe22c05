package voice

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// TenantRequest names a tenant; empty is the default one.
type TenantRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
}

// LiveReply lists the calls in progress, oldest first, as they stood at At.
type LiveReply struct {
	At    time.Time  `json:"at"`
	Calls []LiveCall `json:"calls"`
}

// LiveCall is one call in progress.
type LiveCall struct {
	Attempt  minyi.AttemptID  `json:"attempt"`
	Campaign minyi.CampaignID `json:"campaign"`
	Number   string           `json:"number"` // masked
	Trunk    string           `json:"trunk,omitempty"`
	State    CallState        `json:"state"` // dialing, talking
	Step     string           `json:"step,omitempty"`
	Answers  int              `json:"answers"`
	Try      int              `json:"try"` // 1…
	Placed   time.Time        `json:"placed"`
	Answered time.Time        `json:"answered,omitzero"`
	// Silent is set where the process that holds the call has not been heard of
	// for some time: it died, or the store is slow. Soon the row says which.
	Silent bool `json:"silent,omitempty"`
}

// Live lists the calls in progress, of all processes.
func (s *Service) Live(ctx context.Context, req TenantRequest) (LiveReply, error) {
	reply := LiveReply{At: s.clock.Now(), Calls: []LiveCall{}}
	for r, err := range s.store.calls.Find(ctx, docstore.Query{Index: byDue, Part: "live", Limit: 2000}) {
		if err != nil {
			return reply, fmt.Errorf("list live calls: %w", err)
		}
		if t := r.Body.last(); r.Body.Tenant == tenantOr(req.Tenant) && t != nil {
			reply.Calls = append(reply.Calls, LiveCall{Attempt: t.Attempt, Campaign: r.Body.Campaign, Number: s.masked(r.Body.To), Trunk: t.Trunk,
				State: r.Body.State, Step: t.Step, Answers: len(t.Pressed), Try: len(r.Body.Tries), Placed: t.Placed, Answered: t.Answered,
				Silent: r.Body.Lease.Sub(reply.At) < s.cfg.Lease/2})
		}
	}
	return reply, nil
}

func tenantOr(t minyi.TenantID) minyi.TenantID {
	if t == "" {
		return minyi.DefaultTenant
	}
	return t
}

func (s *Service) masked(sealed string) string {
	n, err := s.numberOf(sealed)
	if err != nil {
		return ""
	}
	return n.String()
}

// CampaignRequest names a campaign; empty is the one called last.
type CampaignRequest struct {
	Tenant   minyi.TenantID   `json:"tenant"`
	Campaign minyi.CampaignID `json:"campaign" query:"campaign"`
}

// OutcomesReply is the outcome table of a campaign: invitations by the outcome
// of their last call, those not called, and those still in work.
type OutcomesReply struct {
	Campaign minyi.CampaignID `json:"campaign"`
	Total    int64            `json:"total"`
	Rows     []OutcomeRow     `json:"rows"`
}

// OutcomeRow is one line of the outcome table.
type OutcomeRow struct {
	Outcome string `json:"outcome"` // an Outcome, not-called, waiting, dialing or talking
	Name    string `json:"name"`    // 中文
	Count   int64  `json:"count"`
}

var outcomeNames = map[string]string{
	string(OutcomeAnswered): "已接听并按键", string(OutcomeNoKey): "已接听未按键", string(OutcomeBusy): "占线", string(OutcomeNoAnswer): "无人接听",
	string(OutcomeRejected): "拒接", string(OutcomeUnreachable): "无法接通（空号、关机、停机）", string(OutcomeTrunk): "线路故障", string(OutcomeCongestion): "线路拥塞",
	string(OutcomeStopped): "拨号中止", string(OutcomeUnknown): "结果不明", "not-called": "未拨打", string(StateWaiting): "待拨打",
	string(StateDialing): "正在拨号", string(StateTalking): "通话中",
}

// Outcomes counts a campaign's calls; every outcome is there.
func (s *Service) Outcomes(ctx context.Context, req CampaignRequest) (OutcomesReply, error) {
	if req.Campaign == "" {
		last, err := s.Calls(ctx, CallsRequest{Tenant: req.Tenant, Limit: 1})
		if err != nil {
			return OutcomesReply{}, err
		}
		for _, c := range last.Calls {
			req.Campaign = c.Campaign
		}
	}
	reply := OutcomesReply{Campaign: req.Campaign}
	labels := []string{string(StateWaiting), string(StateDialing), string(StateTalking)}
	for _, o := range Outcomes() {
		labels = append(labels, string(o))
	}
	for _, label := range append(labels, "not-called") {
		n, err := s.store.calls.Count(ctx, docstore.Query{Index: byCampaign, Part: docstore.Part(string(tenantOr(req.Tenant)), string(req.Campaign), label)})
		if err != nil {
			return reply, fmt.Errorf("count calls: %w", err)
		}
		reply.Rows = append(reply.Rows, OutcomeRow{Outcome: label, Name: outcomeNames[label], Count: n})
		reply.Total += n
	}
	return reply, nil
}

// CallsRequest asks for a page of the tenant's calls, newest first.
type CallsRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	After  string         `json:"after" query:"after"`
	Limit  int            `json:"limit" query:"limit"` // 100; at most 500
}

// CallsReply is a page of calls.
type CallsReply struct {
	Calls []CallItem `json:"calls"`
	After string     `json:"after,omitempty"`
}

// CallItem is one invitation's calls.
type CallItem struct {
	Invitation minyi.InvitationID `json:"invitation"`
	Campaign   minyi.CampaignID   `json:"campaign"`
	Number     string             `json:"number"` // masked
	State      CallState          `json:"state"`
	Reason     string             `json:"reason,omitempty"`
	Next       time.Time          `json:"next,omitzero"`
	Tries      []Try              `json:"tries"`
}

// Calls lists calls, newest first.
func (s *Service) Calls(ctx context.Context, req CallsRequest) (CallsReply, error) {
	if req.Limit <= 0 {
		req.Limit = 100
	}
	q := docstore.Query{Index: byChanged, Part: string(tenantOr(req.Tenant)), Desc: true, After: req.After, Limit: min(req.Limit, 500)}
	reply := CallsReply{Calls: []CallItem{}}
	var last row
	for r, err := range s.store.calls.Find(ctx, q) {
		if err != nil {
			return reply, fmt.Errorf("list calls: %w", err)
		}
		reply.Calls = append(reply.Calls, CallItem{Invitation: r.Body.Invitation, Campaign: r.Body.Campaign, Number: s.masked(r.Body.To),
			State: r.Body.State, Reason: r.Body.Reason, Next: r.Body.Next, Tries: r.Body.Tries})
		last = r
	}
	if len(reply.Calls) == q.Limit {
		reply.After = s.store.calls.Cursor(q, last)
	}
	return reply, nil
}

// TrunksReply lists the trunks.
type TrunksReply struct {
	Trunks []TrunkItem `json:"trunks"`
}

// TrunkItem is one trunk as it stands.
type TrunkItem struct {
	Name string `json:"name"`
	TrunkStatus
}

// Trunks tells how the trunks stand.
func (s *Service) Trunks(context.Context, TenantRequest) (TrunksReply, error) {
	reply := TrunksReply{Trunks: []TrunkItem{}}
	for _, t := range s.trunks {
		reply.Trunks = append(reply.Trunks, TrunkItem{Name: t.Name(), TrunkStatus: t.Status()})
	}
	return reply, nil
}
