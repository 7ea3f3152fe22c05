package nlp

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
	"minyi/nlp/learn"
	"minyi/nlp/phrase"
	"minyi/nlp/polarity"
	"minyi/nlp/token"
)

// analysis is a remark as nlp keeps it, under the answer's id. A remark that
// was erased leaves an empty one with its revision, so that an older event
// cannot bring it back.
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

	Text string    `json:"text,omitempty"` // masked
	Cuts []byte    `json:"cuts,omitempty"`
	Now  verdict   `json:"now"`
	Next *verdict  `json:"next,omitempty"` // by the models to come, until they are switched to
	At   time.Time `json:"at"`             // when this was written: processes follow it

	Person string `json:"person,omitempty"` // the topic that a person gave
}

// verdict is what the stages said of a text, by which models.
type verdict struct {
	Model      string  `json:"model"`
	Content    bool    `json:"content,omitempty"`
	Topic      string  `json:"topic,omitempty"`
	Best       string  `json:"best,omitempty"` // what led, where Topic is undecided
	Margin     float64 `json:"margin,omitempty"`
	Polarity   int     `json:"polarity,omitempty"`
	Score      float64 `json:"score,omitempty"`
	Suggestion bool    `json:"suggestion,omitempty"`
	Cuts       []byte  `json:"cuts,omitempty"` // where the tokens begin, if another dictionary cut elsewhere
}

// by gives the verdict of the models in use; a topic that a person gave stands
// over all of them.
func (a *analysis) by(model string) verdict {
	v := a.Now
	if a.Next != nil && a.Next.Model == model {
		v = *a.Next
	}
	if a.Person != "" {
		v.Topic = a.Person
	}
	return v
}

// verdictBy gives the verdict of exactly these models; nil where there is none.
func (a *analysis) verdictBy(model string) *verdict {
	switch {
	case a.Next != nil && a.Next.Model == model:
		return a.Next
	case a.Now.Model == model:
		return &a.Now
	}
	return nil
}

// cutsBy gives where the tokens begin for the models in use.
func (a *analysis) cutsBy(model string) []byte {
	if a.Next != nil && a.Next.Model == model && a.Next.Cuts != nil {
		return a.Next.Cuts
	}
	return a.Cuts
}

// tokens gives the words of the text as cut last.
func (a *analysis) tokens() []token.Token {
	if a.Next != nil {
		return decodeCuts(a.Text, a.cutsBy(a.Next.Model))
	}
	return decodeCuts(a.Text, a.Cuts)
}

// scored is what score takes of a verdict.
type scored struct {
	content, suggestion bool
	polarity            int
	topic               string
}

func (a *analysis) scored(v verdict) scored {
	if a.Person != "" {
		v.Topic = a.Person
	}
	return scored{v.Content, v.Suggestion, v.Polarity, v.Topic}
}

// phraseBook is what was learnt of a tenant's texts, under the tenant's id.
type phraseBook struct {
	Phrases []phrase.Found `json:"phrases"`
	Texts   int            `json:"texts"` // how many texts it was learnt from
	Version int            `json:"version"`
	At      time.Time      `json:"at"`
}

func (b phraseBook) texts() []string {
	out := make([]string, len(b.Phrases))
	for i, f := range b.Phrases {
		out[i] = f.Text
	}
	return out
}

// example is a labelled text to train on, under an id derived from the tenant,
// the task, and the answer or else the text. It goes when the answer's remark
// is erased.
type example struct {
	Tenant minyi.TenantID `json:"tenant"`
	Task   string         `json:"task"`
	Answer minyi.AnswerID `json:"answer,omitempty"`
	Family minyi.Family   `json:"family,omitempty"` // the questionnaire rated
	Text   string         `json:"text"`             // masked
	Label  string         `json:"label"`
	Source string         `json:"source"` // "person", "file" or "rating"
	At     time.Time      `json:"at"`
}

func exampleID(tenant minyi.TenantID, task string, answer minyi.AnswerID, text string) string {
	if answer != "" {
		return id.Derive(string(tenant), task, "answer", string(answer))
	}
	return id.Derive(string(tenant), task, "text", text)
}

// modelVersion is one training of one task. The model itself is not stored: the
// same examples up to Until train the same model, and an example that is erased
// leaves the model too.
type modelVersion struct {
	Tenant   minyi.TenantID `json:"tenant"`
	Task     string         `json:"task"` // topic, polarity, or polarity/case-closed
	Version  int            `json:"version"`
	Until    time.Time      `json:"until"`
	Examples int            `json:"examples"`
	// Unlabelled names the remarks learnt from without a label.
	Unlabelled []minyi.AnswerID `json:"unlabelled,omitempty"`
	Figures    learn.Figures    `json:"figures"`
	Against    learn.Figures    `json:"against"`        // the model in use then, on the same held-out texts
	Band       float64          `json:"band,omitempty"` // polarity: the margin under which no side is taken
	Bands      polarity.Bands   `json:"bands"`          // polarity: what held-out remarks are and were called
	At         time.Time        `json:"at"`
}

// settings are a tenant's own, under its id.
type settings struct {
	Active     string         `json:"active"`   // the models whose verdicts are shown, as verdict.Model
	Versions   map[string]int `json:"versions"` // task → version wanted; 0: what ships
	Dictionary Dictionary     `json:"dictionary"`
	Job        *Job           `json:"job,omitempty"` // re-analysis under way
	Switched   *switched      `json:"switched,omitempty"`
}

// shown gives the versions whose verdicts are shown: until a job is done, those
// before it.
func (s settings) shown() map[string]int {
	if s.Job != nil {
		return s.Job.From
	}
	return s.Versions
}

const (
	byChange = "changed"
	byTenant = "tenant"
)

type store struct {
	analyses *docstore.Collection[analysis]
	phrases  *docstore.Collection[phraseBook]
	examples *docstore.Collection[example]
	versions *docstore.Collection[modelVersion]
	settings *docstore.Collection[settings]
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
	if s.phrases, err = docstore.Open[phraseBook](ctx, db, "nlp_phrases"); err != nil {
		return s, err
	}
	s.examples, err = docstore.Open(ctx, db, "nlp_examples", docstore.Index[example]{
		Name: byTenant,
		Key: func(_ string, e example) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(e.Tenant), e.Task), Sort: docstore.SortTime(e.At)}, true
		},
	})
	if err != nil {
		return s, err
	}
	s.versions, err = docstore.Open(ctx, db, "nlp_models", docstore.Index[modelVersion]{
		Name: byTenant,
		Key: func(_ string, v modelVersion) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(v.Tenant), v.Task), Sort: docstore.SortInt(int64(v.Version))}, true
		},
	})
	if err != nil {
		return s, err
	}
	s.settings, err = docstore.Open[settings](ctx, db, "nlp_settings")
	return s, err
}
