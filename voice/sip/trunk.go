package sip

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"minyi/internal/fault"
	"minyi/voice"
)

// agent is how we name ourselves to carriers.
const agent = "minyi"

// Trunk is one SIP trunk. It is made open, where the server's name resolves;
// Call then works from New on. Run opens it where New could not, keeps it
// registered and watches over it.
type Trunk struct {
	cfg   Config
	log   *slog.Logger
	laws  []law
	slots chan struct{}
	pace  *rate.Limiter
	ready chan struct{} // closed once open; the line below may then be read
	line

	mu         sync.Mutex
	calls      map[string]*call // by Call-ID
	nonces     map[string]int   // answers given to each
	registered bool
	mute       bool // the last call got no response at all
	untrusted  bool // the carrier's certificate is not one that we trust
	detail     string
	good       time.Time
	closed     bool
	shut       chan struct{} // closed by Close, after the last call
	doubt      chan struct{} // asks Run to see whether the carrier is there
	back       chan struct{} // it is there again

	wg sync.WaitGroup // calls, late answers, the socket's reader
}

var _ voice.Trunk = (*Trunk)(nil)

// New checks the settings and opens the trunk's socket. A name that does not
// resolve, or a network that is not up, is no fault of the settings: the trunk
// then stands as down, and Run opens it as soon as it can.
func New(cfg Config, log *slog.Logger) (*Trunk, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t := &Trunk{cfg: cfg, log: log.With("trunk", cfg.Name), calls: map[string]*call{}, nonces: map[string]int{}, shut: make(chan struct{}), ready: make(chan struct{}),
		doubt: make(chan struct{}, 1), back: make(chan struct{}, 1), slots: make(chan struct{}, cfg.MaxCalls), pace: rate.NewLimiter(rate.Limit(cfg.PerSecond), max(1, int(cfg.PerSecond)))}
	for _, l := range cfg.Laws {
		t.laws = append(t.laws, law(l))
	}
	if err := t.open(); fault.Is(err, fault.Invalid) {
		return nil, fmt.Errorf("trunk %s: %w", cfg.Name, err)
	} else if err != nil {
		t.notOpen(err, firstPause)
	}
	return t, nil
}

// Name implements voice.Trunk.
func (t *Trunk) Name() string { return t.cfg.Name }

// Status implements voice.Trunk.
func (t *Trunk) Status() voice.TrunkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := voice.TrunkStatus{Up: !t.closed && !t.mute && t.isOpen() && (!t.cfg.Register || t.registered), Detail: t.detail, Live: len(t.slots), Most: t.cfg.MaxCalls, LastGood: t.good}
	switch {
	case s.Up:
		s.Detail = ""
	case t.untrusted:
		s.Detail = "certificate"
	case t.mute:
		s.Detail = "no_answer"
	}
	return s
}

// Run opens the trunk where New could not, keeps it registered and watches
// over it until ctx is done; then it waits for the calls in progress and
// closes.
func (t *Trunk) Run(ctx context.Context) error {
	if t.keepOpening(ctx) {
		var own sync.WaitGroup
		own.Go(func() { t.watch(ctx) })
		if t.cfg.Register {
			t.keepRegistered(ctx)
		}
		own.Wait()
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
	var err error
	if t.isOpen() {
		err = t.line.close()
	}
	t.wg.Wait()
	return err
}

// Call implements voice.Trunk.
func (t *Trunk) Call(ctx context.Context, o voice.Order, talk voice.Talk) voice.Result {
	r := voice.Result{Placed: time.Now()}
	if !t.isOpen() {
		r.Outcome, r.Detail, r.Ended = voice.OutcomeTrunk, "not_open", time.Now()
		return r
	}
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

// note remembers when the carrier last did its work, and when it was mute.
func (t *Trunk) note(r voice.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case r.Outcome == voice.OutcomeTrunk && r.Code == 0 && !r.Rang:
		t.mute = true
		select {
		case t.doubt <- struct{}{}:
		default:
		}
	case r.Code != 0:
		t.mute = false
		if r.Outcome != voice.OutcomeTrunk {
			t.good = r.Ended
		}
	}
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
