package topic

import "minyi/nlp/token"

// Classifier says what tokens are about. Explain adds the words that decided,
// at some cost.
type Classifier interface {
	Classify(tokens []token.Token) Decision
	Explain(tokens []token.Token) Decision
}

var (
	_ Classifier = (*Seeds)(nil)
	_ Classifier = (*Learned)(nil)
)

// Learned decides by a trained model and refines its label to the taxonomy's
// lower levels by their words.
type Learned struct {
	model *Trained
	seeds *Seeds
}

// NewLearned puts a trained model on a taxonomy.
func NewLearned(m *Trained, s *Seeds) *Learned { return &Learned{m, s} }

// Classify gives the model's label, or Undecided under its margin. Tokens must
// have the taxonomy's phrases merged.
func (l *Learned) Classify(tokens []token.Token) Decision {
	text := l.seeds.TextOf(tokens)
	label, margin := l.model.Best(text)
	d := Decision{Margin: margin, Best: l.refine(label, tokens)}
	if d.Topic = d.Best; margin < l.model.Margin {
		d.Topic = Undecided
	}
	return d
}

// Explain adds the words that spoke most for the leading label.
func (l *Learned) Explain(tokens []token.Token) Decision {
	d := l.Classify(tokens)
	d.Words = l.model.Explain(l.seeds.TextOf(tokens), Level1(d.Best), 8)
	return d
}

// refine gives the path below a first-level label to which its words lead.
func (l *Learned) refine(label string, tokens []token.Token) string {
	leaf := make([]float64, len(l.seeds.paths))
	for i := range tokens {
		for _, sd := range l.seeds.words[tokens[i].Text] {
			leaf[sd.leaf] += sd.weight
		}
	}
	return l.seeds.descend(label, leaf)
}
