package mask

import (
	"slices"
	"strings"

	"minyi/nlp/clean"
)

// class tells quickly which rules may concern a rune.
type class uint16

const (
	digit class = 1 << iota
	hanDigit
	latin
	paren
	province
	trigger // the first character of what stands before a name or an account
	title   // the first character of what stands after a name
	dot
	surname
	compound // the first character of a surname of two
	stem     // 甲, 乙: number houses too
	sound    // of names in the sounds of another language
	dear     // 小 and 老 before a surname
	stemHead // the first character of a stem of such names
)

// classes holds the class of every rune of the basic plane.
var classes = classTable()

func classTable() *[0x10000]class {
	var t [0x10000]class
	mark := func(chars string, c class) {
		for _, r := range chars {
			t[r] |= c
		}
	}
	mark("0123456789+", digit)
	mark(hanDigits, hanDigit)
	mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", latin)
	mark("(（", paren)
	mark("甲乙丙丁", stem)
	mark(provinces, province)
	mark("·•・", dot)
	for r := range surnameWeights() {
		if r <= 0xffff {
			t[r] |= surname
		}
	}
	heads := func(list *wordList, c class) {
		for r := range list.words {
			t[r] |= c
		}
	}
	heads(compoundSurnames, compound)
	heads(strongTriggers, trigger)
	heads(roles, trigger)
	heads(accountTriggers, trigger)
	heads(documentTriggers, trigger)
	mark("姓", trigger)
	mark(dearHeads, dear)
	mark(transliteration, sound)
	heads(soundStems, stemHead)
	heads(titles, title)
	return &t
}

// wordList finds words by their first rune, the longest first; _ stands for a
// blank in them.
type wordList struct {
	heads [4]uint64 // bits of the first runes' last eight: most runes begin no word
	words map[rune][][]rune
}

func listOf(words string) *wordList {
	list := &wordList{words: map[rune][][]rune{}}
	for _, w := range strings.Fields(words) {
		r := []rune(strings.ReplaceAll(w, "_", " "))
		list.words[r[0]] = append(list.words[r[0]], r)
		list.heads[r[0]&255>>6] |= 1 << (r[0] & 63)
	}
	for _, same := range list.words {
		slices.SortStableFunc(same, func(a, b []rune) int { return len(b) - len(a) })
	}
	return list
}

// from gives the words that begin with r.
func (l *wordList) from(r rune) [][]rune {
	if l.heads[r&255>>6]&(1<<(r&63)) == 0 {
		return nil
	}
	return l.words[r]
}

func classOf(r rune) class {
	if r < 0 || r > 0xffff {
		return 0
	}
	return classes[r]
}

// interesting reports whether any rule could apply: most short remarks are
// done with here.
func interesting(text string) bool {
	for _, r := range text {
		if classOf(r) != 0 {
			return true
		}
	}
	return false
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func isHan(r rune) bool   { return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf }

func upper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// fold gives the half-width form of Latin letters, digits and the marks of
// addresses and phone numbers, so that text which nlp/clean has not seen is
// read alike, and the simplified form of a Traditional character.
func fold(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ', r == '＠', r == '．', r == '－', r == '＿', r == '＋', r == '＃':
		return r - 0xfee0
	}
	return clean.SimplifyRune(r)
}

// hanDigitValue gives the digit that a character stands for, or −1.
func hanDigitValue(r rune) int {
	if isDigit(r) {
		return int(r - '0')
	}
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '幺', '壹':
		return 1
	case '二', '两', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}
