package mask

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
	mark(provinces, province)
	mark("·•・", dot)
	mark(singleSurnames, surname)
	for _, w := range compoundSurnames {
		mark(firstRune(w), surname)
	}
	for _, list := range [][]string{strongTriggers, weakTriggers, accountTriggers} {
		for _, w := range list {
			mark(firstRune(w), trigger)
		}
	}
	for _, w := range titles {
		mark(firstRune(w), title)
	}
	return &t
}

func firstRune(w string) string {
	for _, r := range w {
		return string(r)
	}
	return ""
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
