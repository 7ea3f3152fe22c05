package mask

import "strings"

// group is a run of digits; groups are joined by one blank or hyphen.
type group struct{ from, to int }

// number covers phones and cards, also where blanks or hyphens group them:
// 138 0013 8000, 0731-8555 1234, 6222 0212 ….
func (s *scan) number(i int) match {
	if isDigit(s.rune(i-1)) && isDigit(s.r[i]) {
		return match{}
	}
	if classOf(s.r[i])&paren != 0 {
		return s.parenLandline(i)
	}
	start := i
	if s.r[i] == '+' {
		start++
	}
	groups := s.groups(start)
	if s.passService(groups) {
		return match{}
	}
	for last := len(groups); last > 0; last-- {
		if m := s.card(groups[:last]); m.to > 0 {
			return m
		}
		if m := s.phone(groups[:last]); m.to > 0 {
			m.from = min(m.from, i)
			return m
		}
	}
	return match{}
}

// groups gives up to eight digit groups from i on.
func (s *scan) groups(i int) []group {
	var out []group
	for len(out) < 8 && isDigit(s.rune(i)) {
		g := group{i, i}
		for isDigit(s.rune(g.to)) {
			g.to++
		}
		out = append(out, g)
		if sep := s.rune(g.to); sep != '-' && sep != ' ' && sep != '－' && sep != '—' {
			break
		}
		i = g.to + 1
	}
	return out
}

func (s *scan) digits(groups []group) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(string(s.r[g.from:g.to]))
	}
	return b.String()
}

// phone recognises mobiles with or without +86 and landlines with area code;
// a bare landline needs 电话 or the like before it.
func (s *scan) phone(groups []group) match {
	m := match{from: groups[0].from, to: groups[len(groups)-1].to}
	d := s.digits(groups)
	sizes := sizesOf(groups)
	if bare, ok := mobileDigits(d, sizes); ok {
		m.kind, m.cover = Mobile, bare[:3]+"****"+bare[7:]
		return m
	}
	if area, ok := landlineArea(d, sizes); ok {
		m.kind, m.cover = Landline, area+"-****"+d[len(d)-2:]
		return m
	}
	local := len(d) == 7 || len(d) == 8
	grouped := len(groups) == 1 || len(groups) == 2 && sizes[1] == 4
	if local && grouped && d[0] >= '2' && d[0] <= '8' && s.before(groups[0].from, 8, phoneWords) {
		m.kind, m.cover = Landline, "****"+d[len(d)-2:]
		return m
	}
	return match{}
}

// passService steps over 400-800-8820: a service line belongs to no person.
func (s *scan) passService(groups []group) bool {
	for n := 1; n <= min(3, len(groups)); n++ {
		d := s.digits(groups[:n])
		if len(d) == 10 && (strings.HasPrefix(d, "400") || strings.HasPrefix(d, "800")) {
			s.done = groups[n-1].to
			return true
		}
	}
	return false
}

func sizesOf(groups []group) []int {
	out := make([]int, len(groups))
	for i, g := range groups {
		out[i] = g.to - g.from
	}
	return out
}

// mobileDigits accepts the groupings in which people write mobiles; a date
// behind a three-digit number (135 2019-03-15) is none of them.
func mobileDigits(d string, sizes []int) (string, bool) {
	switch {
	case strings.HasPrefix(d, "0086") && len(d) == 15:
		d = d[4:]
	case strings.HasPrefix(d, "86") && len(d) == 13:
		d = d[2:]
	}
	if len(d) != 11 || d[0] != '1' || d[1] < '3' {
		return "", false
	}
	if sizes[0] == 2 || sizes[0] == 4 && len(sizes) > 1 && sizes[1] != 7 && sizes[1] != 4 {
		sizes = sizes[1:] // the country code on its own
	}
	switch {
	case len(sizes) == 1:
	case len(sizes) == 2 && (sizes[0] == 3 && sizes[1] == 8 || sizes[0] == 7 || sizes[0] == 4 && sizes[1] == 7 || sizes[1] == 11):
	case len(sizes) == 3 && (sizes[0] == 3 && sizes[1] == 4 || sizes[0] == 4 && sizes[1] == 4 || sizes[0] == 3 && sizes[1] == 3):
	default:
		return "", false
	}
	return d, true
}

// landlineArea accepts 010 and 02x with 8 digits, 0[3-9]xx with 7 or 8, and an
// extension of up to 5 digits behind a hyphen.
func landlineArea(d string, sizes []int) (string, bool) {
	if len(sizes) > 2 && sizes[len(sizes)-1] <= 5 && sizes[len(sizes)-1] != 4 {
		d = d[:len(d)-sizes[len(sizes)-1]]
	}
	if len(d) < 10 || d[0] != '0' {
		return "", false
	}
	area := d[:3]
	if d[1] >= '3' {
		area = d[:4]
	} else if d[1] == '0' {
		return "", false
	}
	if len(sizes) > 1 && sizes[0] != len(area) {
		return "", false
	}
	switch n := len(d) - len(area); {
	case len(area) == 3 && n == 8, len(area) == 4 && (n == 7 || n == 8):
		return area, d[len(area)] >= '2'
	}
	return "", false
}

// parenLandline covers (0731)85551234.
func (s *scan) parenLandline(i int) match {
	j := i + 1
	for isDigit(s.rune(j)) {
		j++
	}
	if c := s.rune(j); c != ')' && c != '）' {
		return match{}
	}
	k := j + 1
	for isDigit(s.rune(k)) || s.rune(k) == '-' && isDigit(s.rune(k+1)) {
		k++
	}
	area := string(s.r[i+1 : j])
	local := strings.ReplaceAll(string(s.r[j+1:k]), "-", "")
	if _, ok := landlineArea(area+local, []int{len(area), len(local)}); !ok {
		return match{}
	}
	return match{i, k, Landline, area + "-****" + local[len(local)-2:]}
}

// spelledMobile covers 幺三八零零一三八零零零零 and mixtures with digits.
func (s *scan) spelledMobile(i int) match {
	if hanDigitValue(s.rune(i-1)) >= 0 {
		return match{}
	}
	var d strings.Builder
	j, han := i, false
	for v := hanDigitValue(s.rune(j)); v >= 0; v = hanDigitValue(s.rune(j)) {
		han = han || !isDigit(s.r[j])
		d.WriteByte(byte('0' + v))
		j++
	}
	bare, ok := mobileDigits(d.String(), []int{j - i})
	if !ok || !han {
		return match{}
	}
	return match{i, j, Mobile, bare[:3] + "****" + bare[7:]}
}

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
