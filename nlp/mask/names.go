package mask

import (
	"math"
	"strings"
)

// nameAfter covers the name behind 我叫, 姓名：, 联系人, 司机 and the like.
func (s *scan) nameAfter(i int) match {
	prior, n := announced, s.hasAny(i, strongTriggers)
	if n == 0 {
		prior, n = role, s.hasAny(i, roles)
	}
	if n == 0 {
		return match{}
	}
	j, colon := i+n, false
	for k := 0; k < 4 && s.rune(j) != 0 && strings.ContainsRune(" :：是为叫,，(（\"“\n/[]【】", s.rune(j)); k++ {
		c := s.r[j]
		if (c == ',' || c == '，' || c == '\n') && prior == role && !colon {
			return match{} // 司机，…: another clause
		}
		colon = colon || strings.ContainsRune(":：/]】", c)
		j++
	}
	if prior == announced || colon {
		if m := s.spacedName(j); m.to > 0 {
			return m
		}
	}
	length, family, _ := s.nameAt(j, prior, func(end int) float64 { return s.behindRole(j, end, colon, prior) })
	switch {
	case length > 0:
		return s.nameMatch(j, j+length, family)
	case prior == announced && s.loneSurname(j):
		n, _ := s.family(j)
		return s.nameMatch(j, j+n, n)
	case prior == announced && colon:
		return s.filledIn(j)
	}
	return match{}
}

// loneSurname reports whether a surname stands at i and nothing else.
func (s *scan) loneSurname(i int) bool {
	n, _ := s.family(i)
	c := s.rune(i + n)
	return n > 0 && !isHan(c) && !s.veiled(i+n) && !(isDigit(c) && strings.ContainsRune(neverAlone, s.r[i]))
}

// filledIn covers what somebody wrote behind 姓名： or 联系人：, whatever it is:
// 秋菊 and 贝贝 are words, yet there they are persons.
func (s *scan) filledIn(i int) match {
	n := 0
	for ; isHan(s.rune(i + n)); n++ {
		if s.hasAny(i+n, titles) > 0 || s.hasAny(i+n, roles) > 0 || s.hasAny(i+n, noPersons) > 0 {
			return match{}
		}
	}
	if c := s.rune(i + n); n < 2 || n > 3 || s.veiled(i+n) || c == ':' || c == '：' {
		return match{}
	}
	return s.nameMatch(i, i+n, 1)
}

// behindRole weighs the end of a name behind a role or 联系人：.
func (s *scan) behindRole(i, end int, colon bool, prior float64) float64 {
	c := s.rune(end)
	switch {
	case colon && !isHan(c):
		return labelled
	case prior == announced && !isHan(c):
		return 3
	case prior == announced:
		return 0
	case strings.ContainsRune(placeEnds, s.rune(end-1)):
		return place
	case s.titleAt(end) > 0:
		return titled
	case end-i == 3 && c != 0 && strings.ContainsRune(afterFree, c):
		return 1
	case end-i == 2 && isHan(c) && !strings.ContainsRune(afterFree, c):
		return -3
	}
	return 0
}

// titleAt gives the length of the title at i, with 副 before it or not.
func (s *scan) titleAt(i int) int {
	if s.rune(i) == '副' {
		if n := s.hasAny(i+1, titles); n > 1 {
			return n + 1
		}
	}
	if classOf(s.rune(i))&title == 0 {
		return 0
	}
	return s.hasAny(i, titles)
}

// wordOn reports whether what follows makes a title of one character a word or
// part of one: 总是, 工作, 局里.
func (s *scan) wordOn(i int) bool {
	c := s.rune(i + 1)
	if s.r[i] == '总' || s.r[i] == '工' {
		return s.goesOn(i+1, notShortTitle)
	}
	goesOn := says
	if strings.ContainsRune(kinTitles, s.r[i]) {
		goesOn = afterFree
	}
	return isHan(c) && !strings.ContainsRune(goesOn, c)
}

// spacedName covers 李 明, written so in forms.
func (s *scan) spacedName(i int) match {
	if _, known := s.familyOf(i, 1); known && s.rune(i+1) == ' ' && isHan(s.rune(i+2)) && !isHan(s.rune(i+3)) {
		return match{i, i + 3, Name, string(s.raw[i]) + "*"}
	}
	return match{}
}

func (s *scan) nameMatch(from, to, family int) match {
	return match{from, to, Name, string(s.raw[from:from+family]) + "*"}
}

// veiled reports whether the writer (or an earlier pass) hid the name.
func (s *scan) veiled(i int) bool {
	c := s.rune(i)
	return c == '某' || c == '*' || c == 'X' || c == 'x' || c == '×' || c == '○'
}

// nameBefore covers what stands before 先生, 老师 or 主任: a name, or a surname
// alone.
func (s *scan) nameBefore(i int) match {
	if s.titleAt(i) == 0 || s.rune(i-1) == '*' {
		return match{}
	}
	best, gain := match{}, 0.0
	polite := b2i(s.hasAny(i, politely) > 0)
	for length := 4; length >= 2; length-- {
		from := i - length
		if from < s.done || !s.allHan(from, i) {
			continue
		}
		n, family, g := s.nameAt(from, s.beforeTitled(from), func(end int) float64 {
			switch {
			case end != i:
				return math.Inf(-1)
			case strings.ContainsRune(placeEnds, s.rune(i-1)):
				return place
			}
			return 3 * float64(polite)
		})
		if n > 0 && g > gain {
			best, gain = s.nameMatch(from, i, family), g
		}
	}
	if m, g := s.surnameBefore(i); g > gain {
		best = m
	}
	return best
}

// beforeTitled weighs what stands directly before a name with a title: an edge,
// a word that names follow, or the middle of a sentence.
func (s *scan) beforeTitled(from int) float64 {
	c := s.rune(from - 1)
	switch {
	case !isHan(c):
		return 0
	case strings.ContainsRune(beforeName, c):
		return -1
	}
	return -4
}

// surnameBefore covers 张 in 张先生, unless the character belongs to a word
// (保安师傅, 语文老师, 城管队长) or is one (向老师反映).
func (s *scan) surnameBefore(i int) (match, float64) {
	best, gain := match{}, 0.0
	for _, family := range []int{2, 1} {
		from := i - family
		p, known := s.familyOf(from, family)
		if from < s.done || !known || strings.ContainsRune(shySurnames, s.r[from]) {
			continue
		}
		prev := s.rune(from - 1)
		dear := prev != 0 && strings.ContainsRune("小老阿", prev)
		edge := !isHan(prev) || dear
		if short := s.titleAt(i) == 1; short && (family == 1 && !edge && !strings.ContainsRune("请找叫跟向说让给被和"+roleEnds, prev) || s.wordOn(i)) {
			continue
		}
		if !edge && family == 1 && strings.ContainsRune(neverAlone, s.r[from]) {
			continue
		}
		p += alone
		if edge {
			p += aloneAtEdge
		} else if family == 1 && classOf(prev)&surname != 0 {
			p -= 2 // 向燕女士: the one before may be the surname
		}
		if dear {
			p += aloneAtEdge // 小王师傅: 小王 is a word of the dictionary
		}
		d := theLexicon().read(s.r, max(s.done, from-4), i+5)
		if g := d.gain(from, i, p); g > gain {
			best, gain = s.nameMatch(from, i, family), g
		}
	}
	return best, gain
}

const (
	alone       = -1.0
	aloneAtEdge = 4.0
)

// neverAlone are surnames that, standing alone before a title, are mostly
// something else: 向老师反映, 家长成老师, 曾任局长.
const neverAlone = "于向连成单解管任文常司时应全代原"

// surnameSaid covers 我姓柴 and 庞姓快递员.
func (s *scan) surnameSaid(i int) match {
	if s.r[i] != '姓' {
		return match{}
	}
	if family, _ := s.family(i + 1); family > 0 && s.rune(i+1) != '名' {
		end := i + 1 + family
		if c := s.rune(end); !isHan(c) && c != '*' || strings.ContainsRune("的女男人某", c) && c != '某' {
			return s.nameMatch(i+1, end, family)
		}
	}
	if _, known := s.familyOf(i-1, 1); known && i-1 >= s.done && s.hasAny(i+1, roles) > 0 {
		return s.nameMatch(i-1, i, 1)
	}
	return match{}
}
