package svg

import (
	"unicode"

	"golang.org/x/text/width"
)

// latin holds the advance widths of ' ' … '~' in thousandths of an em, as in
// Helvetica's published metrics; the sans-serif faces in Fonts lie within a
// few hundredths of it.
var latin = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// boldness widens Latin letters in a heavy face; Chinese ones stay one em.
const boldness = 1.07

// Width measures s at a font size, in the same unit as size. Chinese, kana,
// Hangul and full-width signs are one em; other scripts than Latin take an
// upper estimate. Drawn text is held to its measured width (textLength), so
// the estimate decides spacing, never overlap.
func Width(s string, size float64, bold bool) float64 {
	em := 0.0
	for _, r := range s {
		em += advance(r, bold)
	}
	return em * size
}

func advance(r rune, bold bool) float64 {
	if r >= ' ' && r <= '~' {
		w := float64(latin[r-' ']) / 1000
		if bold {
			w *= boldness
		}
		return w
	}
	if !unicode.IsPrint(r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) && r < 0xFF00 {
		return 0.75 // accented letters count as "ambiguous" below
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return 1
	case width.EastAsianHalfwidth:
		return 0.5
	}
	if r > 0xFFFF { // emoji and rare letters are drawn wide
		return 1.3
	}
	return 0.75
}

// Clip shortens s to at most em ems, with an ellipsis where it was cut.
func Clip(s string, em float64) string {
	if Width(s, 1, true) <= em {
		return s
	}
	room, cut := em-1, 0
	for i, r := range s {
		room -= advance(r, true)
		if room < 0 {
			break
		}
		cut = i + len(string(r))
	}
	return s[:cut] + "…"
}
