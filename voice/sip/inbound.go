package sip

import (
	"strings"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"minyi/voice"
)

// answerRequests sets what we say to the carrier's requests.
func (t *Trunk) answerRequests(s *sipgo.Server) {
	s.OnBye(t.onBye)
	s.OnInvite(t.onInvite)
	s.OnAck(t.onAck)
	s.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { respond(tx, req, 200, "OK") })
	s.OnCancel(func(req *sip.Request, tx sip.ServerTransaction) {
		respond(tx, req, 481, "Call/Transaction Does Not Exist")
	})
	s.OnNoRoute(func(req *sip.Request, tx sip.ServerTransaction) { respond(tx, req, 405, "Method Not Allowed") })
}

func respond(tx sip.ServerTransaction, req *sip.Request, status int, reason string, more ...sip.Header) {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	for _, h := range more {
		res.AppendHeader(h)
	}
	tx.Respond(res) // a failure shows as the request repeated
}

// ours finds the call that a request belongs to: same Call-ID, our tag.
func (t *Trunk) ours(req *sip.Request) *call {
	if req.CallID() == nil || req.To() == nil {
		return nil
	}
	c := t.find(req.CallID().Value())
	if c == nil {
		return nil
	}
	if tag, _ := req.To().Params.Get("tag"); tag != c.tag {
		return nil
	}
	return c
}

func (t *Trunk) onBye(req *sip.Request, tx sip.ServerTransaction) {
	c := t.ours(req)
	if c == nil {
		respond(tx, req, 481, "Call/Transaction Does Not Exist")
		return
	}
	respond(tx, req, 200, "OK")
	c.mu.Lock()
	c.hungUp = true
	c.cause = causeOf(req)
	c.mu.Unlock()
	c.sound.end(voice.SoundHungUp)
}

// onInvite takes changes of a call that stands (hold, another address) and
// refuses calls to us: nobody would speak.
func (t *Trunk) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	c := t.ours(req)
	if c == nil && req.To() != nil && req.To().Params.Has("tag") {
		respond(tx, req, 481, "Call/Transaction Does Not Exist") // of a call that is over
		return
	}
	if c == nil {
		respond(tx, req, 403, "Forbidden")
		return
	}
	if required := req.GetHeader("Require"); required != nil && strings.TrimSpace(required.Value()) != "" {
		respond(tx, req, 420, "Bad Extension", sip.NewHeader("Unsupported", required.Value()))
		return
	}
	body, ok := c.change(req.Body())
	if !ok {
		respond(tx, req, 488, "Not Acceptable Here")
		return
	}
	res := sip.NewResponseFromRequest(req, 200, "OK", nil)
	res.AppendHeader(t.contact(c.port))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	res.SetBody(body)
	acked := c.awaitACK(req.CSeq().SeqNo)
	tx.Respond(res)
	t.wg.Go(func() { c.repeat(tx, res, acked) })
}

// awaitACK gives a channel that is closed by the ACK of that number.
func (c *call) awaitACK(seq uint32) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ackSeq, c.acked = seq, make(chan struct{})
	return c.acked
}

// repeat sends a 2xx again until it is acknowledged: the transaction no longer
// answers the repeated INVITE of a side that has not got it.
func (c *call) repeat(tx sip.ServerTransaction, res *sip.Response, acked <-chan struct{}) {
	for pause := sip.T1; pause < lateWait; pause *= 2 {
		timer := time.NewTimer(min(pause, sip.T2))
		select {
		case <-acked:
		case <-c.sound.gone:
		case <-timer.C:
			tx.Respond(res)
			continue
		}
		timer.Stop()
		return
	}
}

// change takes a new description and gives ours. A re-INVITE without one asks
// for an offer of ours; its answer comes with the ACK.
func (c *call) change(body []byte) ([]byte, bool) {
	if len(body) == 0 {
		return offer(c.shownSound(), c.sound.session, c.sound.nextVersion(), c.trunk.laws), true
	}
	spec, err := readSDP(body, c.trunk.laws)
	if err != nil || c.reach(spec) != nil {
		return nil, false
	}
	return accept(spec, c.shownSound(), c.sound.session, c.sound.nextVersion()), true
}

// onAck ends our 2xx. One with a description answers an offer of ours.
func (t *Trunk) onAck(req *sip.Request, _ sip.ServerTransaction) {
	c := t.ours(req)
	if c == nil || !c.takeACK(req.CSeq()) || len(req.Body()) == 0 {
		return
	}
	if spec, err := readSDP(req.Body(), t.laws); err == nil {
		c.reach(spec) // else the sound stays where it was
	}
}

// takeACK reports whether an ACK is the first that our last 2xx awaited.
func (c *call) takeACK(seq *sip.CSeqHeader) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acked == nil || seq == nil || seq.SeqNo != c.ackSeq {
		return false
	}
	close(c.acked)
	c.acked = nil
	return true
}
