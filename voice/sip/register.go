package sip

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"minyi/internal/id"
)

// Waits of registration: after a refusal accounts lock, so we go easy.
const (
	registerWait  = 10 * time.Second
	firstPause    = 2 * time.Second
	longestPause  = time.Minute
	refusedPause  = 5 * time.Minute
	fewestSeconds = 10 // we refresh no faster, whatever a carrier grants
	mostSeconds   = 86400
)

// keepRegistered registers and refreshes until ctx is done, then takes the
// registration back.
func (t *Trunk) keepRegistered(ctx context.Context) {
	reg := registration{trunk: t, callID: id.New("") + "@" + t.shown()}
	pause := firstPause
	for ctx.Err() == nil {
		granted, why := reg.send(ctx, t.cfg.Expires)
		t.setRegistered(why)
		next := granted * 4 / 5
		switch {
		case granted > 0:
			pause = firstPause
		case slices.Contains([]string{"401", "403", "407", "digest"}, why):
			next = refusedPause
		default:
			next, pause = pause, min(2*pause, longestPause)
		}
		t.rest(ctx, next)
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer done()
	if t.Status().Up {
		reg.send(last, 0)
	}
}

// rest waits until the next registration is due: sooner where the carrier is
// back after an outage, for it may have forgotten us.
func (t *Trunk) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-t.back:
	}
}

// setRegistered notes how a REGISTER went; why not in a word, empty where it
// went well.
func (t *Trunk) setRegistered(why string) {
	ok := why == ""
	t.mu.Lock()
	changed := t.registered != ok
	t.registered, t.detail = ok, why
	if ok {
		t.good = time.Now()
	}
	t.mu.Unlock()
	if changed && ok {
		t.log.Info("trunk registered")
	} else if !ok {
		t.log.Warn("trunk not registered", "why", why)
	}
}

// registration is one address of record's series of REGISTERs.
type registration struct {
	trunk  *Trunk
	callID string
	seq    uint32
}

// send registers for expires, or takes the registration back with 0. It gives
// the time granted, or why there is none: a status, no_answer, or digest.
func (r *registration) send(ctx context.Context, expires time.Duration) (granted time.Duration, why string) {
	ctx, done := context.WithTimeout(ctx, registerWait)
	defer done()
	port, err := r.trunk.connect(ctx)
	if err != nil {
		return 0, "no_answer"
	}
	res, err := r.ask(ctx, expires, port)
	if least := leastExpires(res); err == nil && expires > 0 && least > expires {
		expires = least // too short for this carrier
		res, err = r.ask(ctx, expires, port)
	}
	switch {
	case errors.Is(err, errDigest):
		return 0, "digest"
	case err != nil:
		return 0, "no_answer"
	case !res.IsSuccess():
		return 0, strconv.Itoa(int(res.StatusCode))
	}
	return grantedBy(res, expires), ""
}

// ask sends one REGISTER, with credentials where they are asked for.
func (r *registration) ask(ctx context.Context, expires time.Duration, port int) (*sip.Response, error) {
	req := r.request(expires, port)
	res, err := r.trunk.client.Do(ctx, req)
	for try := 0; try < authTries && err == nil && challenges(res); try++ {
		if req, err = r.trunk.authorized(req, res); err != nil {
			break
		}
		r.seq = req.CSeq().SeqNo
		res, err = r.trunk.client.Do(ctx, req, sipgo.ClientRequestAddVia)
	}
	return res, err
}

// leastExpires reads what a 423 wants; 0 of any other response.
func leastExpires(res *sip.Response) time.Duration {
	if res == nil || res.StatusCode != 423 {
		return 0
	}
	h := res.GetHeader("Min-Expires")
	if h == nil {
		return 0
	}
	n, _ := strconv.Atoi(h.Value())
	return time.Duration(min(n, mostSeconds)) * time.Second
}

func (r *registration) request(expires time.Duration, port int) *sip.Request {
	t := r.trunk
	us := sip.Uri{Scheme: "sip", User: t.cfg.User, Host: t.cfg.Domain}
	req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: t.cfg.Domain})
	from := sip.FromHeader{Address: us, Params: sip.NewParams()}
	from.Params.Add("tag", sip.GenerateTagN(16))
	callID := sip.CallIDHeader(r.callID)
	r.seq++
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: us, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: r.seq, MethodName: sip.REGISTER})
	req.AppendHeader(t.contact(port))
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires.Seconds()))))
	req.AppendHeader(sip.NewHeader("User-Agent", agent))
	t.route(req)
	return req
}

// grantedBy reads how long a registration holds: of our contact, of the
// message, or as asked.
func grantedBy(res *sip.Response, asked time.Duration) time.Duration {
	seconds := ""
	if c := res.Contact(); c != nil {
		seconds, _ = c.Params.Get("expires")
	}
	if h := res.GetHeader("Expires"); seconds == "" && h != nil {
		seconds = h.Value()
	}
	n, err := strconv.Atoi(seconds)
	if err != nil || n < 0 {
		return asked
	}
	return time.Duration(max(n, fewestSeconds)) * time.Second
}
