package mask

import (
	"math"
	"strings"
)

// freeName covers a name that nothing announces, by what stands around it.
func (s *scan) freeName(i int) match {
	prior := free + s.beforeFree(i)
	if strings.ContainsRune(wordlikeSurnames, s.r[i]) {
		prior -= 3
	}
	length, family, _ := s.nameAt(i, prior, func(end int) float64 { return s.behindFree(i, end) })
	if length == 0 {
		return match{}
	}
	return s.nameMatch(i, i+length, family)
}

func (s *scan) beforeFree(i int) float64 {
	c := s.rune(i - 1)
	if s.afterName(i) {
		return listed - free
	}
	switch {
	case s.behindNumber(i):
		return 1
	case (c == ':' || c == '：' || c == '“') && strings.ContainsRune(roleEnds, s.rune(i-2)) && i >= 2:
		return announced - free
	case c == 0 || c == '\n' || c == '。':
		return 1 // who speaks or is spoken of often comes first
	case c == '*':
		return -2 // what an earlier pass covered
	case !isHan(c):
		return 0
	case s.pointsAt(i):
		return 2
	case strings.ContainsRune(roleEnds, c):
		return 3
	case s.hasAny(i-2, clauseHeads) == 2:
		return 1
	case strings.ContainsRune(beforeFreeToo, c):
		return 0
	}
	return -2
}

// pointsAt reports whether what stands before i mostly takes a person: 找, 被,
// 转给了, 窗口的.
func (s *scan) pointsAt(i int) bool {
	c, before := s.rune(i-1), s.rune(i-2)
	switch {
	case i == 0:
		return false
	case c == '了':
		return before != 0 && strings.ContainsRune(handsTo, before)
	case c == '的':
		return before != 0 && strings.ContainsRune(staffed, before)
	}
	return strings.ContainsRune(beforeFree, c)
}

// afterName reports whether a name has just been covered and 、 or 和 follows.
func (s *scan) afterName(i int) bool {
	if len(s.found) == 0 || i < 2 {
		return false
	}
	last := s.found[len(s.found)-1]
	return last.kind == Name && last.to == i-1 && strings.ContainsRune("、和与及", s.r[i-1])
}

func (s *scan) behindFree(i, end int) float64 {
	c := s.rune(end)
	if strings.ContainsRune(placeEnds, s.rune(end-1)) {
		return place
	}
	two := end-i == 2 && !s.afterName(i)
	switch {
	case !isHan(c) && (s.afterName(i) || s.rune(i-1) == ':' || s.rune(i-1) == '：'):
		return labelled
	case s.beside(end):
		return 6
	case !isHan(c) && s.behindNumber(i):
		return 4
	case two && isHan(c) && (i == 0 || isHan(s.rune(i-1))) && strings.ContainsRune(afterFree, c):
		return -1
	case two && !isHan(c) && s.pointsAt(i):
		return -3
	case c == '、' && s.nameFollows(end+1):
		return 2
	case two:
		return -6
	case !isHan(c) && !isHan(s.rune(i-1)):
		return s.apart(i, c) // estates and brands stand so too
	case !isHan(c):
		return 0
	case s.titleAt(end) > 0:
		return 3
	case strings.ContainsRune(afterFree, c):
		return 2
	case c == '的' || c == '家':
		return 0
	}
	return -2
}

// nameFollows reports whether 李四两人 or 王五、 may stand at i: one name of a
// list makes the one before it likelier.
func (s *scan) nameFollows(i int) bool {
	n, _ := s.family(i)
	if n == 0 {
		return false
	}
	for given := 1; given <= 2; given++ {
		if c := s.rune(i + n + given); c != 0 && strings.ContainsRune("两三四五等、和与及", c) {
			return theLexicon().alone(s.r[i:i+n+given]) < unlikelyWords
		}
	}
	return false
}

// apart weighs a name between edges by whether it stands in a list or heads a
// line.
func (s *scan) apart(i int, next rune) float64 {
	switch {
	case next == '、' || s.rune(i-1) == '、':
		return 0
	case i == 0 || s.rune(i-1) == '\n':
		return -2
	}
	return -5
}

// beside reports whether a number, 电话 or 男 stands next to a name's end, as in
// lists of people.
func (s *scan) beside(end int) bool {
	c := s.rune(end)
	if c == 0 || !strings.ContainsRune(" ,，:：(（\n", c) {
		return false
	}
	next := s.rune(end + 1)
	return s.has(end+1, "+86") || s.has(end+1, "86-") || next == '1' && isDigit(s.rune(end+2)) && isDigit(s.rune(end+3)) && s.rune(end+5) != '年' ||
		(next == '男' || next == '女') && !isHan(s.rune(end+2)) || s.hasAny(end+1, besideWords) > 0 ||
		(c == '(' || c == '（') && s.hasAny(end+1, roles) > 0
}

// behindNumber reports whether a covered number or address stands right before
// i, as in lists of people: 13800138000，展鹏，….
func (s *scan) behindNumber(i int) bool {
	if len(s.found) == 0 {
		return false
	}
	last := s.found[len(s.found)-1]
	return last.kind != Name && i-last.to <= 2 && strings.Trim(string(s.r[last.to:i]), " ,，:：(（的") == ""
}

// signature covers a name that stands alone at the end of a text or a line:
// 望尽快处理。王建国 2019年3月5日.
func (s *scan) signature(i int) match {
	prev := s.rune(i - 1)
	if prev != 0 && !strings.ContainsRune("\n。！？!?；; —-）)”~～,，", prev) {
		return match{}
	}
	prior := signed
	if s.before(i, 8, farewells) {
		prior = farewell
	}
	length, family, _ := s.nameAt(i, prior, func(end int) float64 {
		ends, dated := s.endsLine(end)
		switch {
		case !ends, prev == 0 && !dated, strings.ContainsRune(placeEnds, s.rune(end-1)):
			return math.Inf(-1)
		case dated:
			return farewell - signed
		}
		return 0
	})
	if length == 0 {
		return match{}
	}
	return s.nameMatch(i, i+length, family)
}

// endsLine accepts the end of a line, with a date or a phone number before it;
// dated tells whether there is one, or 敬上.
func (s *scan) endsLine(i int) (ends, dated bool) {
	digits, marks, closed := 0, 0, false
	for n := 0; n < 24; n++ {
		c := s.rune(i)
		switch {
		case c == '\n' && isDigit(s.rune(i+1)):
			i++
		case c == 0 || c == '\n':
			return true, closed || digits >= 4 && marks >= 2 || digits == 11
		case isDigit(c):
			digits, i = digits+1, i+1
		case c == '敬', c == '谨', c == '叩':
			closed, i = true, i+1
		case c == '*', strings.ContainsRune(" .-/:：,，。年月日时分上下午于呈启首(电话手机)（）", c):
			marks += b2i(strings.ContainsRune(".-/年月日", c))
			i++
		default:
			return false, false
		}
	}
	return false, false
}
