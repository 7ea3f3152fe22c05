package mask

import "strings"

// group is a run of digits, with what parts it from the one before.
type group struct {
	from, to int
	sep      rune
}

// number covers phones and cards, also where blanks or hyphens group them:
// 138 0013 8000, 0731-8555 1234, 6222 0212 ….
func (s *scan) number(i int) match {
	if isDigit(s.rune(i-1)) && isDigit(s.r[i]) {
		return match{}
	}
	if classOf(s.r[i])&paren != 0 {
		return s.parenNumber(i)
	}
	start := i
	if s.r[i] == '+' {
		start++
	}
	groups := s.groups(start)
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

const (
	mostGroups = 20 // people who write one digit at a time need as many
	separators = dashes + " .,，_/·"
	dashes     = "-—–―一" // the last as OCR and thumbs write it
)

// groups gives the digit groups from i on, joined by one separator each.
func (s *scan) groups(i int) []group {
	var out []group
	sep := rune(0)
	for len(out) < mostGroups && isDigit(s.rune(i)) {
		g := group{i, i, sep}
		for isDigit(s.rune(g.to)) {
			g.to++
		}
		out = append(out, g)
		if sep = s.rune(g.to); sep == 0 || !strings.ContainsRune(separators, sep) {
			break
		}
		i = g.to + 1
	}
	return out
}

// plain reports whether blanks and hyphens alone part the groups: other marks
// part sentences and decimals more often than numbers.
func plain(groups []group) bool {
	for _, g := range groups[1:] {
		if g.sep != ' ' && !strings.ContainsRune(dashes, g.sep) {
			return false
		}
	}
	return true
}

func (s *scan) digits(groups []group) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(string(s.r[g.from:g.to]))
	}
	return b.String()
}

// phone recognises mobiles with or without +86, landlines with area code and
// extension; a bare landline needs 电话 or the like before it. Service lines
// (400, 800) are no person's.
func (s *scan) phone(groups []group) match {
	m := match{from: groups[0].from, to: groups[len(groups)-1].to}
	d := s.digits(groups)
	sizes := sizesOf(groups)
	told := s.before(groups[0].from, 8, phoneWords) || s.before(groups[0].from, 1, dials) || s.before(min(m.to+5, len(s.r)), 5, phoneWords) || s.extended(m).to > m.to // 转602 tells as much
	if bare, ok := mobileDigits(d, sizes, told && plain(groups)); ok && sameSeparator(groups) {
		m.kind, m.cover = Mobile, bare[:3]+"****"+bare[7:]
		return m
	}
	if !plain(groups) {
		return match{}
	}
	if area, ok := landlineArea(d, sizes, told || len(groups) > 1); ok {
		m.kind, m.cover = Landline, area+"-****"+d[len(d)-2:]
		return s.extended(m)
	}
	local := len(d) == 7 || len(d) == 8
	inside := isDigit(s.rune(m.from-2)) && strings.ContainsRune(dashes, s.rune(m.from-1)) // of 400-820-8820
	grouped := len(groups) == 1 && !inside || len(groups) == 2 && sizes[1] == 4 && !inside && d[:3] != "400" && d[:3] != "800"
	if local && grouped && d[0] >= '2' && d[0] <= '8' && told {
		m.kind, m.cover = Landline, "****"+d[len(d)-2:]
		return s.extended(m)
	}
	return match{}
}

func (s *scan) digitsIn(from, to int) string {
	return strings.NewReplacer("-", "", " ", "").Replace(string(s.r[from:to]))
}

// extended takes in 转8012 or 分机206.
func (s *scan) extended(m match) match {
	j := m.to
	if s.rune(j) == ' ' {
		j++
	}
	n := s.hasAny(j, extensionWords)
	if n == 0 {
		return m
	}
	k := j + n
	for isDigit(s.rune(k)) {
		k++
	}
	if digits := k - j - n; digits >= 1 && digits <= 6 {
		m.to = k
		m.cover += string(s.r[j:j+n]) + "**"
	}
	return m
}

var extensionWords = listOf("转 转接 分机 分机号 ext ext. 转分机")

func sameSeparator(groups []group) bool {
	for _, g := range groups[1:] {
		if g.sep != groups[1].sep && g.sep != '-' && g.sep != ' ' {
			return false
		}
	}
	return true
}

func sizesOf(groups []group) []int {
	out := make([]int, len(groups))
	for i, g := range groups {
		out[i] = g.to - g.from
	}
	return out
}

// mobileDigits accepts the groupings in which people write mobiles; a date
// behind a three-digit number (135 2019-03-15) is none of them. Behind 电话
// (told) any grouping will do, and so will one digit at a time.
func mobileDigits(d string, sizes []int, told bool) (string, bool) {
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
	case told, len(sizes) == 1, len(sizes) >= 11:
	case len(sizes) == 2 && (sizes[0] == 3 && sizes[1] == 8 || sizes[0] == 7 || sizes[0] == 4 && sizes[1] == 7 || sizes[1] == 11):
	case len(sizes) == 3 && (sizes[0] == 3 && sizes[1] == 4 || sizes[0] == 4 && sizes[1] == 4 || sizes[0] == 3 && sizes[1] == 3):
	default:
		return "", false
	}
	return d, true
}

// landlineArea accepts 010 and 02x with 8 digits, 0[3-9]xx with 7 or 8, and an
// extension of up to 5 digits behind a hyphen. No exchange begins with 0 or 1,
// but behind 电话 or with a hyphen it is meant as a number all the same (told).
func landlineArea(d string, sizes []int, told bool) (string, bool) {
	if len(sizes) > 2 && sizes[len(sizes)-1] <= 5 && (sizes[len(sizes)-1] != 4 || sizes[len(sizes)-2] >= 7) {
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
		return area, told || d[len(area)] >= '2'
	}
	return "", false
}

// parenNumber covers (0731)85551234, (86)13800138000 and (138)00138000.
func (s *scan) parenNumber(i int) match {
	from := i + 1
	if s.rune(from) == '+' {
		from++
	}
	j := from
	for isDigit(s.rune(j)) {
		j++
	}
	if c := s.rune(j); c != ')' && c != '）' || j == from {
		return match{}
	}
	k := j + 1
	if s.rune(k) == ' ' {
		k++
	}
	start := k
	for isDigit(s.rune(k)) || (s.rune(k) == '-' || s.rune(k) == ' ') && isDigit(s.rune(k+1)) {
		k++
	}
	area := string(s.r[from:j])
	for k > start+9 && strings.ContainsAny(string(s.r[start:k]), "- ") && len(s.digitsIn(start, k)) > 11 || k > start && len(area) > 2 && len(s.digitsIn(start, k)) > 8 {
		k = start + strings.LastIndexAny(string(s.r[start:k]), "- ")
		if k < start {
			return match{}
		}
	}
	local := s.digitsIn(start, k)
	sizes := []int{len(area) + len(local)}
	if area != "86" && area != "0086" { // (138)00138000
		sizes = []int{len(area)}
		for part := range strings.FieldsFuncSeq(string(s.r[start:k]), func(c rune) bool { return c == '-' || c == ' ' }) {
			sizes = append(sizes, len(part))
		}
	}
	if bare, ok := mobileDigits(area+local, sizes, false); ok {
		return match{i, k, Mobile, bare[:3] + "****" + bare[7:]}
	}
	if _, ok := landlineArea(area+local, []int{len(area), len(local)}, true); !ok {
		return match{}
	}
	m := s.extended(match{i, k, Landline, area + "-****" + local[len(local)-2:]})
	if s.rune(m.to) == '-' {
		if g := s.groups(m.to + 1); len(g) > 0 && g[0].to-g[0].from <= 5 {
			m.to, m.cover = g[0].to, m.cover+"-**"
		}
	}
	return m
}
