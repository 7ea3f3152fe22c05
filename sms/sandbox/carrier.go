package sandbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/sms"
)

// Config says how the carrier and its residents behave. The zero value accepts
// and delivers everything at once, and nobody answers.
type Config struct {
	Seed uint64
	// Page is the base address of the phone page, e.g. http://127.0.0.1:8080;
	// it must be loopback. "": nobody opens links.
	Page string

	Delay        time.Duration // before a submit is answered
	ReceiptDelay time.Duration // before a receipt comes
	Refuse       float64       // share of submits refused for good
	Throttle     float64       // share of submits told to come again
	Lose         float64       // share of submits taken but never answered

	Residents Residents
	// Think bounds how long a resident waits before answering.
	Think time.Duration
	// Visits bounds how many residents are on the page at once; 8.
	Visits int
	// Keep bounds the outbox; 20,000 messages.
	Keep int
}

// Residents are shares of 1; who is in none never answers.
type Residents struct {
	Page    float64 // open the link and fill the page in
	Reply   float64 // reply by digit or word
	OptOut  float64 // reply with an opt-out word
	Dead    float64 // have a number that no longer exists
	Off     float64 // have the telephone off
	Remarks float64 // of those who open the page: write a remark
}

// Usual is a lively population: most who answer use the page.
func Usual() Residents {
	return Residents{Page: 0.45, Reply: 0.25, OptOut: 0.004, Dead: 0.03, Off: 0.02, Remarks: 0.7}
}

// Sent is one message in the outbox.
type Sent struct {
	ID   string // of its first segment
	To   minyi.Mobile
	Text string
	At   time.Time
}

// Stats count what happened so far.
type Stats struct {
	Submitted int64 `json:"submitted"` // messages taken
	Receipts  int64 `json:"receipts"`  // segments reported on
	Opened    int64 `json:"opened"`    // pages opened
	Answered  int64 `json:"answered"`  // pages filled in to the end
	Replied   int64 `json:"replied"`   // replies by SMS
	Stuck     int64 `json:"stuck"`     // pages that could not be opened or filled in
}

// Carrier is the sandbox gateway.
type Carrier struct {
	cfg     Config
	prefix  string // of our ids, so that a restart never repeats one
	next    atomic.Int64
	page    *visitor
	remarks remarks

	mu     sync.Mutex
	sink   sms.Sink
	live   context.Context // ends when Run does
	work   *sync.WaitGroup
	outbox []Sent
	count  map[minyi.Mobile]int
	fates  map[minyi.Mobile]string
	real   map[minyi.Mobile]bool // numbers of people at the keyboard

	busy, submitted, receipts, opened, answered, replied, stuck atomic.Int64
}

var _ sms.Gateway = (*Carrier)(nil)

// New checks that residents stay within the machine.
func New(cfg Config) (*Carrier, error) {
	if cfg.Keep <= 0 {
		cfg.Keep = 20_000
	}
	if cfg.Visits <= 0 {
		cfg.Visits = 8
	}
	c := &Carrier{cfg: cfg, prefix: id.New("sb"), count: map[minyi.Mobile]int{}, fates: map[minyi.Mobile]string{}, real: map[minyi.Mobile]bool{}, remarks: readRemarks()}
	if cfg.Page == "" {
		return c, nil
	}
	base, err := url.Parse(cfg.Page)
	if err != nil || base.Scheme != "http" || !loopback(base.Hostname()) {
		return nil, fault.New(fault.Invalid, "sandbox_page", "模拟通道的答题页面只能是本机地址，如 http://127.0.0.1:8080。", "the sandbox's page must be a loopback address like http://127.0.0.1:8080").On("page")
	}
	c.page = newVisitor(base, cfg.Visits)
	return c, nil
}

// Capabilities of a carrier that forbids nothing.
func (c *Carrier) Capabilities() sms.Capabilities {
	return sms.Capabilities{Links: true, Questionnaires: true, Inbound: true, Receipts: true}
}

// Status is bound while Run runs.
func (c *Carrier) Status() sms.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sms.Status{Bound: c.sink != nil}
}

// Stats gives the counts so far.
func (c *Carrier) Stats() Stats {
	return Stats{c.submitted.Load(), c.receipts.Load(), c.opened.Load(), c.answered.Load(), c.replied.Load(), c.stuck.Load()}
}

// Outbox gives what was sent to a number, oldest first.
func (c *Carrier) Outbox(to minyi.Mobile) (sent []Sent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.outbox {
		if s.To == to {
			sent = append(sent, s)
		}
	}
	return sent
}

// Latest gives the n messages sent last, newest first.
func (c *Carrier) Latest(n int) []Sent {
	c.mu.Lock()
	defer c.mu.Unlock()
	sent := make([]Sent, 0, n)
	for i := len(c.outbox) - 1; i >= 0 && len(sent) < n; i-- {
		sent = append(sent, c.outbox[i])
	}
	return sent
}

// Run takes messages until ctx is done, then waits for its residents to leave.
func (c *Carrier) Run(ctx context.Context, sink sms.Sink) error {
	work := &sync.WaitGroup{}
	c.mu.Lock()
	c.sink, c.live, c.work = sink, ctx, work
	c.mu.Unlock()
	<-ctx.Done()
	c.mu.Lock()
	c.sink = nil // from here on nothing new is begun
	c.mu.Unlock()
	work.Wait()
	if c.page != nil {
		c.page.client.CloseIdleConnections()
	}
	return nil
}

// Submit takes a message, or fails as its rates say.
func (c *Carrier) Submit(ctx context.Context, m sms.Message) ([]string, error) {
	if ctx.Err() != nil {
		return nil, retry("sandbox_cancelled", time.Second)
	}
	if c.cfg.Delay > 0 {
		pause(ctx, c.cfg.Delay)
	}
	nth := c.nth(m.To)
	r := c.rng(m.To, nth)
	if err := c.trouble(r.Float64()); err != nil && err.Outcome != sms.OutcomeUnknown {
		return nil, err
	} else if err != nil {
		c.accept(m, r)
		return nil, err
	}
	return c.accept(m, r)
}

// nth counts the messages of a number: a reminder finds its person in another
// mood.
func (c *Carrier) nth(to minyi.Mobile) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count[to]++
	return c.count[to]
}

// rng gives the dice of a number's n-th message; the same seed, the same fall.
func (c *Carrier) rng(to minyi.Mobile, nth int) *rand.Rand {
	var n uint64
	for _, d := range to.Reveal() {
		n = n*10 + uint64(d-'0')
	}
	return rand.New(rand.NewPCG(c.cfg.Seed^0x9e3779b97f4a7c15, n*1000003+uint64(nth)))
}

func (c *Carrier) trouble(dice float64) *sms.SubmitError {
	switch {
	case dice < c.cfg.Refuse:
		return &sms.SubmitError{Outcome: sms.OutcomeRefused, Code: "sandbox_refused", ZH: "模拟通道拒绝。", EN: "refused by the sandbox"}
	case dice < c.cfg.Refuse+c.cfg.Throttle:
		return retry("sandbox_throttled", 300*time.Millisecond)
	case dice < c.cfg.Refuse+c.cfg.Throttle+c.cfg.Lose:
		return &sms.SubmitError{Outcome: sms.OutcomeUnknown, Code: "sandbox_lost", ZH: "模拟通道未应答。", EN: "the sandbox did not answer"}
	}
	return nil
}

func retry(code string, after time.Duration) *sms.SubmitError {
	return &sms.SubmitError{Outcome: sms.OutcomeRetry, LineTrouble: true, After: after, Code: code, ZH: "模拟通道稍后可用。", EN: "the sandbox is not ready"}
}

// accept puts a message in the outbox and sets its person going.
func (c *Carrier) accept(m sms.Message, r *rand.Rand) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sink == nil {
		return nil, retry("not_bound", time.Second)
	}
	ids := make([]string, max(1, sms.Segments(m.Text)))
	for i := range ids {
		ids[i] = fmt.Sprintf("%s-%d", c.prefix, c.next.Add(1))
	}
	if c.outbox = append(c.outbox, Sent{ID: ids[0], To: m.To, Text: m.Text, At: time.Now()}); len(c.outbox) > c.cfg.Keep {
		c.outbox = append([]Sent(nil), c.outbox[len(c.outbox)-c.cfg.Keep/2:]...)
	}
	c.submitted.Add(1)
	p := person{carrier: c, ctx: c.live, sink: c.sink, mobile: m.To, text: m.Text, rng: r, fate: c.fates[m.To]}
	c.busy.Add(1)
	c.work.Go(func() { defer c.busy.Add(-1); p.live(ids) })
	return ids, nil
}

// Fate makes every further message to a number end in a carrier's state.
func (c *Carrier) Fate(to minyi.Mobile, state string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fates[to] = state
}

// Real marks a number as belonging to a person at the keyboard: messages are
// delivered to it and nobody answers in its place.
func (c *Carrier) Real(to minyi.Mobile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real[to] = true
}

func (c *Carrier) isReal(m minyi.Mobile) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real[m]
}

// Busy counts recipients who are still at it: waiting for a receipt, thinking,
// on the page.
func (c *Carrier) Busy() int64 { return c.busy.Load() }

// Say has a telephone send a text to us, as a person at the keyboard of a
// demonstration would.
func (c *Carrier) Say(from minyi.Mobile, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sink == nil {
		return fault.New(fault.Unavailable, "sandbox_down", "模拟通道未运行。", "the sandbox is not running")
	}
	p := person{carrier: c, ctx: c.live, sink: c.sink, mobile: from}
	c.work.Go(func() { p.reply(text) })
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
