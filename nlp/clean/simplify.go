package clean

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed traditional.txt
var traditionalFile string

// simplified gives for each character of the basic plane the simplified one, 0
// where it stands for itself.
var simplified = sync.OnceValue(func() *[0x10000]rune {
	var t [0x10000]rune
	for line := range strings.Lines(traditionalFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, pair := range strings.Fields(line) {
			from, n := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[n:])
			t[from] = to
		}
	}
	return &t
})

// Simplify folds Traditional characters into simplified ones, so that 無人接聽
// is cut, counted and understood as 无人接听. Every character keeps its place
// and its width in bytes: what is found in the result stands at the same place
// in text, and the text that is kept need not change.
func Simplify(text string) string {
	table := simplified()
	for i, r := range text {
		if r <= 0xffff && table[r] != 0 {
			return text[:i] + strings.Map(func(r rune) rune {
				if r <= 0xffff && table[r] != 0 {
					return table[r]
				}
				return r
			}, text[i:])
		}
	}
	return text
}

// SimplifyRune folds one character.
func SimplifyRune(r rune) rune {
	if r >= 0 && r <= 0xffff && simplified()[r] != 0 {
		return simplified()[r]
	}
	return r
}
