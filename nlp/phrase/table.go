// Package phrase finds the units that people mean and a segmenter splits
// (噪音|扰民, 捆绑|销售|车位), and puts them together again.
//
// Discover takes in the tokens of a tenant's own texts and gives out phrases
// by association and boundary entropy; a Table takes in phrases from any source
// and gives out token sequences with the longest of them merged. Both are pure.
// Merging happens over tokens in Go: adding words to gojieba would cost an
// instance of 100 MiB per tenant.
package phrase

import (
	"slices"
	"unicode/utf8"

	"minyi/nlp/token"
)

// Tag is the part of speech of a merged token.
const Tag = "ph"

// Table is a set of phrases. It is immutable and safe for concurrent use.
type Table struct {
	entries map[string]mark // every prefix of every phrase
	longest int             // bytes
	size    int
}

type mark uint8

const (
	prefix mark = 1 << iota
	whole
)

// NewTable makes a table of all the phrases given.
func NewTable(lists ...[]string) *Table {
	t := &Table{entries: make(map[string]mark)}
	for _, list := range lists {
		for _, p := range list {
			t.add(p)
		}
	}
	return t
}

func (t *Table) add(p string) {
	if p == "" || t.entries[p]&whole != 0 {
		return
	}
	for i := range p {
		if i > 0 {
			t.entries[p[:i]] |= prefix
		}
	}
	t.entries[p] |= whole
	t.longest = max(t.longest, len(p))
	t.size++
}

// Len is the number of phrases.
func (t *Table) Len() int { return t.size }

// Has reports whether p is one of the phrases.
func (t *Table) Has(p string) bool { return t.entries[p]&whole != 0 }

// Merge puts together every run of two or more tokens that spells a phrase, the
// longest first from the left; a phrase that is one token already only takes
// the tag. text is what the tokens join to. The result joins to text again.
func (t *Table) Merge(text string, tokens []token.Token) []token.Token {
	out := tokens
	changed := false
	at := 0
	for i := 0; i < len(tokens); {
		n, width := t.longestAt(text[at:], tokens[i:])
		if n > 0 && !changed {
			out = slices.Clone(tokens[:i])
			out = slices.Grow(out, len(tokens)-i)
			changed = true
		}
		switch {
		case n > 0:
			out = append(out, token.Token{Text: text[at : at+width], Tag: Tag})
		default:
			n, width = 1, len(tokens[i].Text)
			if changed {
				out = append(out, tokens[i])
			}
		}
		i += n
		at += width
	}
	return out
}

// longestAt gives how many tokens the longest phrase at the head spans, and its
// width in bytes.
func (t *Table) longestAt(text string, tokens []token.Token) (n, width int) {
	end := 0
	for k := range tokens {
		end += len(tokens[k].Text)
		if end > t.longest || end > len(text) {
			break
		}
		m := t.entries[text[:end]]
		if m&whole != 0 && (k > 0 || utf8.RuneCountInString(text[:end]) > 2) {
			n, width = k+1, end
		}
		if m&prefix == 0 {
			break
		}
	}
	return n, width
}

// Each visits every phrase that stands anywhere in text, overlapping ones too,
// whatever the segmentation.
func (t *Table) Each(text string, see func(phrase string)) {
	t.Spans(text, func(from, to int) { see(text[from:to]) })
}

// Spans visits where they stand.
func (t *Table) Spans(text string, see func(from, to int)) {
	for from := range text {
		for to := from; to < len(text); {
			_, n := utf8.DecodeRuneInString(text[to:])
			to += n
			m, known := t.entries[text[from:to]]
			if m&whole != 0 {
				see(from, to)
			}
			if !known || m&prefix == 0 {
				break
			}
		}
	}
}
