package sms

import (
	"context"
	"sync"
	"time"

	"minyi"
)

// handed is what came of handing one message over.
type handed struct {
	errand  errand
	gateway string
	ids     []string
	err     *SubmitError // nil: every segment was numbered
}

// wantedFor is how long survey's word that a message is wanted holds. One that
// has waited longer for the carrier is asked for again, so that a stop stops
// within two seconds however slow the carrier's rate is.
const wantedFor = 2 * time.Second

// submitAll hands errands over side by side; the gateway's window and the
// line's rate hold them back.
func (s *Service) submitAll(ctx, stopping context.Context, errands []errand, asked time.Time) []handed {
	results := make([]handed, len(errands))
	var wg sync.WaitGroup
	for i, e := range errands {
		wg.Go(func() { results[i] = s.submitOne(ctx, stopping, e, asked) })
	}
	wg.Wait()
	return results
}

// submitOne hands one message over, trying again within the lease when the
// carrier says that it has not taken it.
func (s *Service) submitOne(ctx, stopping context.Context, e errand, asked time.Time) handed {
	to, err := s.numberOf(e.row.To)
	if err != nil {
		return handed{errand: e, err: ownRefusal("number_unreadable", "号码无法解密，请检查密钥文件。", "the number cannot be opened with this key ring", err)}
	}
	m := Message{ID: e.id, To: to, Text: e.brief.Text, Ref: e.row.Ref}
	for {
		l := s.choose(to, e.row.avoid())
		if l == nil {
			return handed{errand: e, err: notCalled("no_gateway", 5*time.Minute, "没有可用的短信通道。", "there is no SMS gateway")}
		}
		h := handed{errand: e, gateway: l.Name}
		if refused := CheckText(m.Text, l.Gateway.Capabilities().MaxSegments); refused != nil {
			h.err = ownRefusal("text", "短信内容不符合通道要求。", "the text does not meet the rules", refused)
			return h
		}
		if h.err = s.mayCall(stopping, l, e, asked); h.err != nil {
			return h
		}
		h.ids, h.err = s.call(ctx, l, m)
		if h.err == nil || h.err.Outcome != OutcomeRetry || !s.holdOn(stopping, e, h.err.After) {
			return h
		}
		asked = s.clock.Now().Add(-wantedFor) // it has waited: ask again before it goes
	}
}

// mayCall waits for the line's rate and makes sure that there is still time
// and still a wish. Its error says that the carrier was not called.
func (s *Service) mayCall(stopping context.Context, l *line, e errand, asked time.Time) *SubmitError {
	if wait, undo := l.reserve(len(e.row.Parts)); wait > 0 {
		if s.clock.Now().Add(wait).After(s.cutOff(e)) {
			undo()
			return notCalled("rate", 0, "超出通道速率，稍后发送。", "the line's rate leaves no room in this lease")
		}
		pause(stopping, wait)
	}
	if stopping.Err() != nil {
		return notCalled("stopping", 0, "服务正在停止，稍后发送。", "the service is stopping")
	}
	if s.clock.Now().After(s.cutOff(e)) {
		return notCalled("lease", 0, "排队过久，稍后发送。", "the lease is nearly over")
	}
	if s.clock.Now().Sub(asked) >= wantedFor && !s.stillWanted(stopping, e) {
		return notCalled("asked_again", 0, "发送条件已变化。", "the message may no longer be wanted")
	}
	return nil
}

// cutOff is the last moment at which a carrier may be called under the lease:
// its answer, and writing that down, must fit in.
func (s *Service) cutOff(e errand) time.Time {
	return e.row.Lease.Add(-s.cfg.SubmitTimeout - s.cfg.SubmitTimeout/2)
}

// stillWanted asks again whether a message that has waited may go.
func (s *Service) stillWanted(ctx context.Context, e errand) bool {
	if e.row.Kind != kindInvitation {
		return true
	}
	req := minyi.BriefsRequest{Tenant: e.row.Tenant, Invitations: []minyi.InvitationID{e.row.Invitation}}
	if e.row.Try > 0 {
		req.Again = map[minyi.InvitationID]int{e.row.Invitation: e.row.Step}
	}
	r, err := s.survey.Briefs(ctx, req)
	if err != nil || len(r.Briefs) != 1 || !r.Briefs[0].Go || r.Briefs[0].Step != e.row.Step {
		return false
	}
	known, err := s.store.recipients.Get(ctx, recipientID(e.row.Tenant, e.row.Blind))
	return err == nil && known.Body.Stop == nil
}

func (s *Service) call(ctx context.Context, l *line, m Message) ([]string, *SubmitError) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.SubmitTimeout)
	defer cancel()
	ids, err := l.Gateway.Submit(ctx, m)
	if err == nil {
		return ids, nil
	}
	return ids, AsSubmitError(err)
}

// holdOn waits for another try if the lease has room for one.
func (s *Service) holdOn(stopping context.Context, e errand, after time.Duration) bool {
	if after = max(after, 200*time.Millisecond); after > 10*time.Second || s.clock.Now().Add(after).After(s.cutOff(e)) {
		return false
	}
	pause(stopping, after)
	return stopping.Err() == nil
}

func notCalled(code string, after time.Duration, zh, en string) *SubmitError {
	return &SubmitError{Outcome: OutcomeRetry, LineTrouble: true, After: max(after, 2*time.Second), Code: code, ZH: zh, EN: en}
}

func ownRefusal(code, zh, en string, cause error) *SubmitError {
	return &SubmitError{Outcome: OutcomeRefused, Code: code, ZH: zh, EN: en, Cause: cause}
}

// numberOf opens a sealed mobile number.
func (s *Service) numberOf(sealed string) (minyi.Mobile, error) {
	digits, err := s.box.Open(sealed)
	if err != nil {
		return minyi.Mobile{}, err
	}
	return minyi.ParseMobile(digits)
}
