package charts

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"minyi"
	"minyi/charts/page"
	"minyi/internal/clock"
)

// Scores is what charts asks of score.
type Scores interface {
	Sheet(context.Context, minyi.SheetRequest) (minyi.Sheet, error)
	UnitTable(context.Context, minyi.UnitTableRequest) (minyi.UnitTable, error)
	Study(context.Context, minyi.StudyRequest) (minyi.Study, error)
}

// Words is what charts asks of nlp. Remarks come masked.
type Words interface {
	HotWords(context.Context, minyi.HotWordsRequest) (minyi.HotWords, error)
	Topics(context.Context, minyi.TopicsRequest) (minyi.Topics, error)
	Verbatims(context.Context, minyi.VerbatimsRequest) (minyi.VerbatimsReply, error)
}

// Surveys is what charts asks of survey.
type Surveys interface {
	Funnel(context.Context, minyi.FunnelRequest) (minyi.Funnel, error)
	UnitCounts(context.Context, minyi.UnitCountsRequest) (minyi.UnitCountsReply, error)
	Units(context.Context, minyi.UnitsRequest) (minyi.UnitsReply, error)
	AnswerRows(context.Context, minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error)
}

// Config is what the operator sets.
type Config struct {
	Name   page.Text // whose page: XX市12345热线
	Banner page.Text // shown on top of every page; empty: none
	// MinGroup is k of the researchers' export: how many answers must share
	// what could point at one of them; 5.
	MinGroup int
}

// Deps are the parts that charts works with.
type Deps struct {
	Scores  Scores
	Words   Words
	Surveys Surveys
	Clock   clock.Clock
	Log     *slog.Logger
	Config  Config
}

// Service serves pages, pictures and exports.
type Service struct {
	d     Deps
	pages *page.Pages

	units  memo[minyi.UnitsRequest, minyi.UnitsReply]
	sheet  memo[minyi.SheetRequest, minyi.Sheet]
	table  memo[minyi.UnitTableRequest, minyi.UnitTable]
	counts memo[minyi.UnitCountsRequest, minyi.UnitCountsReply]
	funnel memo[minyi.FunnelRequest, minyi.Funnel]
	words  memo[minyi.HotWordsRequest, minyi.HotWords]
	topics memo[minyi.TopicsRequest, minyi.Topics]
	parts  memo[part, written]
}

// New makes the service.
func New(d Deps) (*Service, error) {
	if d.Scores == nil || d.Words == nil || d.Surveys == nil {
		return nil, errors.New("charts: Deps needs Scores, Words and Surveys")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Config.MinGroup <= 0 {
		d.Config.MinGroup = 5
	}
	pages, err := page.New()
	if err != nil {
		return nil, err
	}
	return &Service{d: d, pages: pages}, nil
}

// Run has nothing to do in the background: it waits until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// fresh is how long a figure is shown again without asking: however many
// people look, a peer is asked about once a second for each selection, and a
// new answer still shows at the next refresh.
const fresh = time.Second
