package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// line is what an open trunk speaks through.
type line struct {
	host   netip.Addr // of our sockets
	laddr  sip.Addr   // of our SIP socket
	socket io.Closer  // nil on TLS, where we only connect
	ua     *sipgo.UserAgent
	client *sipgo.Client
}

func (l *line) close() error {
	err := l.ua.Close()
	if l.socket != nil {
		l.socket.Close()
	}
	return err
}

func (t *Trunk) isOpen() bool {
	select {
	case <-t.ready:
		return true
	default:
		return false
	}
}

// keepOpening opens the trunk, trying again with growing pauses, and reports
// whether it is open; it is not when ctx ended first.
func (t *Trunk) keepOpening(ctx context.Context) bool {
	for pause := firstPause; !t.isOpen(); pause = min(2*pause, longestPause) {
		if !wait(ctx, pause) {
			return false
		}
		if err := t.open(); err != nil {
			t.notOpen(err, min(2*pause, longestPause))
		} else {
			t.log.Info("trunk open", "server", t.cfg.Server)
		}
	}
	return true
}

// wait waits, unless ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (t *Trunk) notOpen(err error, again time.Duration) {
	t.log.Error("trunk not open, no call goes over it; tried again", "server", t.cfg.Server, "in", again, "err", err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.detail = "not_open"
}

// open makes the user agent and listens.
func (t *Trunk) open() error {
	bind, err := t.cfg.bindAddr()
	if err != nil {
		return err
	}
	settle()
	quiet := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(agent), sipgo.WithUserAgentHostname(t.cfg.Domain), sipgo.WithUserAgenTLSConfig(t.cfg.TLS),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet), sip.WithTransactionLayerTerminateOnConnClose(),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})), // repeats of what is settled
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)))
	if err != nil {
		return err
	}
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		return err
	}
	t.answerRequests(server)
	l := line{host: bind.Addr(), ua: ua}
	options := []sipgo.ClientOption{sipgo.WithClientLogger(quiet), sipgo.WithClientNAT()}
	if t.cfg.External != "" {
		options = append(options, sipgo.WithClientHostname(t.cfg.External))
	}
	if l.client, err = sipgo.NewClient(ua, options...); err == nil {
		err = t.listen(&l, server, bind)
	}
	if err != nil {
		ua.Close()
		return err
	}
	t.line = l
	close(t.ready)
	return nil
}

// settle sets what the library keeps for the whole process: its logger is taken
// away, for it prints start lines, which hold numbers; and a request over UDP
// may be as long as a datagram. The library stops at 1,300 octets, which a
// carrier's long nonce exceeds, and would not place the call at all.
var settle = sync.OnceFunc(func() {
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
	sip.UDPMTUSize = 65507
})

// listen opens our address. On TCP and TLS we call from a connection of our
// own, and the carrier answers and hangs up over it; on TCP it may also connect.
func (t *Trunk) listen(l *line, server *sipgo.Server, bind netip.AddrPort) error {
	switch t.cfg.Transport {
	case "udp":
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(bind))
		if err != nil {
			return err
		}
		at := conn.LocalAddr().(*net.UDPAddr)
		l.laddr, l.socket = sip.Addr{IP: at.IP, Port: at.Port}, conn
		served := &served{UDPConn: conn, reading: make(chan struct{})}
		t.wg.Go(func() { server.ServeUDP(served) })
		<-served.reading
	case "tcp":
		socket, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(bind))
		if err != nil {
			return err
		}
		l.laddr, l.socket = sip.Addr{IP: net.IP(bind.Addr().AsSlice()), Port: socket.Addr().(*net.TCPAddr).Port}, socket
		t.wg.Go(func() { server.ServeTCP(socket) })
	}
	return nil
}

// served tells when the library reads its socket: only from then on does it
// send from it instead of opening another.
type served struct {
	*net.UDPConn
	once    sync.Once
	reading chan struct{}
}

func (s *served) ReadFrom(b []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.reading) })
	return s.UDPConn.ReadFrom(b)
}

// trust notes whether the carrier's certificate is what keeps us from it.
func (t *Trunk) trust(err error) {
	t.mu.Lock()
	before := t.untrusted
	t.untrusted = badCertificate(err)
	now := t.untrusted
	t.mu.Unlock()
	if now && !before {
		t.log.Error("the carrier's certificate is not trusted: check tls_ca and tls_name", "server", t.cfg.Server, "err", err)
	}
}

func badCertificate(err error) bool {
	var bad *tls.CertificateVerificationError
	return errors.As(err, &bad)
}

// connect makes sure of a connection on TCP and TLS within the time that a
// carrier has to respond, and gives our port on it: over TLS, where we do not
// listen, it is by that address that others find the connection again. The
// library alone would dial for a minute.
func (t *Trunk) connect(ctx context.Context) (port int, err error) {
	if t.cfg.Transport == "udp" {
		return t.laddr.Port, nil
	}
	ctx, done := context.WithTimeout(ctx, t.cfg.Silent)
	defer done()
	probe := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: t.cfg.Domain})
	probe.AppendHeader(&sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: sip.NetworkToUpper(t.cfg.Transport), Params: sip.NewParams()})
	t.route(probe)
	conn, err := t.ua.TransportLayer().ClientRequestConnection(ctx, probe)
	t.trust(err)
	if err != nil {
		return 0, err
	}
	defer conn.TryClose() // gives back our hold on it; it stays open
	if t.cfg.Transport == "tcp" {
		return t.laddr.Port, nil
	}
	return conn.LocalAddr().(*net.TCPAddr).Port, nil
}
