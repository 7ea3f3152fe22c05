package smpp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"minyi/sms"
)

// Client is a gateway over one account.
type Client struct {
	cfg Config
	log *slog.Logger

	mu       sync.Mutex
	bound    []*session
	turn     int
	changed  chan struct{} // closed and renewed when a session binds
	lastErr  string
	errAt    time.Time
	holdTill time.Time // the SMSC throttled us: nobody submits before
}

var _ sms.Gateway = (*Client)(nil)

// New checks the settings. Nothing is connected before Run.
func New(cfg Config, log *slog.Logger) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Client{cfg: cfg.withDefaults(), log: log, changed: make(chan struct{})}, nil
}

// Capabilities of an account of one's own: nothing is forbidden by protocol.
func (c *Client) Capabilities() sms.Capabilities {
	return sms.Capabilities{Links: true, Questionnaires: true, Inbound: true, Receipts: true, MaxSegments: c.cfg.MaxSegments}
}

// Status says how the account's sessions stand.
func (c *Client) Status() sms.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := sms.Status{Bound: len(c.bound) > 0, Window: c.cfg.Window * c.cfg.Sessions, LastError: c.lastErr, ErrorAt: c.errAt}
	for _, s := range c.bound {
		st.InFlight += s.inFlight()
	}
	return st
}

// Run keeps the contracted number of sessions bound until ctx is done, then
// unbinds.
func (c *Client) Run(ctx context.Context, sink sms.Sink) error {
	var wg sync.WaitGroup
	for range c.cfg.Sessions {
		wg.Go(func() { c.keepBound(ctx, sink) })
	}
	wg.Wait()
	return nil
}

func (c *Client) keepBound(ctx context.Context, sink sms.Sink) {
	wait := c.cfg.Backoff.First
	in := &inbound{cfg: c.cfg, sink: sink, log: c.log}
	for ctx.Err() == nil {
		s, err := dial(ctx, c.cfg, in.take)
		if err == nil {
			wait = c.cfg.Backoff.First
			c.add(s)
			c.log.Info("smpp bound", "addr", c.cfg.Addr, "system_id", c.cfg.SystemID)
			err = s.run(ctx)
			c.remove(s)
		}
		if ctx.Err() != nil {
			return
		}
		c.note(err)
		d := jitter(wait)
		var refused *refusedBind
		if errors.As(err, &refused) {
			d = c.cfg.Backoff.Refused
		}
		c.log.Warn("smpp not bound", "addr", c.cfg.Addr, "again_in", d, "err", err)
		pause(ctx, d)
		wait = min(2*wait, c.cfg.Backoff.Most)
	}
}

// jitter spreads d over half to one and a half, so that many clients of an
// SMSC that comes back do not knock at once.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (c *Client) add(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = append(c.bound, s)
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Client) remove(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = slices.DeleteFunc(c.bound, func(b *session) bool { return b == s })
}

func (c *Client) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastErr, c.errAt = fmt.Sprint(err), time.Now()
}

// notBoundAfter is how long a submit waits for a session before it gives the
// message back.
const notBoundAfter = 3 * time.Second

// session gives a bound session in turn, waiting a little for one.
func (c *Client) session(ctx context.Context) *session {
	if s, _ := c.inTurn(); s != nil {
		return s
	}
	limit := time.NewTimer(notBoundAfter)
	defer limit.Stop()
	for {
		s, changed := c.inTurn()
		if s != nil {
			return s
		}
		select {
		case <-changed:
		case <-limit.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// inTurn gives a bound session, or the channel that tells of the next.
func (c *Client) inTurn() (*session, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.bound)
	if n == 0 {
		return nil, c.changed
	}
	c.turn++
	return c.bound[c.turn%n], c.changed
}

// hold makes everyone wait: the SMSC has told one of us to slow down.
func (c *Client) hold(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if till := time.Now().Add(d); till.After(c.holdTill) {
		c.holdTill = till
	}
}

func (c *Client) held() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(c.holdTill)
}
