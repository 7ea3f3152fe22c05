package nlp

import (
	"context"

	"minyi"
)

// sliceQuery is a slice as the address of a staff page gives it.
type sliceQuery struct {
	Campaign minyi.CampaignID `query:"campaign"`
	Unit     minyi.UnitID     `query:"unit"`
	Audience minyi.Audience   `query:"audience"`
	Family   minyi.Family     `query:"family"`
	Channel  minyi.Channel    `query:"channel"`
	From     string           `query:"from"`
	To       string           `query:"to"`
	Limit    int              `query:"limit"`
	Word     string           `query:"word"`
	Topic    string           `query:"topic"`
	After    string           `query:"after"`
}

func (q sliceQuery) slice() minyi.Slice {
	return minyi.Slice{Tenant: minyi.DefaultTenant, Campaign: q.Campaign, Unit: q.Unit, Audience: q.Audience, Family: q.Family,
		Channel: q.Channel, From: q.From, To: q.To}
}

func (s *Service) words(ctx context.Context, q sliceQuery) (minyi.HotWords, error) {
	return s.HotWords(ctx, minyi.HotWordsRequest{Slice: q.slice(), Limit: q.Limit})
}

func (s *Service) topics(ctx context.Context, q sliceQuery) (minyi.Topics, error) {
	return s.Topics(ctx, minyi.TopicsRequest{Slice: q.slice(), Limit: q.Limit})
}

func (s *Service) verbatims(ctx context.Context, q sliceQuery) (minyi.VerbatimsReply, error) {
	return s.Verbatims(ctx, minyi.VerbatimsRequest{Slice: q.slice(), Word: q.Word, Topic: q.Topic, After: q.After, Limit: q.Limit})
}
