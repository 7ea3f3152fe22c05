package sip

import (
	"strings"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"minyi/voice"
)

// answerRequests sets what we say to the carrier's requests.
func (t *Trunk) answerRequests(s *sipgo.Server) {
	s.OnBye(t.onBye)
	s.OnInvite(t.onInvite)
	s.OnAck(func(*sip.Request, sip.ServerTransaction) {}) // ends our 2xx; nothing follows
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
	if c == nil {
		respond(tx, req, 403, "Forbidden")
		return
	}
	if required := req.GetHeader("Require"); required != nil && strings.TrimSpace(required.Value()) != "" {
		respond(tx, req, 420, "Bad Extension", sip.NewHeader("Unsupported", required.Value()))
		return
	}
	res := sip.NewResponseFromRequest(req, 200, "OK", nil)
	body, ok := c.change(req.Body())
	if !ok {
		respond(tx, req, 488, "Not Acceptable Here")
		return
	}
	res.AppendHeader(t.contact(c.port))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	res.SetBody(body)
	tx.Respond(res)
}

// change takes a new description and gives ours. A re-INVITE without one asks
// for what we already do.
func (c *call) change(body []byte) ([]byte, bool) {
	c.sound.mu.Lock()
	spec := c.sound.spec
	c.sound.mu.Unlock()
	if len(body) > 0 {
		var err error
		if spec, err = readSDP(body, c.trunk.laws); err != nil {
			return nil, false
		}
		c.sound.update(spec)
	}
	c.sound.mu.Lock()
	version := c.sound.version
	c.sound.mu.Unlock()
	return accept(spec, c.shownSound(), c.sound.session, version), true
}
