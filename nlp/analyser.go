package nlp

import (
	"strings"

	"minyi"
	"minyi/nlp/clean"
	"minyi/nlp/learn"
	"minyi/nlp/mask"
	"minyi/nlp/phrase"
	"minyi/nlp/polarity"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

// Segmenter cuts text into tokens that join to it again. It is safe for
// concurrent use.
type Segmenter interface {
	Tag(text string) []token.Token
	Version() string
}

// Result is what one remark says.
type Result struct {
	Text       string // masked
	Tokens     []token.Token
	Content    bool
	Topic      topic.Decision
	Score      float64 // polarity before the margin is applied
	Polarity   int     // −1, 0, +1
	Suggestion bool
	Model      string
}

// Analyser runs the stages on remarks. It is immutable and safe for concurrent
// use.
type Analyser struct {
	seg     Segmenter
	terms   *phrase.Table // the taxonomy's phrases, kept whole
	seeds   *topic.Seeds
	lexicon *polarity.Lexicon
	models  models
	version string
}

// models are a tenant's own; the zero value is what ships.
type models struct {
	topic    topic.Classifier        // nil: the taxonomy's words
	polarity map[minyi.Family]*rated // by questionnaire; "" for those without their own; none: the lexicon
	name     string                  // "polarity/case-closed-2 topic-3"
}

// NewAnalyser makes an analyser from a segmenter and a taxonomy.
func NewAnalyser(seg Segmenter, t *topic.Taxonomy) *Analyser {
	a := &Analyser{
		seg:     seg,
		terms:   phrase.NewTable(t.Phrases()),
		seeds:   topic.NewSeeds(t),
		lexicon: polarity.Shipped(),
	}
	return a.with(models{})
}

// with gives an analyser that uses a tenant's models.
func (a *Analyser) with(m models) *Analyser {
	b := *a
	if m.topic == nil {
		m.topic = a.seeds
	}
	b.models = m
	b.version = strings.TrimSpace(strings.Join([]string{a.seg.Version(), a.seeds.Version(), polarity.Version, m.name}, " "))
	return &b
}

// Version names models and dictionaries: a result is reproducible with it.
func (a *Analyser) Version() string { return a.version }

// Analyse runs every stage on a remark as it came.
func (a *Analyser) Analyse(raw string) Result { return a.AnalyseAs("", raw) }

// AnalyseAs does so with the models of a questionnaire family.
func (a *Analyser) AnalyseAs(f minyi.Family, raw string) Result {
	text, _ := mask.Text(clean.Text(raw, 0))
	return a.judge(f, text, a.seg.Tag(clean.Simplify(text)))
}

// judge runs the stages behind masking and cutting, on the text with Traditional
// characters folded; what is kept is the text as it came. A remark without
// content is left without topic.
func (a *Analyser) judge(f minyi.Family, kept string, tokens []token.Token) Result {
	text, same := clean.Simplify(kept), tokens
	if text != kept {
		same, tokens = token.Over(kept, tokens), token.Over(text, tokens)
	}
	r := Result{Text: kept, Tokens: same, Content: clean.Content(text), Model: a.version, Topic: topic.Decision{Topic: topic.Undecided}}
	r.Score, r.Polarity = a.polarity(f, text, tokens)
	if r.Content {
		r.Topic = a.models.topic.Classify(a.terms.Merge(text, tokens))
		r.Suggestion = polarity.Suggests(text)
	}
	return r
}

// polarity asks the tenant's model where there is one; a text too short for it
// to have content is the lexicon's.
func (a *Analyser) polarity(f minyi.Family, text string, tokens []token.Token) (float64, int) {
	m := a.models.polarityOf(f)
	if m == nil || !clean.Content(text) {
		score := a.lexicon.Score(text)
		return score, polarity.Class(score)
	}
	label, margin := m.Best(a.lexicon.TextOf(text, tokens))
	side := polarity.Side(label, margin, m.band)
	switch label {
	case polarity.Complaint:
		margin = -margin
	case polarity.Neither:
		margin = 0
	}
	return margin, side
}

// rated is a polarity model with the margin under which it takes no side.
type rated struct {
	*learn.Model
	band float64
}

func (m models) polarityOf(f minyi.Family) *rated {
	if own := m.polarity[f]; own != nil {
		return own
	}
	return m.polarity[""]
}
