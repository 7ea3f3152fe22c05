package sip

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"minyi/internal/id"
	"minyi/voice"
)

// allowed is what we take in a dialog. Everything else is answered 405.
const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS"

// byeWait is how long we wait for the answer to our BYE.
const byeWait = 4 * time.Second

// call is one call from INVITE to BYE.
type call struct {
	trunk  *Trunk
	sound  *media
	to     string // digits
	port   int    // ours, in our Contact
	ring   time.Duration
	ctx    context.Context // outlives the wish to call: signalling must be brought to its end
	invite *sip.Request
	tx     sip.ClientTransaction
	id     string // Call-ID
	tag    string // ours

	proceeding bool // a provisional came on the present transaction
	cancelled  bool
	auths      int

	mu     sync.Mutex
	answer *sip.Response // the 2xx; nil before
	seq    uint32        // CSeq of our last request
	hungUp bool          // the other side has sent BYE
	cause  int           // of its BYE
	byed   bool          // we have
	ackSeq uint32        // of the re-INVITE whose ACK is awaited
	acked  chan struct{} // closed by it; nil when none is awaited
}

func (t *Trunk) newCall(o voice.Order, sound *media) *call {
	return &call{trunk: t, sound: sound, to: o.To.Reveal(), ring: or(o.Ring, t.cfg.Ring), id: id.New("") + "@" + t.shown(), tag: sip.GenerateTagN(16)}
}

func (c *call) newInvite() *sip.Request {
	t := c.trunk
	to := sip.Uri{Scheme: "sip", User: t.cfg.Prefix + c.to, Host: t.cfg.Domain}
	req := sip.NewRequest(sip.INVITE, to)
	from := sip.FromHeader{DisplayName: t.cfg.CallerName, Address: sip.Uri{Scheme: "sip", User: t.cfg.Caller, Host: t.cfg.Domain}, Params: sip.NewParams()}
	from.Params.Add("tag", c.tag)
	callID := sip.CallIDHeader(c.id)
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: to, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(t.contact(c.port))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("User-Agent", agent))
	if t.cfg.Asserted {
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", "<sip:"+t.cfg.Caller+"@"+t.cfg.Domain+">"))
	}
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(offer(c.shownSound(), c.sound.session, 1, t.laws))
	t.route(req)
	return req
}

// shownSound is the address at which the other side reaches our sound.
func (c *call) shownSound() netip.AddrPort {
	if c.trunk.cfg.External == "" {
		return c.sound.local
	}
	a, _ := netip.ParseAddr(c.trunk.cfg.External) // checked by Config.check
	return netip.AddrPortFrom(a, c.sound.local.Port())
}

// contact is where requests within a dialog reach us.
func (t *Trunk) contact(port int) *sip.ContactHeader {
	uri := sip.Uri{Scheme: "sip", User: t.cfg.Caller, Host: t.shown(), Port: port, UriParams: sip.NewParams()}
	if t.cfg.Transport != "udp" {
		uri.UriParams.Add("transport", t.cfg.Transport)
	}
	return &sip.ContactHeader{Address: uri}
}

// route sends a request out of dialog to the carrier's server, on UDP from our
// own socket.
func (t *Trunk) route(req *sip.Request) {
	req.SetTransport(sip.NetworkToUpper(t.cfg.Transport))
	req.SetDestination(t.cfg.Server)
	if t.cfg.Transport == "udp" {
		t.laddr.Copy(&req.Laddr)
	}
}

// establish takes a 2xx: it is acknowledged now and whenever it is repeated.
func (c *call) establish(res *sip.Response) {
	c.mu.Lock()
	c.answer, c.seq = res, c.invite.CSeq().SeqNo
	c.mu.Unlock()
	c.trunk.mu.Lock()
	c.trunk.calls[c.id] = c
	c.trunk.mu.Unlock()
	c.tx.OnRetransmission(c.answeredAgain)
	c.ack(res)
}

// answeredAgain takes a 2xx after the first: the same once more, because our
// ACK was lost, or of a second telephone where the carrier rang several. That
// one is hung up at once, so that nobody listens to nothing.
func (c *call) answeredAgain(res *sip.Response) {
	c.ack(res)
	if toTag(res) == toTag(c.answer) {
		return
	}
	c.trunk.wg.Go(func() {
		ctx, done := context.WithTimeout(c.ctx, byeWait)
		defer done()
		c.trunk.client.Do(ctx, c.within(sip.BYE, c.invite.CSeq().SeqNo+1, res), sipgo.ClientRequestAddVia) // best effort
	})
}

func toTag(res *sip.Response) string {
	if res.To() == nil {
		return ""
	}
	tag, _ := res.To().Params.Get("tag")
	return tag
}

func (c *call) ack(answer *sip.Response) {
	req := c.within(sip.ACK, c.invite.CSeq().SeqNo, answer)
	if err := c.trunk.client.WriteRequest(req, sipgo.ClientRequestAddVia); err != nil {
		c.trunk.log.Warn("an answer could not be acknowledged", "kind", "transport")
	}
}

// within makes a request of the dialog that answer began: to the other side's
// contact, along the recorded route.
func (c *call) within(method sip.RequestMethod, seq uint32, answer *sip.Response) *sip.Request {
	target := c.invite.Recipient
	if contact := answer.Contact(); contact != nil {
		target = contact.Address
	}
	req := sip.NewRequest(method, *target.Clone())
	forwards, callID := sip.MaxForwardsHeader(70), sip.CallIDHeader(c.id)
	req.AppendHeader(&forwards)
	req.AppendHeader(sip.HeaderClone(c.invite.From()))
	if to := answer.To(); to != nil {
		req.AppendHeader(sip.HeaderClone(to))
	}
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(c.trunk.contact(c.port))
	routes := answer.GetHeaders("Record-Route")
	for i := len(routes) - 1; i >= 0; i-- {
		req.AppendHeader(sip.NewHeader("Route", routes[i].Value()))
	}
	req.SetBody(nil)
	req.SetTransport(c.invite.Transport())
	switch {
	case len(routes) == 0 && c.trunk.cfg.Transport != "udp":
		req.SetDestination(c.trunk.cfg.Server) // over the connection that stands
	case len(routes) > 0:
		if first := req.Route(); first != nil && !first.Address.UriParams.Has("lr") {
			req.Recipient = first.Address // a strict router
		}
	}
	if c.trunk.cfg.Transport == "udp" {
		c.trunk.laddr.Copy(&req.Laddr)
	}
	return req
}

// bye hangs up, unless the other side has.
func (c *call) bye() {
	defer c.forget()
	c.mu.Lock()
	if c.hungUp || c.byed || c.answer == nil {
		c.mu.Unlock()
		return
	}
	c.byed = true
	c.seq++
	seq := c.seq
	c.mu.Unlock()
	ctx, done := context.WithTimeout(c.ctx, byeWait)
	defer done()
	req := c.within(sip.BYE, seq, c.answer)
	res, err := c.trunk.client.Do(ctx, req, sipgo.ClientRequestAddVia)
	if err == nil && c.trunk.cfg.Password != "" && challenges(res) {
		if req, err = c.trunk.authorized(req, res); err == nil {
			_, err = c.trunk.client.Do(ctx, req, sipgo.ClientRequestAddVia)
		}
	}
	if err != nil {
		c.trunk.log.Info("no answer to a hang-up")
	}
}

func (c *call) forget() {
	c.trunk.mu.Lock()
	delete(c.trunk.calls, c.id)
	c.trunk.mu.Unlock()
}

// sendCancel cancels the INVITE that is under way: same Via, same CSeq.
func (c *call) sendCancel() {
	c.cancelled = true
	req := sip.NewRequest(sip.CANCEL, c.invite.Recipient)
	req.AppendHeader(sip.HeaderClone(c.invite.Via()))
	req.AppendHeader(sip.HeaderClone(c.invite.From()))
	req.AppendHeader(sip.HeaderClone(c.invite.To()))
	req.AppendHeader(sip.HeaderClone(c.invite.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	forwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&forwards)
	req.SetBody(nil)
	c.trunk.route(req)
	asIs := func(*sipgo.Client, *sip.Request) error { return nil }
	tx, err := c.trunk.client.TransactionRequest(c.ctx, req, asIs)
	if err != nil {
		c.trunk.log.Warn("a cancel could not be sent", "kind", "transport")
		return
	}
	c.trunk.wg.Go(func() {
		defer tx.Terminate()
		wait := time.NewTimer(cancelWait)
		defer wait.Stop()
		for {
			select {
			case res := <-tx.Responses():
				if !res.IsProvisional() {
					return
				}
			case <-tx.Done():
				return
			case <-wait.C:
				return
			}
		}
	})
}

// converse runs the dialogue on an answered call and hangs up after it.
func (c *call) converse(ctx context.Context, talk voice.Talk, r *voice.Result) {
	c.sound.start()
	talking, stop := context.WithTimeout(context.WithoutCancel(ctx), c.trunk.cfg.MaxTalk)
	defer stop()
	c.trunk.wg.Go(func() {
		select {
		case <-c.sound.gone:
			stop()
		case <-talking.Done():
		}
	})
	talk(talking, c.sound)
	c.bye()
	c.sound.end("")
	r.Gap, r.Packets, r.BadParts = c.sound.measures()
	c.mu.Lock()
	defer c.mu.Unlock()
	r.HungUp = c.hungUp
	if c.cause != 0 {
		r.Cause = c.cause
	}
}
