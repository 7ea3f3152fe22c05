package sms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"minyi"
	"minyi/internal/calendar"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/secret"
	"minyi/internal/stream"
)

// Survey is what sms asks of survey and tells it. All three are idempotent.
type Survey interface {
	Briefs(ctx context.Context, req minyi.BriefsRequest) (minyi.BriefsReply, error)
	Progress(ctx context.Context, req minyi.ProgressRequest) (minyi.Done, error)
	Heard(ctx context.Context, req minyi.HeardRequest) (minyi.HeardReply, error)
}

// Deps is what a Service needs.
type Deps struct {
	DB     *docstore.DB
	Bus    *stream.Bus
	Box    *secret.Box
	Clock  clock.Clock
	Log    *slog.Logger
	Survey Survey
	Lines  []Line // in order of preference; which carries a message is for choose
	Config Config
}

// Config holds the service's settings; zero values take the defaults named.
type Config struct {
	Policy   Policy                    // DefaultPolicy
	Tenants  map[minyi.TenantID]Policy // tenants with a policy of their own
	Calendar calendar.Calendar         // calendar.Default
	Codes    []CodeRule                // DefaultCodes

	// Again says how long after its first failure a message that failed for a
	// time (telephone off, carrier busy, no road) is tried again: 4 h, 24 h.
	// Empty but not nil: never.
	Again []time.Duration

	// Keep is how long numbers and words stay in the ledger: 180 days. Carriers'
	// rules ask for five months.
	Keep time.Duration

	Workers       int           // 4: batches of due invitations in work at once
	SubmitTimeout time.Duration // 60 s: for the carrier's answer
	Lease         time.Duration // 3 min: for a whole batch; at least three submit timeouts
	SweepEvery    time.Duration // 15 s
	TellAfter     time.Duration // 30 s: after which untold progress is told again by the sweeper

	Signature      string // without brackets; before our answers to replies
	Help           string // answer to what we cannot read
	StopConfirm    string // answer to an opt-out
	AnswersPerHour int    // 2: our answers to one number, so that two robots never talk
}

func (c Config) withDefaults() Config {
	if c.Policy == (Policy{}) {
		c.Policy = DefaultPolicy()
	}
	if c.Calendar.Empty() {
		c.Calendar = calendar.Default()
	}
	if len(c.Codes) == 0 {
		c.Codes = DefaultCodes()
	}
	if c.Again == nil {
		c.Again = []time.Duration{4 * time.Hour, 24 * time.Hour}
	}
	c.Keep = orDuration(c.Keep, 180*24*time.Hour)
	c.Workers = orInt(c.Workers, 4)
	c.AnswersPerHour = orInt(c.AnswersPerHour, 2)
	c.SubmitTimeout = orDuration(c.SubmitTimeout, time.Minute)
	c.Lease = max(orDuration(c.Lease, 3*time.Minute), 3*c.SubmitTimeout)
	c.SweepEvery = orDuration(c.SweepEvery, 15*time.Second)
	c.TellAfter = orDuration(c.TellAfter, 30*time.Second)
	c.Signature = orString(c.Signature, "12345热线")
	c.Help = orString(c.Help, "没有看懂您的回复。请直接回复一个数字，1为非常满意，5为非常不满意。")
	c.StopConfirm = orString(c.StopConfirm, "已为您退订，今后不再向您发送此类短信。")
	return c
}

func orInt(v, otherwise int) int {
	if v > 0 {
		return v
	}
	return otherwise
}

func orDuration(v, otherwise time.Duration) time.Duration {
	if v > 0 {
		return v
	}
	return otherwise
}

func orString(v, otherwise string) string {
	if v != "" {
		return v
	}
	return otherwise
}

// Service carries invitations by SMS.
type Service struct {
	bus      *stream.Bus
	box      *secret.Box
	clock    clock.Clock
	log      *slog.Logger
	survey   Survey
	cfg      Config
	store    store
	lines    []*line
	choosing sync.Mutex
	heard    chan string // ids of replies just stored; the sweeper finds what it misses
	atWork   sync.Map    // ids of replies that a worker has in hand
}

type row = docstore.Doc[attempt]

// New opens the collections and checks the settings.
func New(d Deps) (*Service, error) {
	cfg := d.Config.withDefaults()
	for _, p := range slices.AppendSeq([]Policy{cfg.Policy}, maps.Values(cfg.Tenants)) {
		if err := errors.Join(p.Working.Check(), p.Resting.Check()); err != nil && !p.AlwaysOpen {
			return nil, fmt.Errorf("sms policy: %w", err)
		}
	}
	st, err := openStore(context.Background(), d.DB)
	if err != nil {
		return nil, fmt.Errorf("open the sms collections: %w", err)
	}
	s := &Service{bus: d.Bus, box: d.Box, clock: d.Clock, log: d.Log, survey: d.Survey, cfg: cfg, store: st, heard: make(chan string, 1024)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	seen := map[string]bool{}
	for _, l := range d.Lines {
		if l.Name == "" || l.Gateway == nil || seen[l.Name] {
			return nil, fmt.Errorf("sms line %q: every line needs a gateway and a name of its own", l.Name)
		}
		seen[l.Name] = true
		s.lines = append(s.lines, s.newLine(l))
	}
	return s, nil
}

func (s *Service) policyOf(tenant minyi.TenantID) Policy {
	if p, ok := s.cfg.Tenants[tenant]; ok {
		return p
	}
	return s.cfg.Policy
}

// Run works until ctx is done: it keeps the gateways up, carries what is due,
// takes in what carriers report and sweeps up what was left behind. On the way
// out it first lets messages under way come to their end, then closes the
// gateways, so that a stop does not make outcomes unknown.
func (s *Service) Run(ctx context.Context) error {
	gateways, closeGateways := context.WithCancel(context.WithoutCancel(ctx))
	defer closeGateways()
	var outer, inner sync.WaitGroup
	for _, l := range s.lines {
		outer.Go(func() { l.receipts.run(gateways) })
		outer.Go(func() { s.keepUp(gateways, l) })
	}
	inner.Go(func() { s.sweepLoop(ctx) })
	for range 16 { // each waits for the carrier with our answer: a slow one must not hold up the next reply
		inner.Go(func() { s.hearLoop(ctx) })
	}
	err := s.bus.Consume(ctx, minyi.TopicInvitationDue, "sms",
		stream.Options{Batch: 100, Workers: s.cfg.Workers, ClaimAfter: s.cfg.Lease + time.Minute}, s.takeDue)
	<-ctx.Done()
	inner.Wait()
	closeGateways()
	outer.Wait()
	return err
}

// keepUp runs a gateway again when it gives up.
func (s *Service) keepUp(ctx context.Context, l *line) {
	for ctx.Err() == nil {
		err := l.Gateway.Run(ctx, &inlet{service: s, line: l})
		if ctx.Err() != nil {
			return
		}
		s.log.Error("sms gateway stopped, starting it again", "gateway", l.Name, "err", err)
		pause(ctx, 5*time.Second)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
