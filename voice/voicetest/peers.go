package voicetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"minyi"
)

// ErrDown is what a peer that is down answers.
var ErrDown = errors.New("peer is down")

// Survey is survey as voice sees it.
type Survey struct {
	mu       sync.Mutex
	briefs   map[minyi.InvitationID]minyi.CallBrief
	spoken   []minyi.SpokenRequest
	progress []minyi.Progress
	down     bool
}

// NewSurvey makes a survey without invitations.
func NewSurvey() *Survey { return &Survey{briefs: map[minyi.InvitationID]minyi.CallBrief{}} }

// Add invites.
func (s *Survey) Add(b minyi.CallBrief) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.briefs[b.Invitation] = b
}

// Withdraw makes an invitation unwanted for a reason.
func (s *Survey) Withdraw(inv minyi.InvitationID, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.briefs[inv]
	b.Go, b.Why = false, why
	s.briefs[inv] = b
}

// SetDown makes it answer nothing.
func (s *Survey) SetDown(down bool) { s.mu.Lock(); defer s.mu.Unlock(); s.down = down }

// Spoke gives what was handed over.
func (s *Survey) Spoke() []minyi.SpokenRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]minyi.SpokenRequest(nil), s.spoken...)
}

// Told gives the progress told of an invitation.
func (s *Survey) Told(inv minyi.InvitationID) (out []minyi.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.progress {
		if p.Invitation == inv {
			out = append(out, p)
		}
	}
	return out
}

// CallBriefs implements voice.Survey.
func (s *Survey) CallBriefs(_ context.Context, req minyi.BriefsRequest) (minyi.CallBriefsReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var reply minyi.CallBriefsReply
	if s.down {
		return reply, ErrDown
	}
	for _, inv := range req.Invitations {
		b, ok := s.briefs[inv]
		if !ok {
			b = minyi.CallBrief{Invitation: inv, Why: "gone"}
		}
		reply.Briefs = append(reply.Briefs, b)
	}
	return reply, nil
}

// Progress implements voice.Survey.
func (s *Survey) Progress(_ context.Context, req minyi.ProgressRequest) (minyi.Done, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return minyi.Done{}, ErrDown
	}
	s.progress = append(s.progress, req.Progress...)
	return minyi.Done{}, nil
}

// Spoken implements voice.Survey.
func (s *Survey) Spoken(_ context.Context, req minyi.SpokenRequest) (minyi.SpokenReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return minyi.SpokenReply{}, ErrDown
	}
	s.spoken = append(s.spoken, req)
	return minyi.SpokenReply{Outcome: "completed"}, nil
}

// Contacts is sms as voice sees it.
type Contacts struct {
	mu      sync.Mutex
	refuse  string
	held    map[minyi.AttemptID]bool
	settled []minyi.SettleCallRequest
	stopped []minyi.OptOutRequest
}

// NewContacts lets every call be made.
func NewContacts() *Contacts { return &Contacts{held: map[minyi.AttemptID]bool{}} }

// Refuse makes it refuse every call for a reason; "" lets them be made.
func (c *Contacts) Refuse(reason string) { c.mu.Lock(); defer c.mu.Unlock(); c.refuse = reason }

// Settled gives what was told of reserved calls.
func (c *Contacts) Settled() []minyi.SettleCallRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]minyi.SettleCallRequest(nil), c.settled...)
}

// Stopped gives the numbers put on 请勿打扰.
func (c *Contacts) Stopped() []minyi.OptOutRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]minyi.OptOutRequest(nil), c.stopped...)
}

// ReserveCall implements voice.Contacts.
func (c *Contacts) ReserveCall(_ context.Context, req minyi.ReserveCallRequest) (minyi.ReserveCallReply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != "" {
		return minyi.ReserveCallReply{Reason: c.refuse}, nil
	}
	c.held[req.Attempt] = true
	return minyi.ReserveCallReply{Go: true}, nil
}

// DoNotContact implements voice.Contacts: every number, while calls are refused
// for that reason.
func (c *Contacts) DoNotContact(_ context.Context, req minyi.DoNotContactRequest) (minyi.DoNotContactReply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reply := minyi.DoNotContactReply{Stopped: map[string]time.Time{}}
	for _, blind := range req.Blinds {
		if c.refuse == "do_not_contact" {
			reply.Stopped[blind] = time.Now()
		}
	}
	return reply, nil
}

// SettleCall implements voice.Contacts.
func (c *Contacts) SettleCall(_ context.Context, req minyi.SettleCallRequest) (minyi.Done, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settled = append(c.settled, req)
	return minyi.Done{}, nil
}

// OptOut implements voice.Contacts.
func (c *Contacts) OptOut(_ context.Context, req minyi.OptOutRequest) (minyi.Done, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = append(c.stopped, req)
	return minyi.Done{}, nil
}

// Dialogue is a questionnaire of two five-level questions and an open one.
func Dialogue() minyi.Dialogue {
	five := map[int]int{1: 5, 2: 4, 3: 3, 4: 2, 5: 1}
	return minyi.Dialogue{Questionnaire: "case-closed", Version: 1, Language: "zh-CN", Hotline: "清江市12345热线", Day: "2026-03-02", Remark: true,
		Opening: "您好，这里是{hotline}，想就您{date}反映的问题做一个简短回访，大约需要一分钟。愿意参加请按1，不再接听此类回访请按9。",
		Closing: "感谢您的参与，再见。",
		Questions: []minyi.DialogueQuestion{
			{ID: "handling", Text: "您对承办单位的办理结果是否满意？非常满意请按1，非常不满意请按5。", Keys: five, Required: true},
			{ID: "hotline", Text: "您对12345热线的服务是否满意？非常满意请按1，非常不满意请按5。", Keys: five, Required: true},
		}}
}

// Brief is an invitation to call number.
func Brief(inv minyi.InvitationID, sealed, blind string, deadline time.Time) minyi.CallBrief {
	return minyi.CallBrief{Tenant: minyi.DefaultTenant, Invitation: inv, Campaign: "cmp", Go: true, To: sealed, Blind: blind, Deadline: deadline, Dialogue: Dialogue()}
}
