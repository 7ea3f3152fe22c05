// Package mask finds personal data in free text and covers it, span by span,
// so that a remark stays readable: 138****0123, 110***********0123, 张*.
//
// It takes in cleaned text (nlp/clean) and gives out spans and masked text. It
// is pure, and masking again leaves alone what is covered.
// What it looks for: mobile and landline numbers, identity and bank cards (by
// their checksums, or by what stands before them), papers without a checksum
// (护照, 驾照), names, house numbers, plates, e-mail, WeChat, QQ and the like.
// Short public numbers (12345, 95xxx) stay, and so do names already veiled by
// the writer (张某, 张*).
//
// Names are weighed, not listed (likely.go): characters are covered where they
// read better as a surname with a given name than as words of the dictionary,
// given what stands around them (names.go).
package mask

import "strings"

// Kind says what a span is.
type Kind string

// Kinds.
const (
	Mobile   Kind = "mobile"
	Landline Kind = "landline"
	IDCard   Kind = "id"
	BankCard Kind = "bank"
	Name     Kind = "name"
	House    Kind = "house"
	Plate    Kind = "plate"
	Email    Kind = "email"
	Account  Kind = "account" // WeChat, QQ
)

// Span is personal data in text[Start:End], in bytes, and what covers it.
type Span struct {
	Start, End int
	Kind       Kind
	Cover      string
}

// Text covers every span that Find sees.
func Text(text string) (masked string, spans []Span) {
	spans = Find(text)
	if len(spans) == 0 {
		return text, nil
	}
	var b strings.Builder
	b.Grow(len(text))
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Start])
		b.WriteString(s.Cover)
		at = s.End
	}
	b.WriteString(text[at:])
	return b.String(), spans
}

// Find gives the spans in order and without overlap; where two rules meet, the
// one that began first holds.
func Find(text string) []Span {
	if !interesting(text) {
		return nil
	}
	s := scan{text: text, r: []rune(text), raw: []rune(text)}
	for i, r := range s.r {
		s.r[i] = fold(r)
	}
	for i := 0; i < len(s.r); {
		m := s.match(i)
		if m.to <= m.from {
			i++
			continue
		}
		s.found = append(s.found, m)
		s.done = m.to
		i = max(i+1, m.to)
	}
	return s.spans()
}

// match is personal data in runes[from:to].
type match struct {
	from, to int
	kind     Kind
	cover    string
}

// scan is one pass over a text.
type scan struct {
	text  string
	r     []rune // folded
	raw   []rune // as it came, for what a cover leaves readable
	found []match
	done  int // runes before this are covered or passed
}

// match tries the rules that may begin at, or hang on, the rune at i.
func (s *scan) match(i int) match {
	c := classOf(s.r[i])
	if c == 0 {
		return match{}
	}
	for _, rule := range rules {
		if c&rule.class == 0 {
			continue
		}
		if m := rule.try(s, i); m.to > m.from && m.from >= s.done {
			return m
		}
	}
	return match{}
}

type rule struct {
	class class
	try   func(*scan, int) match
}

// rules in the order in which they are tried: the longer and surer first.
var rules = [...]rule{
	{digit | latin, (*scan).email},
	{digit | paren, (*scan).number},
	{digit | hanDigit, (*scan).spelledMobile},
	{digit | latin, (*scan).smudgedMobile},
	{digit | hanDigit | latin | stem, (*scan).house},
	{province, (*scan).plate},
	{latin | trigger, (*scan).account},
	{trigger, (*scan).document},
	{trigger, (*scan).surnameSaid},
	{sound, (*scan).dottedName},
	{title, (*scan).nameBefore},
	{title, (*scan).neighbour},
	{trigger, (*scan).nameAfter},
	{dear, (*scan).dearName},
	{surname | compound, (*scan).signature},
	{surname | compound, (*scan).freeName},
	{sound | stemHead, (*scan).soundName},
}

// spans turns rune offsets into byte offsets.
func (s *scan) spans() []Span {
	if len(s.found) == 0 {
		return nil
	}
	out := make([]Span, 0, len(s.found))
	n, k := 0, 0
	var start int
	for b := range s.text {
		if k < len(s.found) && n == s.found[k].to {
			out = append(out, Span{start, b, s.found[k].kind, s.found[k].cover})
			k++
		}
		if k < len(s.found) && n == s.found[k].from {
			start = b
		}
		n++
	}
	if k < len(s.found) {
		out = append(out, Span{start, len(s.text), s.found[k].kind, s.found[k].cover})
	}
	return out
}

// rune gives the rune at i, or 0 outside the text.
func (s *scan) rune(i int) rune {
	if i < 0 || i >= len(s.r) {
		return 0
	}
	return s.r[i]
}

// has reports whether word stands at i.
func (s *scan) has(i int, word string) bool {
	for _, w := range word {
		if s.rune(i) != w {
			return false
		}
		i++
	}
	return true
}

// hasAny gives the rune length of the longest word of list that stands at i, or
// 0.
func (s *scan) hasAny(i int, list *wordList) int {
	for _, w := range list.from(s.rune(i)) {
		if s.hasRunes(i, w) {
			return len(w)
		}
	}
	return 0
}

func (s *scan) hasRunes(i int, w []rune) bool {
	if i+len(w) > len(s.r) {
		return false
	}
	for k, c := range w {
		if s.r[i+k] != c {
			return false
		}
	}
	return true
}

// before reports whether one of words stands within the given number of runes
// before i, with nothing but punctuation, blanks and small words between.
func (s *scan) before(i, within int, words []string) bool {
	from := max(0, i-within)
	near := string(s.r[from:i])
	for _, w := range words {
		if strings.Contains(near, w) {
			return true
		}
	}
	return false
}
