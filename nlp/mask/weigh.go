package mask

import (
	"math"
	"strings"
)

// Names are weighed, not listed: characters are covered where they read better
// as a surname with a given name than as words, given what stands around them.
// The constants below are what each surrounding adds to ln P(name).
const (
	announced = 4.0  // 我叫…, 姓名…
	labelled  = 7.0  // 联系人：…, and an edge behind
	role      = 0.0  // 司机…, 我儿子…
	titled    = 1.0  // a title behind it
	signed    = 1.5  // alone at the end of a line
	farewell  = 5.0  // behind 此致 敬礼, or before a date
	listed    = 0.0  // behind another name and 、
	free      = -5.0 // nothing announces it
	nameToo   = 3.0  // behind a role, of a word that is a name too (黎明)
	place     = -9.0 // 路, 村 or 中学 follows
)

// nameAt gives the likeliest name that begins at i: how long it is, how long its
// surname, and by how much it beats the reading as words. extra tells what
// stands behind a candidate's end.
func (s *scan) nameAt(i int, prior float64, extra func(end int) float64) (length, family int, gain float64) {
	if !isHan(s.rune(i)) {
		return 0, 0, 0
	}
	var d reading
	shy := prior < announced
	try := func(n, fam int, p float64) {
		p += prior
		words := theLexicon().alone(s.r[i : i+n]) // the text around can only speak for more
		if p+labelled-words <= gain {
			return // whatever stands behind
		}
		if p += extra(i+n) + s.tail(i+n); p-words <= gain {
			return
		}
		if d.n == 0 {
			d = theLexicon().read(s.r, max(s.done, i-4), i+12)
		}
		if g := d.gain(i, i+n, p); g > gain {
			length, family, gain = n, fam, g
		}
	}
	for _, fam := range []int{2, 1} {
		p, known := s.familyOf(i, fam)
		if !known || s.veiled(i+fam) || shy && strings.ContainsRune(shySurnames, s.r[i]) {
			continue
		}
		title := s.titleAt(i + fam)
		for given := 1; given <= 2 && s.allHan(i+fam, i+fam+given); given++ {
			if title == given { // 联系人：张经理 is the other rule's
				continue
			}
			own := 0.0
			if (prior == role || prior == announced) && fam+given == 2 && theLexicon().both[pack(s.r[i:i+2])] {
				own = nameToo
			}
			try(fam+given, fam, p+own+theLexicon().givenName(s.r[i+fam:i+fam+given]))
		}
	}
	s.soundNameAt(i, prior, try)
	return length, family, gain
}

func (s *scan) familyOf(i, length int) (float64, bool) {
	if length == 2 {
		return compoundWeight, classOf(s.rune(i))&compound != 0 && s.hasAny(i, compoundSurnames) == 2
	}
	return theLexicon().surname(s.rune(i))
}

func (s *scan) allHan(from, to int) bool {
	for k := from; k < to; k++ {
		if !isHan(s.rune(k)) {
			return false
		}
	}
	return true
}

// tail weighs what follows a candidate: a name is not followed by what makes it
// a place or a firm, nor does it end in it.
func (s *scan) tail(end int) float64 {
	if s.rune(end) == '*' || classOf(s.rune(end))&dot != 0 || isLatin(s.rune(end)) && classOf(s.rune(end-1))&province != 0 {
		return math.Inf(-1) // it goes on, or a number plate begins
	}
	if s.hasAny(end, placeTails) > 0 && !s.has(end, "家") {
		return place
	}
	return 0
}

// LooksLikeName reports whether a word by itself reads better as the name of a
// person than as words.
func LooksLikeName(w string) bool {
	s := scan{text: w, r: []rune(w), raw: []rune(w)}
	if len(s.r) != 3 {
		return false
	}
	length, _, _ := s.nameAt(0, role, func(int) float64 { return 0 })
	return length == len(s.r)
}
