package survey

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"minyi"
	"minyi/internal/calendar"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/internal/table"
	"minyi/survey/h5"
	"minyi/survey/questionnaires"
)

// OptOuts keeps numbers that want no more off every campaign, and forgets
// those that must be erased (sms owns the list and the ledger).
type OptOuts interface {
	OptOut(ctx context.Context, req minyi.OptOutRequest) (minyi.Done, error)
	Forget(ctx context.Context, req minyi.ForgetRequest) (minyi.ForgetReply, error)
}

// Config holds survey's settings. Zero values take the defaults named.
type Config struct {
	// BaseURL stands before /s/{token} in every link, e.g. https://t.xx.cn.
	// With at most 16 characters the whole URL stays within 30.
	BaseURL string
	// Hotline is the name shown to residents, e.g. XX市12345热线.
	Hotline string
	// Signature is what stands in 【】 before every text; the Hotline's name.
	Signature string
	// Sweep is the sweeper's period; 10 s.
	Sweep time.Duration
	// Announce is the time after which something announced and not acted on
	// is announced again, doubling up to an hour; 1 min.
	Announce time.Duration
	// KeepContacts is how long names and numbers are kept; 180 days.
	KeepContacts time.Duration
	// Deadlines are those of follow-ups, in working days.
	Deadlines Deadlines
}

func (c Config) withDefaults() (Config, error) {
	if c.Hotline == "" {
		c.Hotline = "12345政务服务便民热线"
	}
	if c.Signature == "" {
		c.Signature = c.Hotline
	}
	c.Sweep = orElse(c.Sweep, 10*time.Second)
	c.Announce = orElse(c.Announce, time.Minute)
	c.KeepContacts = orElse(c.KeepContacts, 180*24*time.Hour)
	c.Deadlines = c.Deadlines.withDefaults()
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return c, fault.New(fault.Invalid, "base_url_bad",
			"公开访问地址不正确，应类似 https://t.example.cn。", "the public base URL must look like https://t.example.cn").On("survey.base_url")
	}
	return c, nil
}

func orElse(d, standard time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return standard
}

// Deps is what survey needs of the house.
type Deps struct {
	DB      *docstore.DB
	Bus     *stream.Bus
	Box     *secret.Box
	Clock   clock.Clock
	Log     *slog.Logger
	OptOuts OptOuts // nil: refusals are kept with the invitation only
	// Calendar counts working days; nil: the table that ships.
	Calendar Calendar
	Config   Config
}

// Service is survey. Its methods are safe for concurrent use.
type Service struct {
	store   *store
	bus     *stream.Bus
	box     *secret.Box
	clock   clock.Clock
	log     *slog.Logger
	optOuts OptOuts
	cfg     Config
	page    *h5.Handler

	calendar Calendar

	news chan minyi.AnswerLanded // answers to announce
	kick chan struct{}           // wakes the sweeper

	mu       sync.RWMutex
	versions map[string]*questionnaires.Version // published ones never change
	tallies  tallies
}

// New opens survey's collections and publishes the questionnaires that ship,
// where they are not yet.
func New(d Deps) (*Service, error) {
	cfg, err := d.Config.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	st, err := openStore(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Calendar == nil {
		d.Calendar = calendar.Default()
	}
	table.ClearRooms()
	s := &Service{
		calendar: d.Calendar,
		store:    st, bus: d.Bus, box: d.Box, clock: d.Clock, log: d.Log.With("service", "survey"), optOuts: d.OptOuts, cfg: cfg,
		news: make(chan minyi.AnswerLanded, 8192), kick: make(chan struct{}, 1),
		versions: map[string]*questionnaires.Version{},
	}
	if s.page, err = h5.New(phonePage{s}, s.log); err != nil {
		return nil, err
	}
	return s, s.publishShipped(ctx)
}

// wake makes the sweeper look now.
func (s *Service) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}
