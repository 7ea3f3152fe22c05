package sip

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"minyi/internal/fault"
	"minyi/internal/id"
)

// Waits of the watch over a trunk that was mute.
const (
	askEvery = 5 * time.Second
	askTimes = 12 // then a call tries: some carriers answer no OPTIONS
)

// watch stands by for calls that got no response at all. It asks the carrier
// with OPTIONS until something answers, so that an outage costs each number
// one fault and not one every half minute.
func (t *Trunk) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.doubt:
		}
		t.log.Warn("trunk does not respond, calls wait")
		answered := false
		for try := 0; try < askTimes && !answered; try++ {
			if _, err := t.ask(ctx); err == nil {
				answered = true
			} else if !wait(ctx, askEvery) {
				return
			}
		}
		t.mu.Lock()
		t.mute = false
		t.mu.Unlock()
		select {
		case t.back <- struct{}{}:
		default:
		}
		t.log.Info("trunk is used again", "responds", answered)
	}
}

// ask sends OPTIONS and waits as long as a call waits for its first response;
// whatever status comes back shows that somebody is there.
func (t *Trunk) ask(ctx context.Context) (status int, err error) {
	ctx, done := context.WithTimeout(ctx, t.cfg.Silent)
	defer done()
	port, err := t.connect(ctx)
	if err != nil {
		return 0, err
	}
	us := sip.Uri{Scheme: "sip", User: t.cfg.Caller, Host: t.cfg.Domain}
	req := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: t.cfg.Domain})
	from := sip.FromHeader{Address: us, Params: sip.NewParams()}
	from.Params.Add("tag", sip.GenerateTagN(16))
	callID := sip.CallIDHeader(id.New("") + "@" + t.shown())
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: req.Recipient, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(t.contact(port))
	req.AppendHeader(sip.NewHeader("User-Agent", agent))
	t.route(req)
	res, err := t.client.Do(ctx, req)
	if err != nil {
		return 0, err
	}
	return int(res.StatusCode), nil
}

// Probe opens a trunk for a moment and asks whether the carrier is there. It
// gives the status that came back.
func Probe(ctx context.Context, cfg Config) (status int, err error) {
	cfg = cfg.withDefaults()
	if bind, err := netip.ParseAddrPort(cfg.Bind); err == nil {
		cfg.Bind = bind.Addr().String() // a running program may hold the port
	}
	cfg.Register = false
	t, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, err
	}
	defer t.Close()
	if !t.isOpen() {
		_, err := cfg.bindAddr()
		return 0, fault.New(fault.Unavailable, "trunk_not_open", "线路 "+cfg.Name+" 打不开，请检查服务器地址、域名解析和本机地址。",
			"trunk "+cfg.Name+" does not open; check the server's name, DNS and our address").With(err)
	}
	status, err = t.ask(ctx)
	if badCertificate(err) {
		return 0, fault.New(fault.Unavailable, "trunk_certificate", "线路 "+cfg.Name+" 的服务器证书不受信任，请检查 tls_ca（签发机构）、tls_name（证书中的名称）和证书有效期。",
			"the certificate of trunk "+cfg.Name+"'s server is not trusted; check tls_ca (who signed it), tls_name (the name in it) and whether it has expired").With(err)
	}
	if err != nil {
		return 0, fault.New(fault.Unavailable, "trunk_mute", "线路 "+cfg.Name+" 的服务器 "+cfg.Server+" 没有回应 OPTIONS，请检查网络、防火墙与对方白名单。",
			"the server "+cfg.Server+" of trunk "+cfg.Name+" gave no answer to OPTIONS; check the network, the firewall and the carrier's list of allowed addresses").With(err)
	}
	return status, nil
}
