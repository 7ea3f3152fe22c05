package issue

import (
	"unicode"
	"unicode/utf8"

	"minyi/nlp/token"
)

// Words keeps what tells one incident from another: words of two and more Han
// characters. Names of places count here, unlike among hot words.
func Words(tokens []token.Token) []string {
	var out []string
	for i := range tokens {
		if w := tokens[i].Text; utf8.RuneCountInString(w) >= 2 && allHan(w) {
			out = append(out, w)
		}
	}
	return out
}

func allHan(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
