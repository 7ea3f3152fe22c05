// Package clean makes a stranger's text safe and comparable before any other
// stage reads it, and tells remarks that say something from those that do not.
//
// It takes in bytes as they came (SMS cut in mid-character, pasted control
// characters, full-width digits) and gives out valid UTF-8 in which a digit is
// a digit. It is pure and deterministic.
package clean

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxRunes is the length to which a remark is capped. The page takes 500
// characters and letters run to some thousands; the rest is no remark.
const MaxRunes = 5000

// Text gives s as valid UTF-8 without control, zero-width and direction
// characters, with full-width Latin letters and digits folded, blanks run
// together, and at most max runes (0: MaxRunes). Doing it twice changes
// nothing.
func Text(s string, max int) string {
	if max <= 0 {
		max = MaxRunes
	}
	var b strings.Builder
	b.Grow(min(len(s), max*3))
	n, pending := 0, rune(0)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r == utf8.RuneError && size == 1 {
			continue // invalid byte
		}
		r = fold(r)
		switch {
		case r < 0:
			continue
		case r == ' ' || r == '\n':
			if pending != '\n' {
				pending = r
			}
			continue
		}
		if pending != 0 && n > 0 {
			if n+1 >= max {
				break
			}
			b.WriteRune(pending)
			n++
		}
		pending = 0
		if n++; n > max {
			break
		}
		b.WriteRune(r)
		if n == max {
			break
		}
	}
	return b.String()
}

// fold gives the rune that stands for r, or -1 for one to drop.
func fold(r rune) rune {
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\r':
		return '\n'
	case r == '\t' || r == '\u00a0' || r == '\u3000' || (r >= '\u2000' && r <= '\u200a') || r == '\u202f' || r == '\u205f':
		return ' '
	case r < 0x20 || (r >= 0x7f && r <= 0x9f):
		return -1
	case r < 0x7f:
		return r
	case r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ':
		return r - 0xfee0
	case r == '＠' || r == '．' || r == '－' || r == '＿' || r == '＋' || r == '／':
		return r - 0xfee0
	case r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u206f',
		r == '\ufeff', r == '\u00ad', r == '\u180e', r >= '\ufe00' && r <= '\ufe0f', r == '\ufffd',
		r >= 0xfff0 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return -1
	case r == '\u2010' || r == '\u2011' || r == '\u2012' || r == '\u2212':
		return '-'
	}
	return r
}

// Content reports whether a cleaned remark says more than 无, 没有, 满意, 谢谢, a
// digit or a repeat of these. A bare rating word is no content in either
// direction: the rating itself already counts it.
func Content(text string) bool {
	if varied(text) {
		return true
	}
	var core, latin []rune
	han := 0
	for _, r := range text {
		switch r = unicode.ToLower(SimplifyRune(r)); {
		case unicode.Is(unicode.Han, r):
			han++
			core = append(core, r)
		case unicode.IsLetter(r):
			latin = append(latin, r)
		case unicode.IsDigit(r):
			core = append(core, r)
			latin = append(latin, ' ')
		default:
			latin = append(latin, ' ')
		}
	}
	if english(string(latin)) {
		return true
	}
	if han == 1 && strings.ContainsAny(string(core), tells) {
		return true
	}
	return han >= 2 && !empty(core)
}

// english reports whether there is a word of a Latin alphabet that says
// something.
func english(text string) bool {
	for _, w := range strings.Fields(text) {
		if _, piece := pieces[w]; !piece && len(w) >= 4 && strings.ContainsAny(w, "aeiou") {
			return true
		}
	}
	return false
}

// enough different characters leave no doubt: no content-free answer has so
// many. Most remarks are decided here.
const enough = 16

func varied(text string) bool {
	var seen [enough]rune
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) && !slices.Contains(seen[:n], r) {
			seen[n] = r
			if n++; n == enough {
				return true
			}
		}
	}
	return false
}
