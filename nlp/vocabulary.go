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
	names   *hotword.Vocabulary // with places: what an issue is called
	hidden  *phrase.Table       // the tenant's masked words
	version string
}

func newVocabulary(t *topic.Taxonomy, book phraseBook, d Dictionary) *vocabulary {
	table := phrase.NewTable(t.Phrases(), book.texts(), d.Words)
	o := hotword.Options{Field: t.Words(), Phrases: table, Stop: slices.Concat(d.Stop, d.Masked), Keep: d.Words, Synonyms: d.synonymsOf()}
	v := &vocabulary{phrases: table, words: hotword.NewVocabulary(o), hidden: phrase.NewTable(d.Masked), version: vocabularyVersion(book, d)}
	o.Places = true
	v.names = hotword.NewVocabulary(o)
	return v
}

func vocabularyVersion(book phraseBook, d Dictionary) string {
	return fmt.Sprintf("phrases-%d dictionary-%d", book.Version, d.Version)
}

// terms gives the words of a stored analysis.
func (v *vocabulary) terms(text string, cuts []byte) []string {
	return v.termsOf(text, decodeCuts(text, cuts))
}

func (v *vocabulary) termsOf(text string, tokens []token.Token) []string {
	return v.words.Terms(v.shown(text, tokens))
}

// namesOf gives what a text's matter may be called: its terms and places.
func (v *vocabulary) namesOf(text string, tokens []token.Token) []string {
	return append([]string{}, v.names.Terms(v.shown(text, tokens))...) // none is not unknown
}

// shown puts phrases together and leaves out what is masked.
func (v *vocabulary) shown(text string, tokens []token.Token) []token.Token {
	return uncovered(v.phrases.Merge(clean.Simplify(text), tokens), v.hidden)
}

// uncovered leaves out every token that holds, or is held by, or laps over a
// hidden word: 老王头 leaves neither 老王头家 nor 王头.
func uncovered(tokens []token.Token, hidden *phrase.Table) []token.Token {
	if hidden.Len() == 0 {
		return tokens
	}
	text := token.Join(tokens)
	var covered []bool // by byte
	hidden.Spans(text, func(from, to int) {
		if covered == nil {
			covered = make([]bool, len(text))
		}
		for ; from < to; from++ {
			covered[from] = true
		}
	})
	if covered == nil {
		return tokens
	}
	var out []token.Token
	at := 0
	for _, k := range tokens {
		if !slices.Contains(covered[at:at+len(k.Text)], true) {
			out = append(out, k)
		}
		at += len(k.Text)
	}
	return out
}
