package nlp

import (
	"strings"

	"minyi/nlp/clean"
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
}

// Analyser runs the stages on one remark. It is immutable and safe for
// concurrent use.
type Analyser struct {
	seg     Segmenter
	terms   *phrase.Table // the taxonomy's phrases, kept whole
	seeds   *topic.Seeds
	lexicon *polarity.Lexicon
	version string
}

// NewAnalyser makes an analyser from a segmenter and a taxonomy.
func NewAnalyser(seg Segmenter, t *topic.Taxonomy) *Analyser {
	a := &Analyser{
		seg:     seg,
		terms:   phrase.NewTable(t.Phrases()),
		seeds:   topic.NewSeeds(t),
		lexicon: polarity.Shipped(),
	}
	a.version = strings.Join([]string{seg.Version(), a.seeds.Version(), polarity.Version}, " ")
	return a
}

// Version names models and dictionaries: a result is reproducible with it.
func (a *Analyser) Version() string { return a.version }

// Analyse runs every stage. A remark without content is masked and cut, and
// left without topic.
func (a *Analyser) Analyse(raw string) Result {
	r := Result{}
	r.Text, _ = mask.Text(clean.Text(raw, 0))
	r.Tokens = a.seg.Tag(r.Text)
	r.Content = clean.Content(r.Text)
	r.Score = a.lexicon.Score(r.Text)
	r.Polarity = polarity.Class(r.Score)
	r.Topic = topic.Decision{Topic: topic.Undecided}
	if r.Content {
		r.Topic = a.seeds.Classify(a.terms.Merge(r.Text, r.Tokens))
		r.Suggestion = polarity.Suggests(r.Text)
	}
	return r
}
