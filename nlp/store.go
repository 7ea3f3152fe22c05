package nlp

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// analysis is a remark as nlp keeps it, under the answer's id. Text is masked;
// a remark that was erased leaves an empty one with its revision, so that an
// older event cannot bring it back.
type analysis struct {
	Tenant     minyi.TenantID   `json:"tenant"`
	Rev        int64            `json:"rev"` // the answer's revision that was analysed
	Campaign   minyi.CampaignID `json:"campaign,omitempty"`
	Family     minyi.Family     `json:"family,omitempty"`
	Unit       minyi.UnitID     `json:"unit,omitempty"`
	Audience   minyi.Audience   `json:"audience,omitempty"`
	Channel    minyi.Channel    `json:"channel,omitempty"`
	Day        string           `json:"day,omitempty"`
	Category   string           `json:"category,omitempty"`
	Respondent string           `json:"respondent,omitempty"`
	Overall    minyi.Level      `json:"overall,omitempty"`
	Counts     bool             `json:"counts"`

	Text       string  `json:"text,omitempty"`
	Cuts       []byte  `json:"cuts,omitempty"`
	Content    bool    `json:"content,omitempty"`
	Topic      string  `json:"topic,omitempty"`
	Margin     float64 `json:"margin,omitempty"`
	Polarity   int     `json:"polarity,omitempty"`
	Score      float64 `json:"score,omitempty"`
	Suggestion bool    `json:"suggestion,omitempty"`
	Model      string  `json:"model"`

	At time.Time `json:"at"` // when this was written: processes follow it
}

// phraseBook is what was learnt of a tenant's texts, under the tenant's id.
type phraseBook struct {
	Phrases []string  `json:"phrases"`
	Texts   int       `json:"texts"` // how many texts it was learnt from
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

const byChange = "changed"

type store struct {
	analyses *docstore.Collection[analysis]
	phrases  *docstore.Collection[phraseBook]
}

func openStore(ctx context.Context, db *docstore.DB) (store, error) {
	var s store
	var err error
	s.analyses, err = docstore.Open(ctx, db, "nlp_analyses", docstore.Index[analysis]{
		Name: byChange,
		Key: func(_ string, a analysis) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(a.Tenant)), Sort: docstore.SortTime(a.At)}, true
		},
	})
	if err != nil {
		return s, err
	}
	s.phrases, err = docstore.Open[phraseBook](ctx, db, "nlp_phrases")
	return s, err
}
