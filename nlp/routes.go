package nlp

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// Routes adds the service's routes to the staff listener; residents never reach
// it.
func (s *Service) Routes(staff, _ *kit.Router) {
	kit.Handle(staff, "GET /api/v1/nlp/words", s.words)
	kit.Handle(staff, "GET /api/v1/nlp/standouts", s.standouts)
	kit.Handle(staff, "GET /api/v1/nlp/topics", s.topics)
	kit.Handle(staff, "GET /api/v1/nlp/verbatims", s.verbatims)
	kit.Handle(staff, "GET /api/v1/nlp/pending", s.Pending)
	kit.Handle(staff, "POST /api/v1/nlp/labels", s.label)
	kit.Handle(staff, "POST /api/v1/nlp/models/train", s.Train)
	kit.Handle(staff, "GET /api/v1/nlp/models", s.Versions)
	kit.Handle(staff, "POST /api/v1/nlp/models/use", s.Use)
	kit.Handle(staff, "POST /api/v1/nlp/explain", s.Explain)
	kit.Handle(staff, "GET /api/v1/nlp/dictionary", s.dictionary)
	kit.Handle(staff, "POST /api/v1/nlp/dictionary", s.SaveDictionary)
	kit.Handle(staff, "POST /api/v1/nlp/dictionary/preview", s.PreviewDictionary)
	kit.Handle(staff, "GET /api/v1/nlp/phrases", s.phrases)
	kit.Handle(staff, "GET /api/v1/nlp/issues", s.issues)
	kit.Handle(staff, "GET /api/v1/nlp/alerts", s.alerts)
	kit.Handle(staff, "GET /api/v1/nlp/polarity", s.polarity)
	kit.Handle(staff, "GET /api/v1/nlp/status", s.status)
}

// sliceQuery is a slice as the address of a staff page gives it.
type sliceQuery struct {
	Campaign minyi.CampaignID `query:"campaign" json:"-"`
	Unit     minyi.UnitID     `query:"unit" json:"-"`
	Audience minyi.Audience   `query:"audience" json:"-"`
	Family   minyi.Family     `query:"family" json:"-"`
	Channel  minyi.Channel    `query:"channel" json:"-"`
	From     string           `query:"from" json:"-"`
	To       string           `query:"to" json:"-"`
	Limit    int              `query:"limit" json:"-"`
	Word     string           `query:"word" json:"-"`
	Topic    string           `query:"topic" json:"-"`
	After    string           `query:"after" json:"-"`
	Polarity string           `query:"polarity" json:"-"` // negative, neutral, positive
}

// Validate refuses days and polarities that would match nothing.
func (q sliceQuery) Validate() error {
	for field, day := range map[string]string{"from": q.From, "to": q.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return badDay(err).On(field)
		}
	}
	if q.From != "" && q.To != "" && q.From > q.To {
		return fault.New(fault.Invalid, "days_reversed", "起始日在截止日之后。", "the first day is after the last").On("from")
	}
	if _, ok := polarities[q.Polarity]; !ok {
		return fault.New(fault.Invalid, "polarity_bad", "倾向只能是 negative、neutral 或 positive。", "polarity is negative, neutral or positive").On("polarity")
	}
	return nil
}

func (q sliceQuery) slice() minyi.Slice {
	return minyi.Slice{Campaign: q.Campaign, Unit: q.Unit, Audience: q.Audience, Family: q.Family,
		Channel: q.Channel, From: q.From, To: q.To}
}

func (s *Service) words(ctx context.Context, q sliceQuery) (minyi.HotWords, error) {
	return s.HotWords(ctx, minyi.HotWordsRequest{Slice: q.slice(), Polarity: q.Polarity, Limit: q.Limit})
}

func (s *Service) standouts(ctx context.Context, q sliceQuery) (StandoutsReply, error) {
	return s.Standouts(ctx, StandoutsRequest{Slice: q.slice(), Polarity: q.Polarity, Limit: q.Limit})
}

func (s *Service) topics(ctx context.Context, q sliceQuery) (minyi.Topics, error) {
	return s.Topics(ctx, minyi.TopicsRequest{Slice: q.slice(), Limit: q.Limit})
}

func (s *Service) verbatims(ctx context.Context, q sliceQuery) (minyi.VerbatimsReply, error) {
	return s.Verbatims(ctx, minyi.VerbatimsRequest{Slice: q.slice(), Word: q.Word, Topic: q.Topic, After: q.After, Limit: q.Limit})
}

func (s *Service) issues(ctx context.Context, q sliceQuery) (IssuesReply, error) {
	return s.Issues(ctx, IssuesRequest{Slice: q.slice(), Limit: q.Limit})
}

func (s *Service) alerts(ctx context.Context, q sliceQuery) (AlertsReply, error) {
	return s.Alerts(ctx, AlertsRequest{Slice: q.slice()})
}

func (s *Service) polarity(ctx context.Context, q sliceQuery) (SharesReply, error) {
	return s.Shares(ctx, SharesRequest{Slice: q.slice()})
}

func (s *Service) label(ctx context.Context, req LabelsRequest) (LabelsReply, error) {
	req.Source = "person"
	return s.AddLabels(ctx, req)
}

type nothing struct{}

func (s *Service) dictionary(ctx context.Context, _ nothing) (Dictionary, error) {
	return s.Dictionary(ctx, DictionaryRequest{})
}

func (s *Service) phrases(ctx context.Context, _ nothing) (PhrasesReply, error) {
	return s.Phrases(ctx, "")
}

func (s *Service) status(ctx context.Context, _ nothing) (Status, error) {
	return s.Status(ctx, "")
}
