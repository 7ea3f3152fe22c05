package voice

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/voice/prompt"
)

// Survey is what voice asks of survey and tells it. All are idempotent.
type Survey interface {
	CallBriefs(ctx context.Context, req minyi.BriefsRequest) (minyi.CallBriefsReply, error)
	Progress(ctx context.Context, req minyi.ProgressRequest) (minyi.Done, error)
	Spoken(ctx context.Context, req minyi.SpokenRequest) (minyi.SpokenReply, error)
}

// Contacts keeps every number's history over SMS and telephone, and 请勿打扰;
// sms owns it.
type Contacts interface {
	ReserveCall(ctx context.Context, req minyi.ReserveCallRequest) (minyi.ReserveCallReply, error)
	SettleCall(ctx context.Context, req minyi.SettleCallRequest) (minyi.Done, error)
	OptOut(ctx context.Context, req minyi.OptOutRequest) (minyi.Done, error)
	DoNotContact(ctx context.Context, req minyi.DoNotContactRequest) (minyi.DoNotContactReply, error)
}

// Deps is what a Service needs.
type Deps struct {
	DB       *docstore.DB
	Bus      *stream.Bus
	Box      *secret.Box
	Clock    clock.Clock
	Log      *slog.Logger
	Survey   Survey
	Contacts Contacts
	Calendar Calendar // nil: every day is a working day
	Trunks   []Trunk  // in order of preference
	Engine   prompt.Engine
	Alone    bool // no other process uses this store: calls found under way at the start are over
	Config   Config
}

// Config holds the service's settings; zero values take the defaults named.
type Config struct {
	Policy    Policy                    // DefaultPolicy
	PerTenant map[minyi.TenantID]Policy // tenants with a policy of their own
	Times     Times                     // DefaultTimes

	Lease      time.Duration // 45 s; renewed while a call lasts
	LookEvery  time.Duration // 1 s: for calls that are due
	WatchEvery time.Duration // 2 s: whether live calls are still wanted
	SweepEvery time.Duration // 15 s

	Remarks       bool          // record remarks; off by default
	KeepRecorded  time.Duration // 30 days
	TranscribeURL string        // HTTP service that turns a recording into text; empty: recordings are kept only
	TranscribeKey string
	HTTP          *http.Client
}

func (c Config) withDefaults() Config {
	if len(c.Policy.Hours) == 0 && !c.Policy.AlwaysOpen {
		c.Policy = DefaultPolicy()
	}
	if c.Times == (Times{}) {
		c.Times = DefaultTimes()
	}
	c.Lease = orDuration(c.Lease, 45*time.Second)
	c.LookEvery = orDuration(c.LookEvery, time.Second)
	c.WatchEvery = orDuration(c.WatchEvery, 2*time.Second)
	c.SweepEvery = orDuration(c.SweepEvery, 15*time.Second)
	c.KeepRecorded = orDuration(c.KeepRecorded, 30*24*time.Hour)
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: time.Minute}
	}
	return c
}

func orDuration(v, otherwise time.Duration) time.Duration {
	if v > 0 {
		return v
	}
	return otherwise
}

// Service asks by telephone.
type Service struct {
	bus      *stream.Bus
	box      *secret.Box
	clock    clock.Clock
	log      *slog.Logger
	survey   Survey
	contacts Contacts
	calendar Calendar
	trunks   []Trunk
	alone    bool
	cfg      Config
	store    store
	book     *book

	kick   chan struct{}  // look for due calls now
	looked string         // how far the sweep has come through waiting calls
	wg     sync.WaitGroup // calls under way

	mu   sync.Mutex
	live map[minyi.AttemptID]*conversation
}

type row = docstore.Doc[record]

// New opens the collections and checks the settings.
func New(d Deps) (*Service, error) {
	cfg := d.Config.withDefaults()
	for _, p := range slices.AppendSeq([]Policy{cfg.Policy}, maps.Values(cfg.PerTenant)) {
		if err := p.Check(); err != nil {
			return nil, err
		}
	}
	names := map[string]bool{}
	for _, t := range d.Trunks {
		if t.Name() == "" || names[t.Name()] {
			return nil, fmt.Errorf("trunk %q: every trunk needs a name of its own", t.Name())
		}
		names[t.Name()] = true
	}
	ctx, done := context.WithTimeout(context.Background(), time.Minute)
	defer done()
	st, err := openStore(ctx, d.DB)
	if err != nil {
		return nil, fmt.Errorf("open the voice collections: %w", err)
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{bus: d.Bus, box: d.Box, clock: d.Clock, log: d.Log.With("service", "voice"), survey: d.Survey, contacts: d.Contacts,
		calendar: d.Calendar, trunks: d.Trunks, alone: d.Alone, cfg: cfg, store: st, kick: make(chan struct{}, 1), live: map[minyi.AttemptID]*conversation{}}
	s.book = newBook(st, d.Engine, d.Clock)
	return s, nil
}

func (s *Service) policyOf(t minyi.TenantID) Policy {
	if p, ok := s.cfg.PerTenant[t]; ok {
		return p
	}
	return s.cfg.Policy
}

// Run works until ctx is done. On the way out calls that ring are cancelled
// and calls in progress end politely, so that a stop makes no outcome unknown.
func (s *Service) Run(ctx context.Context) error {
	trunks, closeTrunks := context.WithCancel(context.WithoutCancel(ctx))
	defer closeTrunks()
	var outer, inner sync.WaitGroup
	for _, t := range s.trunks {
		outer.Go(func() {
			if err := t.Run(trunks); err != nil {
				s.log.Error("trunk stopped", "trunk", t.Name(), "err", err)
			}
		})
	}
	if s.alone { // their process is gone, whatever their leases say
		if err := s.lapse(ctx, s.clock.Now().Add(2*s.cfg.Lease)); err != nil {
			s.log.Warn("calls of the last run are not ended yet, the sweeper will", "err", err)
		}
	}
	inner.Go(func() { s.every(ctx, s.cfg.LookEvery, s.kick, s.dispatch) })
	inner.Go(func() { s.every(ctx, s.cfg.WatchEvery, nil, s.watch) })
	inner.Go(func() { s.every(ctx, s.cfg.SweepEvery, nil, s.sweep) })
	inner.Go(func() { s.every(ctx, s.cfg.SweepEvery, nil, s.writeDown) })
	err := s.bus.Consume(ctx, minyi.TopicCallDue, "voice", stream.Options{Batch: 100, ClaimAfter: 2 * time.Minute}, s.takeDue)
	<-ctx.Done()
	inner.Wait()
	s.interruptAll(EventStopped)
	s.wg.Wait()
	closeTrunks()
	outer.Wait()
	return err
}

// every does a chore now, then after each period or kick.
func (s *Service) every(ctx context.Context, period time.Duration, kick <-chan struct{}, do func(context.Context) error) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("voice chore failed, tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-kick:
		}
	}
}

func (s *Service) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}
