package score

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/stream"
	"minyi/score/methods"
	"minyi/score/places"
)

// Survey is what score asks of survey and tells it.
type Survey interface {
	Facts(ctx context.Context, req minyi.AnswersRequest) (minyi.FactsReply, error)
	Settled(ctx context.Context, req minyi.SettledRequest) (minyi.Done, error)
	Units(ctx context.Context, req minyi.UnitsRequest) (minyi.UnitsReply, error)
}

// Words is what score asks of nlp.
type Words interface {
	Analyses(ctx context.Context, req minyi.AnswersRequest) (minyi.AnalysesReply, error)
	TextErrors(ctx context.Context, req minyi.TextErrorsRequest) (minyi.TextErrors, error)
}

// Deps is what a Service needs.
type Deps struct {
	DB     *docstore.DB
	Bus    *stream.Bus
	Clock  clock.Clock
	Log    *slog.Logger
	Survey Survey
	Words  Words
	Config Config
}

// Config holds the service's settings; zero values take the defaults named.
type Config struct {
	Method  string                    // id of the method shown by default: "2023"
	Tenants map[minyi.TenantID]string // tenants with a method of their own
	Extra   []*methods.Method         // methods besides the presets, from the operator's files
	Every   time.Duration             // 1 s: the aggregator looks for marks at least so often
	Settle  time.Duration             // 150 ms: events that come together are summed together
}

func (c Config) withDefaults() Config {
	if c.Method == "" {
		c.Method = "2023"
	}
	if c.Every <= 0 {
		c.Every = time.Second
	}
	if c.Settle <= 0 {
		c.Settle = 150 * time.Millisecond
	}
	return c
}

// Service keeps the counts and computes the figures.
type Service struct {
	bus     *stream.Bus
	clock   clock.Clock
	log     *slog.Logger
	survey  Survey
	words   Words
	cfg     Config
	methods []*methods.Method
	store   store
	places  *places.Table
	trees   trees
	tables  tableMemo
	kick    chan struct{}
	maxRows int // see the constant; tests split sooner
}

// New opens the collections and reads the methods; a wrong method stops the
// program here.
func New(d Deps) (*Service, error) {
	cfg := d.Config.withDefaults()
	all, err := methods.Presets()
	if err != nil {
		return nil, fmt.Errorf("read the shipped methods: %w", err)
	}
	table, err := places.Load()
	if err != nil {
		return nil, err
	}
	st, err := openStore(context.Background(), d.DB)
	if err != nil {
		return nil, fmt.Errorf("open the score collections: %w", err)
	}
	s := &Service{bus: d.Bus, clock: d.Clock, log: d.Log, survey: d.Survey, words: d.Words, cfg: cfg,
		places: table, methods: append(all, cfg.Extra...), store: st, kick: make(chan struct{}, 1), maxRows: maxRows}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.trees.ask, s.trees.clock = d.Survey, d.Clock
	if err := s.publish(context.Background(), s.methods); err != nil {
		return nil, err
	}
	for _, id := range append([]string{cfg.Method}, values(cfg.Tenants)...) {
		if _, err := s.method("", id); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// method gives the method asked for, or the tenant's own; an id without a
// version means its newest.
func (s *Service) method(tenant minyi.TenantID, name string) (*methods.Method, error) {
	if name == "" {
		name = s.cfg.Method
		if own := s.cfg.Tenants[tenant]; own != "" {
			name = own
		}
	}
	var newest *methods.Method
	for _, m := range s.methods {
		if m.Name() == name {
			return m, nil
		}
		if m.ID == name && (newest == nil || m.Version > newest.Version) {
			newest = m
		}
	}
	if newest != nil {
		return newest, nil
	}
	return nil, methods.Unknown(name, s.methods)
}

// Run takes in answers and analyses and sums them until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, topic := range []minyi.Topic{minyi.TopicAnswerLanded, minyi.TopicAnswerAnalysed} {
		wg.Go(func() { errs[i] = s.bus.Consume(ctx, topic, "score", stream.Options{Batch: 200}, s.take) })
	}
	wg.Go(func() { s.aggregateLoop(ctx) })
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("score worker: %w", err)
		}
	}
	return nil
}

func values[K comparable, V any](m map[K]V) []V {
	out := make([]V, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
