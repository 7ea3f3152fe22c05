package mask

import "strings"

// nameAfter covers the name behind 我叫, 姓名：, 联系人 and the like.
func (s *scan) nameAfter(i int) match {
	strong := true
	n := s.hasAny(i, strongTriggers)
	if n == 0 {
		strong = false
		n = s.hasAny(i, weakTriggers)
	}
	if n == 0 {
		return match{}
	}
	j := i + n
	for k := 0; k < 3 && s.rune(j) != 0 && strings.ContainsRune(" :：是为叫,，(（\"“", s.rune(j)); k++ {
		strong = strong || s.r[j] == ':' || s.r[j] == '：'
		j++
	}
	length, family := s.name(j, strong)
	if length == 0 {
		return match{}
	}
	return match{j, j + length, Name, string(s.r[j:j+family]) + "*"}
}

// name measures the name at i: its length and its surname's, or 0. A strong
// trigger takes any given name that ends at a clear edge; a weak one wants
// characters that given names are made of, and an edge that fits.
func (s *scan) name(i int, strong bool) (length, family int) {
	family = s.familyName(i)
	if family == 0 || s.veiled(i+family) {
		return 0, 0
	}
	if s.hasAny(i+family, titles) > 0 {
		return 0, 0 // 联系人：张经理 is the other rule's
	}
	for given := 2; given >= 1; given-- {
		if s.isGiven(i, family, given, strong) {
			return family + given, family
		}
	}
	return 0, 0
}

func (s *scan) isGiven(i, family, given int, strong bool) bool {
	end := i + family + given
	known := true
	for k := i + family; k < end; k++ {
		c := s.rune(k)
		if !isHan(c) || strings.ContainsRune(neverGiven, c) {
			return false
		}
		known = known && strings.ContainsRune(givenNames, c)
	}
	if isOrdinaryWord(string(s.r[i:i+2])) || given == 2 && isOrdinaryWord(string(s.r[i+1:end])) {
		return false
	}
	hard := !isHan(s.rune(end))
	if strong {
		return hard || known || strings.ContainsRune(afterName, s.rune(end))
	}
	if given == 2 && !strings.ContainsRune(placeTail, s.rune(end)) {
		hard = true // 业主王建国装修: two characters of names are hardly chance
	}
	return known && (hard || strings.ContainsRune(afterName, s.rune(end)) || s.hasAny(end, titles) > 0)
}

// familyName gives the length of the surname at i, or 0.
func (s *scan) familyName(i int) int {
	if n := s.hasAny(i, compoundSurnames); n > 0 {
		return n
	}
	if classOf(s.rune(i))&surname != 0 {
		return 1
	}
	return 0
}

// veiled reports whether the writer (or an earlier pass) hid the name.
func (s *scan) veiled(i int) bool {
	c := s.rune(i)
	return c == '某' || c == '*' || c == 'X' || c == 'x' || c == '×'
}

// nameBefore covers the name that stands before 先生, 老师 or 主任: the longest
// that begins with a surname at an edge; failing that, a surname alone.
func (s *scan) nameBefore(i int) match {
	if s.hasAny(i, titles) == 0 || s.rune(i-1) == '*' {
		return match{}
	}
	for length := 4; length >= 2; length-- {
		from := i - length
		if from < s.done {
			continue
		}
		family := s.familyName(from)
		if family == 0 || length-family < 1 || length-family > 2 || !s.edgeBefore(from) {
			continue
		}
		if s.allGiven(from+family, i, !isHan(s.rune(from-1))) && !isOrdinaryWord(string(s.r[from:from+2])) {
			return match{from, i, Name, string(s.r[from:from+family]) + "*"}
		}
	}
	return s.surnameBefore(i)
}

// surnameBefore covers 张 in 张先生, unless the character ends a word (保安师傅,
// 语文老师, 城管队长).
func (s *scan) surnameBefore(i int) match {
	for _, family := range []int{2, 1} {
		from := i - family
		if from < s.done || s.familyName(from) != family {
			continue
		}
		if family == 1 && from > 0 && (isOrdinaryWord(string(s.r[from-1:i])) || strings.ContainsRune(neverAlone, s.r[from])) {
			continue
		}
		if family == 1 && isHan(s.rune(from-1)) && strings.ContainsRune(beforeTitle, s.r[from]) && !strings.ContainsRune(beforeName, s.rune(from-1)) {
			continue
		}
		return match{from, i, Name, string(s.r[from:i]) + "*"}
	}
	return match{}
}

func (s *scan) allGiven(from, to int, loose bool) bool {
	for k := from; k < to; k++ {
		c := s.rune(k)
		if !isHan(c) || strings.ContainsRune(neverGiven, c) {
			return false
		}
		if !loose && !strings.ContainsRune(givenNames, c) {
			return false
		}
		if loose && !strings.ContainsRune(givenNames, c) && to-from == 1 {
			return false // 车间主任, 项目经理 at the head of a sentence
		}
	}
	return true
}

// edgeBefore reports whether a name may begin at i.
func (s *scan) edgeBefore(i int) bool {
	c := s.rune(i - 1)
	return c == 0 || !isHan(c) || strings.ContainsRune(beforeName, c)
}

// freeName covers a name that nothing announces: a surname and two characters
// of which names are made, at an edge or before what names do.
func (s *scan) freeName(i int) match {
	family := s.familyName(i)
	end := i + family + 2
	if family == 0 || end > len(s.r) || strings.ContainsRune(neverFree, s.r[i]) || s.veiled(i+family) {
		return match{}
	}
	if !s.allGiven(i+family, end, false) || isOrdinaryWord(string(s.r[i:i+2])) || isOrdinaryWord(string(s.r[end-2:end])) {
		return match{}
	}
	before, after := s.rune(i-1), s.rune(end)
	if isHan(before) && !strings.ContainsRune(beforeFree, before) || isHan(after) && !strings.ContainsRune(afterFree, after) {
		return match{}
	}
	if !isHan(before) && !isHan(after) && !s.apart(i, end) {
		return match{}
	}
	return match{i, end, Name, string(s.r[i:i+family]) + "*"}
}

// apart accepts three characters between edges as a name only beside a number,
// a comma or the head of a line, as in lists of names.
func (s *scan) apart(i, end int) bool {
	return i == 0 || s.rune(i-1) == '\n' || strings.ContainsRune(",，、 ", s.rune(end)) && (isDigit(s.rune(end+1)) || s.rune(end) == '、')
}

// dottedName covers 阿依古丽·买买提.
func (s *scan) dottedName(i int) match {
	from, to := i, i+1
	for i-from < 8 && from > s.done && strings.ContainsRune(transliteration, s.rune(from-1)) {
		from--
	}
	for to-i < 9 && s.rune(to) != 0 && strings.ContainsRune(transliteration, s.rune(to)) {
		to++
	}
	if i-from < 2 || to-i < 3 {
		return match{}
	}
	return match{from, to, Name, string(s.r[from:from+1]) + "*"}
}

// signature covers a name that stands alone at the end of a text or a line:
// 望尽快处理。王建国 2019年3月5日.
func (s *scan) signature(i int) match {
	prev := s.rune(i - 1)
	if prev == 0 || !strings.ContainsRune("\n。！？!?；; —-）)”~～,，", prev) {
		return match{}
	}
	family := s.familyName(i)
	if family == 0 {
		return match{}
	}
	for given := 2; given >= 1; given-- {
		end := i + family + given
		if !s.endsLine(end) || end > len(s.r) {
			continue
		}
		if s.allGiven(i+family, end, false) && !isOrdinaryWord(string(s.r[i:i+2])) {
			return match{i, end, Name, string(s.r[i:i+family]) + "*"}
		}
	}
	return match{}
}

// endsLine accepts the end of a line, with a date or a number before it.
func (s *scan) endsLine(i int) bool {
	for n := 0; n < 24; n++ {
		c := s.rune(i)
		switch {
		case c == 0 || c == '\n':
			return true
		case isDigit(c), c == '*', strings.ContainsRune(" .-/:：,，。年月日时分上下午敬呈(电话手机)（）", c):
			i++
		default:
			return false
		}
	}
	return false
}
