package nlp

import (
	"fmt"
	"slices"

	"minyi/nlp/clean"
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

func newVocabulary(t *topic.Taxonomy, book phraseBook, d Dictionary) *vocabulary {
	table := phrase.NewTable(t.Phrases(), book.texts(), d.Words)
	return &vocabulary{
		phrases: table,
		words: hotword.NewVocabulary(hotword.Options{Field: t.Words(), Phrases: table, Stop: slices.Concat(d.Stop, d.Masked), Keep: d.Words,
			Synonyms: d.synonymsOf()}),
		version: vocabularyVersion(book, d),
	}
}

func vocabularyVersion(book phraseBook, d Dictionary) string {
	return fmt.Sprintf("phrases-%d dictionary-%d", book.Version, d.Version)
}

// terms gives the words of a stored analysis.
func (v *vocabulary) terms(text string, cuts []byte) []string {
	return v.termsOf(text, decodeCuts(text, cuts))
}

func (v *vocabulary) termsOf(text string, tokens []token.Token) []string {
	return v.words.Terms(v.phrases.Merge(clean.Simplify(text), tokens))
}
