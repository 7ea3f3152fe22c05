package topic

import (
	"strings"
	"unicode"

	"minyi/nlp/learn"
	"minyi/nlp/token"
)

// TextOf makes of tokens what a trained model sees: words and characters
// without numbers and punctuation, and as hints the topics of the taxonomy
// whose words occur, longer words louder.
func (s *Seeds) TextOf(tokens []token.Token) learn.Text {
	var t learn.Text
	for i := range tokens {
		if !isWord(tokens[i].Text) {
			continue
		}
		t.Words = append(t.Words, tokens[i].Text)
		for _, r := range tokens[i].Text {
			if unicode.Is(unicode.Han, r) {
				t.Runes = append(t.Runes, r)
			}
		}
	}
	s.table.Each(string(t.Runes), func(w string) {
		for _, sd := range s.words[w] {
			for n := len(w); n > 3; n -= 3 {
				t.Hints = append(t.Hints, s.paths[sd.leaf], s.tops[s.topOf[sd.leaf]])
			}
		}
	})
	return t
}

func isWord(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return !unicode.Is(unicode.Han, r) && (r > 0x7f || !unicode.IsLetter(r)) }) < 0
}
