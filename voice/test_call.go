package voice

import (
	"context"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/id"
)

// TestCallRequest asks for one call to one number, to try trunk, prompts and
// keys. Nothing of it counts as an answer.
type TestCallRequest struct {
	Tenant   minyi.TenantID `json:"tenant"`
	Number   string         `json:"number"`
	Language string         `json:"language,omitempty"` // zh-CN
	Hotline  string         `json:"hotline,omitempty"`
	// Dialogue, when given, is played instead of the built-in trial question.
	Dialogue *minyi.Dialogue `json:"dialogue,omitempty"`
}

// TestCallReply tells what happened.
type TestCallReply struct {
	Number  string                   `json:"number"` // masked
	Trunk   string                   `json:"trunk"`
	Outcome Outcome                  `json:"outcome"`
	Name    string                   `json:"name"` // of the outcome, 中文
	End     End                      `json:"end,omitempty"`
	Pressed map[string]minyi.Pressed `json:"pressed,omitempty"`
	Notes   map[string]Note          `json:"notes,omitempty"`
	Result  Result                   `json:"result"`
}

// TestCall places one call and waits for its end. It keeps to 请勿打扰, and to
// nothing else: an operator asks for it by hand.
func (s *Service) TestCall(ctx context.Context, req TestCallRequest) (TestCallReply, error) {
	to, err := ParseNumber(req.Number)
	if err != nil {
		return TestCallReply{}, err
	}
	if len(s.trunks) == 0 {
		return TestCallReply{}, fault.New(fault.Unavailable, "no_trunk", "没有配置语音线路，请先设置 voice.server（运营商SIP服务器）和 voice.caller（主叫号码）。", "no voice trunk is configured; set voice.server (the carrier's SIP server) and voice.caller (the number shown)")
	}
	tenant := tenantOr(req.Tenant)
	if err := s.mayDisturb(ctx, tenant, to); err != nil {
		return TestCallReply{}, err
	}
	d := trialDialogue(req)
	spec := NewSpec(d, false, s.cfg.Times)
	clips, err := s.book.prepare(ctx, tenant, d, spec)
	if err != nil {
		return TestCallReply{}, err
	}
	c := s.newConversation("", minyi.AttemptID(id.New("test")), minyi.CallBrief{Tenant: tenant, Dialogue: d}, spec, clips)
	stop := context.AfterFunc(ctx, func() { c.interrupt(EventStopped) })
	defer stop()
	defer c.cancel()
	result, trunk := c.place(to)
	state := c.snapshot().state
	outcome := settled(result.Outcome, state.Keyed)
	s.log.Info("test call", "number", to, "trunk", trunk, "outcome", outcome, "code", result.Code)
	return TestCallReply{Number: to.String(), Trunk: trunk, Outcome: outcome, Name: outcomeNames[string(outcome)], End: state.End,
		Pressed: state.Answers, Notes: state.Notes, Result: result}, nil
}

// mayDisturb keeps a test to 请勿打扰.
func (s *Service) mayDisturb(ctx context.Context, tenant minyi.TenantID, to Number) error {
	off, err := s.refused(ctx, tenant, []string{s.box.Blind(to.kind(), to.Reveal())})
	if len(off) > 0 {
		return fault.New(fault.Forbidden, "do_not_contact", "该号码已登记请勿打扰，不能拨打。", "the number is on do-not-contact and is not called")
	}
	return err
}

func trialDialogue(req TestCallRequest) minyi.Dialogue {
	if req.Dialogue != nil {
		return *req.Dialogue
	}
	d := minyi.Dialogue{Questionnaire: "trial", Version: 1, Language: cmpOr(req.Language, "zh-CN"), Hotline: cmpOr(req.Hotline, "12345政务服务便民热线"),
		Day:     minyi.Day(time.Now()),
		Opening: "您好，这里是{hotline}，这是一个试拨电话。继续请按1，不再接听此类回访请按9。",
		Closing: "试拨结束，感谢您的参与，再见。",
		Questions: []minyi.DialogueQuestion{{ID: "trial", Required: true, Keys: map[int]int{1: 5, 2: 4, 3: 3, 4: 2, 5: 1},
			Text: "语音是否清楚？非常清楚请按1，清楚请按2，基本清楚请按3，不清楚请按4，非常不清楚请按5。"}}}
	if strings.HasPrefix(d.Language, "en") {
		d.Opening = "Hello, this is {hotline} with a trial call. Press 1 to go on, 9 for no more such calls."
		d.Closing = "The trial is over. Thank you. Goodbye."
		d.Questions[0].Text = "Is the sound clear? Very clear press 1, clear 2, fairly clear 3, not clear 4, not clear at all 5."
	}
	return d
}
