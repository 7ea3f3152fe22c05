package table

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Clean trims blanks of every width and what keeps a number text in a
// spreadsheet: '138… and ="138…".
func Clean(s string) string {
	s = strings.Trim(unseen.Replace(s), " \t\r\n\u3000\u00a0")
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) && strings.Count(inner, `"`) == 1 {
		return strings.TrimSuffix(inner, `"`)
	}
	return strings.TrimPrefix(s, "'")
}

// unseen are characters of no width that copying leaves inside cells.
var unseen = strings.NewReplacer("\u200b", "", "\uFEFF", "")

// Fold makes header names comparable: width, case, blanks, brackets.
func Fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(Clean(s)))
	return strings.NewReplacer(" ", "", "_", "", "-", "", "*", "").Replace(s)
}
