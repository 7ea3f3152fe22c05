package sip

import (
	"context"
	"errors"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"minyi/voice"
)

// Limits of a placement.
const (
	authTries  = 2                // a second challenge is a stale nonce, a third a wrong password
	cancelWait = 8 * time.Second  // for the carrier to answer a CANCEL
	lateWait   = 34 * time.Second // an abandoned INVITE may still be answered (64*T1 and a little)
)

// place sends the INVITE and sees it to its end. It is our own loop over the
// transaction's responses, because carriers send any number of 18x, answer
// while we cancel, and sometimes do not answer at all.
func (c *call) place(ctx context.Context, r *voice.Result) {
	c.ctx = context.WithoutCancel(ctx)
	if err := c.begin(); err != nil {
		c.fail(r, "unreachable_server", err)
		return
	}
	silent := time.NewTimer(c.trunk.cfg.Silent)
	defer silent.Stop()
	ring := time.NewTimer(c.ring)
	defer ring.Stop()
	for {
		select {
		case res := <-c.tx.Responses():
			silent.Stop()
			c.read(res, r)
			if res.IsProvisional() {
				c.proceeding = true
				continue
			}
			if c.challenged(res) {
				if err := c.authenticate(res); err != nil {
					c.fail(r, "authentication", err)
					return
				}
				silent.Reset(c.trunk.cfg.Silent)
				continue
			}
			c.final(res, r)
			return
		case <-c.tx.Done():
			c.fail(r, "transaction", c.tx.Err())
			return
		case <-silent.C:
			r.Outcome, r.Detail = voice.OutcomeTrunk, "no_provisional"
			c.abandon()
			return
		case <-ring.C:
			c.cancel(r, voice.OutcomeNoAnswer, "ring_limit")
			return
		case <-ctx.Done():
			c.cancel(r, voice.OutcomeStopped, "stopped")
			return
		}
	}
}

// begin sends the INVITE.
func (c *call) begin() (err error) {
	if c.port, err = c.trunk.connect(c.ctx); err != nil {
		return err
	}
	c.invite = c.newInvite()
	c.tx, err = c.trunk.client.TransactionRequest(c.ctx, c.invite)
	return err
}

func (c *call) fail(r *voice.Result, detail string, err error) {
	r.Outcome, r.Detail = voice.OutcomeTrunk, detail
	kind := "transport"
	switch {
	case errors.Is(err, sip.ErrTransactionTimeout):
		kind = "timeout"
	case errors.Is(err, errDigest):
		kind, r.Detail = "digest", "digest"
	case badCertificate(err):
		kind, r.Detail = "certificate", "certificate"
	}
	c.trunk.log.Warn("call not placed", "detail", detail, "kind", kind)
}

// read notes what a response tells of the call.
func (c *call) read(res *sip.Response, r *voice.Result) {
	r.Rang = r.Rang || res.StatusCode == 180 || res.StatusCode == 183 || res.IsSuccess()
	if res.StatusCode >= 200 {
		r.Code = int(res.StatusCode)
	}
	if cause := causeOf(res); cause != 0 {
		r.Cause = cause
	}
}

// final reads the answer or the refusal.
func (c *call) final(res *sip.Response, r *voice.Result) {
	if !res.IsSuccess() {
		r.Outcome = classify(int(res.StatusCode), r.Cause)
		if r.Outcome == voice.OutcomeRejected && !r.Rang && res.StatusCode == 403 && r.Cause == 0 {
			// 403 without a ring is the carrier that refuses us, not the person.
			r.Outcome, r.Detail = voice.OutcomeTrunk, "forbidden"
		}
		if challenges(res) {
			r.Detail = "password"
		}
		return
	}
	spec, err := readSDP(res.Body(), c.trunk.laws)
	if err == nil {
		c.sound.answer(spec)
	}
	c.establish(res)
	if err == nil {
		err = c.reach(spec)
	}
	if err != nil {
		c.bye()
		r.Outcome, r.Detail = voice.OutcomeTrunk, "no_common_codec"
		if errors.Is(err, errNoWay) {
			r.Detail = "sound_address"
		}
		return
	}
	r.Outcome, r.Answered = voice.OutcomeAnswered, time.Now()
}

// challenged reports whether res asks for our password and may still have it.
func (c *call) challenged(res *sip.Response) bool {
	if !challenges(res) {
		return false
	}
	c.auths++
	return c.trunk.cfg.Password != "" && c.auths <= authTries
}

// authenticate sends the INVITE again with credentials.
func (c *call) authenticate(res *sip.Response) error {
	again, err := c.trunk.authorized(c.invite, res)
	if err != nil {
		return err
	}
	tx, err := c.trunk.client.TransactionRequest(c.ctx, again, sipgo.ClientRequestAddVia)
	if err != nil {
		return err
	}
	c.invite, c.tx, c.proceeding = again, tx, false
	return nil
}

// cancel stops a call that rings. Its answer may cross our CANCEL: then it is
// acknowledged and hung up at once, and nobody sits in a dead call. Without
// any response yet a CANCEL may not be sent; the call is abandoned instead.
func (c *call) cancel(r *voice.Result, outcome voice.Outcome, detail string) {
	r.Outcome, r.Detail = outcome, detail
	if !c.proceeding {
		c.abandon()
		return
	}
	c.sendCancel()
	wait := time.NewTimer(cancelWait)
	defer wait.Stop()
	for {
		select {
		case res := <-c.tx.Responses():
			if res.IsProvisional() {
				continue
			}
			c.read(res, r)
			if res.IsSuccess() {
				r.Detail = detail + "_crossed"
				c.establish(res)
				c.bye()
			}
			return
		case <-c.tx.Done():
			return
		case <-wait.C:
			c.abandon()
			return
		}
	}
}

// abandon leaves an INVITE behind and stays on guard for a while: a late ring
// is cancelled, a late answer acknowledged and hung up.
func (c *call) abandon() {
	tx := c.tx
	c.trunk.wg.Go(func() {
		over := time.NewTimer(lateWait)
		defer over.Stop()
		for {
			select {
			case res := <-tx.Responses():
				switch {
				case res.IsProvisional() && !c.cancelled:
					c.sendCancel()
				case res.IsSuccess():
					c.establish(res)
					c.bye()
					return
				case !res.IsProvisional():
					return
				}
			case <-tx.Done():
				return
			case <-c.trunk.closing():
				tx.Terminate()
				return
			case <-over.C:
				tx.Terminate()
				return
			}
		}
	})
}
