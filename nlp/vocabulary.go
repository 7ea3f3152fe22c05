package nlp

import (
	"fmt"

	"minyi/nlp/hotword"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

// vocabulary is what turns a tenant's tokens into words: phrases of the
// taxonomy and those learnt from its own texts. It is immutable.
type vocabulary struct {
	phrases *phrase.Table
	words   *hotword.Vocabulary
	version string
}

func newVocabulary(t *topic.Taxonomy, book phraseBook) *vocabulary {
	table := phrase.NewTable(t.Phrases(), book.Phrases)
	return &vocabulary{
		phrases: table,
		words:   hotword.NewVocabulary(hotword.Options{Field: t.Words(), Phrases: table}),
		version: fmt.Sprintf("phrases-%d", book.Version),
	}
}

// terms gives the words of a stored analysis.
func (v *vocabulary) terms(text string, cuts []byte) []string {
	return v.termsOf(text, decodeCuts(text, cuts))
}

func (v *vocabulary) termsOf(text string, tokens []token.Token) []string {
	return v.words.Terms(v.phrases.Merge(text, tokens))
}
