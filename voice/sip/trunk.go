package sip

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"golang.org/x/time/rate"

	"minyi/voice"
)

// agent is how we name ourselves to carriers.
const agent = "minyi"

// Trunk is one SIP trunk. It is made open: Call works from New on; Run keeps
// it registered.
type Trunk struct {
	cfg    Config
	log    *slog.Logger
	laws   []law
	host   netip.Addr // of our sockets
	laddr  sip.Addr   // of our SIP socket
	socket io.Closer  // nil on TLS, where we only connect
	ua     *sipgo.UserAgent
	client *sipgo.Client
	slots  chan struct{}
	pace   *rate.Limiter

	mu         sync.Mutex
	calls      map[string]*call // by Call-ID
	registered bool
	detail     string
	good       time.Time
	closed     bool
	shut       chan struct{} // closed by Close, after the last call

	wg sync.WaitGroup // calls, late answers, the socket's reader
}

var _ voice.Trunk = (*Trunk)(nil)

// New checks the settings and opens the trunk's socket.
func New(cfg Config, log *slog.Logger) (*Trunk, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	bind, err := cfg.bindAddr()
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t := &Trunk{cfg: cfg, log: log.With("trunk", cfg.Name), host: bind.Addr(), calls: map[string]*call{}, shut: make(chan struct{}),
		slots: make(chan struct{}, cfg.MaxCalls), pace: rate.NewLimiter(rate.Limit(cfg.PerSecond), max(1, int(cfg.PerSecond)))}
	for _, l := range cfg.Laws {
		t.laws = append(t.laws, law(l))
	}
	if err := t.open(bind); err != nil {
		return nil, fmt.Errorf("trunk %s: %w", cfg.Name, err)
	}
	return t, nil
}

// silence takes the library's own logger away, once in a process: it prints
// start lines, which hold numbers.
var silence = sync.OnceFunc(func() { sip.SetDefaultLogger(slog.New(slog.DiscardHandler)) })

// open makes the user agent and listens.
func (t *Trunk) open(bind netip.AddrPort) error {
	silence()
	quiet := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(agent), sipgo.WithUserAgentHostname(t.cfg.Domain), sipgo.WithUserAgenTLSConfig(t.cfg.TLS),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet), sip.WithTransactionLayerTerminateOnConnClose(),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})), // repeats of what is settled
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)))
	if err != nil {
		return err
	}
	t.ua = ua
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		return err
	}
	t.answerRequests(server)
	if err := t.listen(server, bind); err != nil {
		ua.Close()
		return err
	}
	options := []sipgo.ClientOption{sipgo.WithClientLogger(quiet), sipgo.WithClientNAT()}
	if t.cfg.External != "" {
		options = append(options, sipgo.WithClientHostname(t.cfg.External))
	}
	t.client, err = sipgo.NewClient(ua, options...)
	return err
}

// listen opens our address. On TCP and TLS we call from a connection of our
// own, and the carrier answers and hangs up over it; on TCP it may also connect.
func (t *Trunk) listen(server *sipgo.Server, bind netip.AddrPort) error {
	switch t.cfg.Transport {
	case "udp":
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(bind))
		if err != nil {
			return err
		}
		at := conn.LocalAddr().(*net.UDPAddr)
		t.laddr = sip.Addr{IP: at.IP, Port: at.Port}
		t.socket = conn
		served := &served{UDPConn: conn, reading: make(chan struct{})}
		t.wg.Go(func() { server.ServeUDP(served) })
		<-served.reading
	case "tcp":
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(bind))
		if err != nil {
			return err
		}
		t.laddr = sip.Addr{IP: net.IP(bind.Addr().AsSlice()), Port: l.Addr().(*net.TCPAddr).Port}
		t.socket = l
		t.wg.Go(func() { server.ServeTCP(l) })
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

// Name implements voice.Trunk.
func (t *Trunk) Name() string { return t.cfg.Name }

// Status implements voice.Trunk.
func (t *Trunk) Status() voice.TrunkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := voice.TrunkStatus{Up: !t.closed && (!t.cfg.Register || t.registered), Detail: t.detail, Live: len(t.slots), Most: t.cfg.MaxCalls, LastGood: t.good}
	if s.Up {
		s.Detail = ""
	}
	return s
}

// Run keeps the trunk registered until ctx is done, then waits for the calls
// in progress and closes.
func (t *Trunk) Run(ctx context.Context) error {
	if t.cfg.Register {
		t.keepRegistered(ctx)
	}
	<-ctx.Done()
	return t.Close()
}

// Close waits for the calls in progress and closes the socket.
func (t *Trunk) Close() error {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return nil
	}
	t.closed = true
	t.mu.Unlock()
	for range cap(t.slots) {
		t.slots <- struct{}{} // nobody is calling any more
	}
	close(t.shut)
	err := t.ua.Close()
	if t.socket != nil {
		t.socket.Close()
	}
	t.wg.Wait()
	return err
}

// Call implements voice.Trunk.
func (t *Trunk) Call(ctx context.Context, o voice.Order, talk voice.Talk) voice.Result {
	r := voice.Result{Placed: time.Now()}
	if err := t.enter(ctx); err != nil {
		r.Outcome, r.Detail, r.Ended = voice.OutcomeStopped, "not_dialled", time.Now()
		return r
	}
	defer func() { <-t.slots }()
	r.Placed = time.Now()
	sound, err := openMedia(t.host, t.cfg)
	if err != nil {
		t.log.Error("no socket for a call's sound", "err", err)
		r.Outcome, r.Detail, r.Ended = voice.OutcomeTrunk, "no_rtp_port", time.Now()
		return r
	}
	defer sound.close()
	c := t.newCall(o, sound)
	t.wg.Add(1)
	defer t.wg.Done()
	c.place(ctx, &r)
	if r.Outcome == voice.OutcomeAnswered {
		c.converse(ctx, talk, &r)
	}
	r.Ended = time.Now()
	t.note(r)
	return r
}

// enter waits for a free line and for the trunk's pace.
func (t *Trunk) enter(ctx context.Context) error {
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	t.mu.Lock()
	closed := t.closed
	t.mu.Unlock()
	err := t.pace.Wait(ctx)
	if err == nil && closed {
		err = net.ErrClosed
	}
	if err != nil {
		<-t.slots
	}
	return err
}

// note remembers when the carrier last did its work.
func (t *Trunk) note(r voice.Result) {
	if r.Code == 0 || r.Outcome == voice.OutcomeTrunk {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.good = r.Ended
}

// shown is the address that others see of us.
func (t *Trunk) shown() string {
	if t.cfg.External != "" {
		return t.cfg.External
	}
	return t.host.String()
}

func (t *Trunk) closing() <-chan struct{} { return t.shut }

func (t *Trunk) find(callID string) *call {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls[callID]
}
