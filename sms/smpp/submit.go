package smpp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"minyi/sms"
)

// testBlock is a real carrier's prefix that made-up data uses.
const testBlock = "1990000"

// Submit hands one message to the SMSC, each segment as a submit_sm of its own
// sequence number, and waits for all answers.
func (c *Client) Submit(ctx context.Context, m sms.Message) ([]string, error) {
	if strings.HasPrefix(m.To.Reveal(), testBlock) && !c.cfg.AllowTestNumbers {
		return nil, &sms.SubmitError{Outcome: sms.OutcomeRefused, Code: "test_number",
			ZH: "测试号段 1990000 不得发往真实通道（如为模拟网关，请设置 allow_test_numbers）。",
			EN: "the test block 1990000 must not reach a real carrier (set allow_test_numbers for a simulated SMSC)"}
	}
	parts := sms.Split(m.Text)
	ids := make([]string, len(parts))
	todo := make([]int, len(parts))
	for i := range todo {
		todo[i] = i
	}
	sending, cancel := c.leaveTime(ctx)
	defer cancel()
	for {
		if d := c.held(); d > 0 {
			pause(sending, d)
		}
		again, err := c.submitParts(ctx, sending, m, parts, ids, todo)
		if err == nil && len(again) == 0 {
			return ids, nil
		}
		// Nothing was accepted yet: the caller may as well try later. But once
		// the SMSC has a part, the rest must follow or the person gets a torso.
		if err == nil || err.Outcome != sms.OutcomeRetry || len(again) == len(parts) {
			return ids, err
		}
		if !c.retryRest(sending, err.After) {
			return ids, &sms.SubmitError{Outcome: sms.OutcomePartial, Code: "partial", Cause: err,
				ZH: "长短信只有一部分被网关接受，稍后整条重发。", EN: "only a part of a long message was accepted; the whole is sent anew later"}
		}
		todo = again
	}
}

// leaveTime ends sending while half the time for an answer is left: what waits
// for a throttled line until the last moment and goes then would be unknown for
// want of patience.
func (c *Client) leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(c.cfg.ResponseTimeout, time.Until(deadline))/2))
}

// retryRest waits before the rest of a long message, if there is time.
func (c *Client) retryRest(ctx context.Context, after time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Now().Add(after+time.Second).After(deadline) {
		return false
	}
	pause(ctx, after)
	return ctx.Err() == nil
}

// sentPart is a segment whose answer is awaited.
type sentPart struct {
	index    int
	session  *session
	sequence int32
	waiter   waiter
}

// submitParts sends the segments named by todo and fills in their ids. again
// names those that the SMSC certainly does not have; the worst error is given.
// ctx bounds the answers, sending what goes out.
func (c *Client) submitParts(ctx, sending context.Context, m sms.Message, parts, ids []string, todo []int) (again []int, worst *sms.SubmitError) {
	var sent []sentPart
	for n, i := range todo {
		p, err := c.sendPart(sending, m, parts, i)
		if err != nil {
			again, worst = append(again, todo[n:]...), err
			break
		}
		sent = append(sent, p)
	}
	for _, p := range sent {
		carrierID, err := c.answerTo(ctx, p)
		switch {
		case err == nil:
			ids[p.index] = carrierID
		case err.Outcome == sms.OutcomeRetry:
			again = append(again, p.index)
			c.hold(min(err.After, 5*time.Second))
		}
		worst = worse(worst, err)
	}
	return again, worst
}

// worse gives the error that decides over a message: unknown before refused
// before retry.
func worse(a, b *sms.SubmitError) *sms.SubmitError {
	rank := map[sms.Outcome]int{sms.OutcomeRetry: 1, sms.OutcomeRefused: 2, sms.OutcomeUnknown: 3}
	if a == nil || b != nil && rank[b.Outcome] > rank[a.Outcome] {
		return b
	}
	return a
}

func (c *Client) sendPart(ctx context.Context, m sms.Message, parts []string, i int) (sentPart, *sms.SubmitError) {
	for {
		s := c.session(ctx)
		if s == nil {
			return sentPart{}, &sms.SubmitError{Outcome: sms.OutcomeRetry, LineTrouble: true, After: 15 * time.Second, Code: "not_bound",
				ZH: "短信网关未连接，稍后自动重发。", EN: "the SMSC is not connected; the message is kept"}
		}
		p, err := c.submitSM(m, parts, i)
		if err != nil {
			return sentPart{}, &sms.SubmitError{Outcome: sms.OutcomeRefused, Code: "encode", ZH: "短信无法编码。", EN: "the message cannot be encoded", Cause: err}
		}
		sequence, w, err := s.send(ctx, p)
		if err == nil {
			return sentPart{i, s, sequence, w}, nil
		}
		if ctx.Err() != nil {
			return sentPart{}, &sms.SubmitError{Outcome: sms.OutcomeRetry, LineTrouble: true, After: time.Second, Code: "window",
				ZH: "网关窗口已满，稍后自动重发。", EN: "the window was full all the time; the message is kept"}
		}
		c.remove(s) // it has ended: take another
	}
}

// submitSM makes the PDU of one segment, in UCS-2 with the concatenation
// header where there are several.
func (c *Client) submitSM(m sms.Message, parts []string, i int) (pdu.PDU, error) {
	p := pdu.NewSubmitSM().(*pdu.SubmitSM)
	var err error
	if p.SourceAddr, err = pdu.NewAddressWithTonNpiAddr(c.cfg.SourceTON, c.cfg.SourceNPI, c.cfg.Source+sms.Extension(m.Ref, c.cfg.Extension)); err != nil {
		return nil, err
	}
	if p.DestAddr, err = pdu.NewAddressWithTonNpiAddr(c.cfg.DestTON, c.cfg.DestNPI, c.cfg.Prefix+m.To.Reveal()); err != nil {
		return nil, err
	}
	p.RegisteredDelivery = data.SM_SMSC_RECEIPT_REQUESTED
	if err := p.Message.SetMessageDataWithEncoding(ucs2(parts[i]), data.UCS2); err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		p.EsmClass |= data.SM_UDH_GSM
		p.Message.SetUDH(pdu.UDH{pdu.NewIEConcatMessage(byte(len(parts)), byte(i+1), m.Ref)})
	}
	return p, nil
}

func ucs2(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}

// answerTo waits for the answer to one segment.
func (c *Client) answerTo(ctx context.Context, p sentPart) (string, *sms.SubmitError) {
	f, err := p.session.receive(ctx, p.sequence, p.waiter)
	switch {
	case errors.Is(err, errSilent):
		return "", &sms.SubmitError{Outcome: sms.OutcomeUnknown, Code: "no_answer", ZH: "网关未在时限内应答，结果未知。", EN: "no answer in time; the outcome is unknown", Cause: err}
	case err != nil:
		return "", &sms.SubmitError{Outcome: sms.OutcomeUnknown, Code: "broken", ZH: "连接中断，结果未知。", EN: "the line broke before the answer; the outcome is unknown", Cause: err}
	case f.command() == data.GENERIC_NACK || f.status() != 0:
		if f.status() == uint32(data.ESME_RINVBNDSTS) {
			p.session.end() // it has forgotten our bind: only another one helps
		}
		return "", refusal(f.status())
	}
	resp, err := decode(f)
	if err == nil {
		if r, ok := resp.(*pdu.SubmitSMResp); ok && r.MessageID != "" {
			return c.carrierID(r.MessageID), nil
		}
		err = fmt.Errorf("command 0x%08x without a message_id", uint32(f.command()))
	}
	// It was accepted, but how it is called we cannot tell.
	return "", &sms.SubmitError{Outcome: sms.OutcomeUnknown, Code: "no_message_id", ZH: "网关应答无法识别，结果未知。", EN: "the SMSC's answer cannot be read; the outcome is unknown", Cause: err}
}

// carrierID brings the id of a submit response into the writing of receipts.
func (c *Client) carrierID(id string) string {
	if !c.cfg.HexSubmitIDs {
		return id
	}
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		return id
	}
	return strconv.FormatUint(n, 10)
}
