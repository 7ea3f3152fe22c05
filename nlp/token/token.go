// Package token is the unit that the stages of nlp hand on: a piece of text
// with its part of speech.
//
// It owns nothing else. A segmenter gives tokens out; phrases, hot words,
// topics and polarity take them in. The tags are those of the ICTCLAS set that
// jieba's dictionary uses (n, nr, ns, v, vn, a, m, x, eng, …).
package token

import "strings"

// Token is one piece of a text. Joined in order, the tokens of a text give the
// text back, blanks and punctuation included.
type Token struct {
	Text string
	Tag  string
}

// Over lays the cuts of tokens over text, which has the same width in bytes as
// the text that they were cut from.
func Over(text string, tokens []Token) []Token {
	out := make([]Token, len(tokens))
	at := 0
	for i, k := range tokens {
		out[i] = Token{Text: text[at : at+len(k.Text)], Tag: k.Tag}
		at += len(k.Text)
	}
	return out
}

// Join gives back the text from which tokens were cut.
func Join(tokens []Token) string {
	var b strings.Builder
	n := 0
	for i := range tokens {
		n += len(tokens[i].Text)
	}
	b.Grow(n)
	for i := range tokens {
		b.WriteString(tokens[i].Text)
	}
	return b.String()
}
