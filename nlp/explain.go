package nlp

import (
	"context"

	"minyi"
	"minyi/nlp/clean"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
	"minyi/nlp/token"
)

// ExplainRequest asks why a text is judged as it is. The text is masked and
// not kept.
type ExplainRequest struct {
	Tenant        minyi.TenantID `json:"-"`
	Text          string         `json:"text"`
	Questionnaire minyi.Family   `json:"questionnaire,omitempty"` // whose polarity model to ask
}

// Explain runs the tenant's models on a text and says why.
func (s *Service) Explain(ctx context.Context, req ExplainRequest) (Explanation, error) {
	tenant := tenantOf(ctx, req.Tenant)
	a, err := s.wanted(ctx, tenant)
	if err != nil {
		return Explanation{}, err
	}
	now, err := s.tenant(tenant).readBasis(ctx)
	if err != nil {
		return Explanation{}, err
	}
	return a.stages(req.Questionnaire, veil(req.Text, now.dictionary.Masked), newVocabulary(s.taxonomy, now.book, now.dictionary)), nil
}

// ExplainAlone does so without a store: under the settings alone, with no
// tenant's phrases, words or models.
func ExplainAlone(c Config, req ExplainRequest) (Explanation, error) {
	topics, err := taxonomyOf(c.Taxonomy)
	if err != nil {
		return Explanation{}, err
	}
	seg, err := openSegmenter(c.UserDictionary)
	if err != nil {
		return Explanation{}, err
	}
	defer seg.Close()
	return NewAnalyser(seg, topics).stages(req.Questionnaire, req.Text, newVocabulary(topics, phraseBook{}, Dictionary{})), nil
}

// Aspect is one judgement: what it is about, and how it speaks of it.
type Aspect struct {
	Text     string  `json:"text"`
	Topic    string  `json:"topic"` // of the hotline's work (服务态度, 办理时效 …), else of the taxonomy
	Polarity int     `json:"polarity"`
	Score    float64 `json:"score"`
}

// Explanation tells how a remark was judged: what decided its topic and its
// polarity, each with its weight, and what it judges how (服务态度好,但办理太慢).
type Explanation struct {
	Text     string         `json:"text"`      // masked
	Cut      []string       `json:"cut"`       // the words as cut
	Phrases  []string       `json:"phrases"`   // with the phrases put together, those learnt among them
	HotWords []string       `json:"hot_words"` // what is left without stop words, variants folded
	Tokens   []string       `json:"tokens"`    // as the topic is judged by
	Content  bool           `json:"content"`
	Topic    string         `json:"topic"`
	Best     string         `json:"best"`
	Margin   float64        `json:"margin"`
	Words    []learn.Reason `json:"words"` // for the topic
	Polarity int            `json:"polarity"`
	Score    float64        `json:"score"`
	Judged   []learn.Reason `json:"judged"` // for the polarity: below zero complains
	Aspects  []Aspect       `json:"aspects"`
	Model    string         `json:"model"`
}

// mostReasons is how many words an explanation lists.
const mostReasons = 8

// Explain runs every stage and says why.
func (a *Analyser) Explain(raw string) Explanation { return a.ExplainAs("", raw) }

// ExplainAs does so with the models of a questionnaire family.
func (a *Analyser) ExplainAs(f minyi.Family, raw string) Explanation {
	r := a.AnalyseAs(f, raw)
	plain := clean.Simplify(r.Text)
	merged := a.terms.Merge(plain, token.Over(plain, r.Tokens))
	e := Explanation{Text: r.Text, Content: r.Content, Topic: r.Topic.Topic, Best: r.Topic.Best, Margin: r.Topic.Margin,
		Polarity: r.Polarity, Score: r.Score, Judged: a.judged(f, r), Aspects: a.aspects(r.Text), Model: a.version}
	if r.Content {
		e.Words = a.models.topic.Explain(merged).Words
	}
	e.Tokens = textsOf(merged)
	return e
}

// stages adds what a vocabulary makes of the words. Without content nothing is
// counted.
func (a *Analyser) stages(f minyi.Family, raw string, v *vocabulary) Explanation {
	e := a.ExplainAs(f, raw)
	plain := clean.Simplify(e.Text)
	cut := a.seg.Tag(plain)
	merged := v.phrases.Merge(plain, cut)
	e.Cut, e.Phrases = textsOf(cut), textsOf(merged)
	if e.Content {
		e.HotWords = v.words.Terms(merged)
	}
	return e
}

func textsOf(tokens []token.Token) []string {
	out := make([]string, len(tokens))
	for i := range tokens {
		out[i] = tokens[i].Text
	}
	return out
}

// judged gives what spoke for and against: the model's features, or the
// lexicon's words.
func (a *Analyser) judged(f minyi.Family, r Result) []learn.Reason {
	m := a.models.polarityOf(f)
	if m == nil || !r.Content {
		return a.lexicon.Reasons(r.Text, mostReasons)
	}
	text := a.lexicon.TextOf(r.Text, r.Tokens)
	out := m.Explain(text, polarity.Praise, mostReasons/2)
	for _, bad := range m.Explain(text, polarity.Complaint, mostReasons/2) {
		out = append(out, learn.Reason{Feature: bad.Feature, Weight: -bad.Weight})
	}
	return out
}

// aspects asks the taxonomy what a judgement is about where its words name
// nothing of the hotline's own work.
func (a *Analyser) aspects(text string) []Aspect {
	var out []Aspect
	for _, j := range a.lexicon.Aspects(text) {
		about := j.About
		if about == "" {
			about = a.models.topic.Classify(a.terms.Merge(j.Text, a.seg.Tag(j.Text))).Topic
		}
		out = append(out, Aspect{Text: j.Text, Topic: about, Polarity: polarity.Class(j.Score), Score: j.Score})
	}
	return out
}
