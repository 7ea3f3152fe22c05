package nlp

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// Survey is what nlp asks of survey.
type Survey interface {
	Remarks(ctx context.Context, req minyi.AnswersRequest) (minyi.RemarksReply, error)
	Units(ctx context.Context, req minyi.UnitsRequest) (minyi.UnitsReply, error)
}

// Deps is what a Service needs.
type Deps struct {
	DB        *docstore.DB
	Bus       *stream.Bus
	Box       *secret.Box
	Clock     clock.Clock
	Log       *slog.Logger
	Survey    Survey
	Segmenter Segmenter // nil: gojieba with Config.UserDictionary
	Config    Config
}

// Config holds the service's settings; zero values take the defaults named.
type Config struct {
	MinRespondents int                    // 5: words of fewer respondents are not shown
	UserDictionary []byte                 // the installation's own words, one a line
	ReadDictionary func() ([]byte, error) // reads them again, to follow their changes; nil: never
	Taxonomy       []byte                 // topics in the form of topic/taxonomy.yaml; nil: the shipped ones
	LearnEvery     time.Duration          // 2 s: how often to look whether phrases should be learnt again
	RatingsEvery   time.Duration          // 10 min: how often to look whether polarity can be trained on new ratings
	FollowEvery    time.Duration          // 300 ms: how fresh figures are at least
	Workers        int                    // one a processor: batches analysed at once
}

func (c Config) withDefaults() Config {
	if c.MinRespondents <= 0 {
		c.MinRespondents = 5
	}
	if c.LearnEvery <= 0 {
		c.LearnEvery = 2 * time.Second
	}
	if c.RatingsEvery <= 0 {
		c.RatingsEvery = 10 * time.Minute
	}
	if c.FollowEvery <= 0 {
		c.FollowEvery = 300 * time.Millisecond
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	return c
}

// Service analyses remarks and answers for words, topics and verbatims.
type Service struct {
	store    store
	bus      *stream.Bus
	box      *secret.Box
	clock    clock.Clock
	log      *slog.Logger
	survey   Survey
	cfg      Config
	analyser atomic.Pointer[Analyser] // of what ships, without a tenant's models
	taxonomy *topic.Taxonomy
	own      *jieba.Segmenter // nil: Deps.Segmenter cuts
	lexemes  userWords

	training sync.Mutex // held by whoever trains

	mu      sync.Mutex
	tenants map[minyi.TenantID]*tenant
	trained map[analyserKey]*Analyser
	told    map[minyi.TenantID]time.Time // switch-overs announced in this life
}

// New makes a service. A user dictionary or taxonomy with a fault in it is
// refused with file, line and reason (kind fault.Invalid).
func New(d Deps) (*Service, error) {
	s := &Service{bus: d.Bus, box: d.Box, clock: d.Clock, log: d.Log, survey: d.Survey, cfg: d.Config.withDefaults(),
		lexemes: userWords{content: d.Config.UserDictionary}, tenants: make(map[minyi.TenantID]*tenant), trained: make(map[analyserKey]*Analyser), told: make(map[minyi.TenantID]time.Time)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.taxonomy, err = taxonomyOf(d.Config.Taxonomy); err != nil {
		return nil, err
	}
	if s.store, err = openStore(context.Background(), d.DB); err != nil {
		return nil, err
	}
	seg := d.Segmenter
	if seg == nil {
		if s.own, err = openSegmenter(d.Config.UserDictionary); err != nil {
			return nil, err
		}
		seg = s.own
	}
	s.analyser.Store(NewAnalyser(seg, s.taxonomy))
	return s, nil
}

func taxonomyOf(content []byte) (*topic.Taxonomy, error) {
	if len(content) == 0 {
		return topic.Shipped()
	}
	return topic.Parse("nlp.taxonomy", content)
}

// base is the analyser without a tenant's models.
func (s *Service) base() *Analyser { return s.analyser.Load() }

// Run analyses what lands and learns phrases until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	if s.own != nil {
		defer s.own.Close()
	}
	var learners sync.WaitGroup
	learners.Go(func() { s.learnLoop(ctx) })
	learners.Go(func() { s.ratingsLoop(ctx) })
	err := s.bus.Consume(ctx, minyi.TopicAnswerLanded, "nlp", stream.Options{Batch: 100, Workers: s.cfg.Workers}, s.take)
	<-ctx.Done()
	learners.Wait()
	return err
}
