package mask

import "strings"

// plate covers 湘A12345 and 粤B·D12345 behind the first two characters.
func (s *scan) plate(i int) match {
	if !isLatin(s.rune(i + 1)) {
		return match{}
	}
	j := i + 2
	if c := s.rune(j); c == '·' || c == '•' || c == '-' || c == ' ' || c == '.' {
		j++
	}
	from, digits := j, 0
	for j-from < 6 && (isDigit(s.rune(j)) || isLatin(s.rune(j))) {
		if isDigit(s.r[j]) {
			digits++
		}
		j++
	}
	n := j - from
	if strings.ContainsRune("挂学警港澳", s.rune(j)) && s.rune(j) != 0 && n == 4 {
		n, j = n+1, j+1
	}
	if n < 5 || digits < 2 || isDigit(s.rune(j)) || isLatin(s.rune(j)) {
		return match{}
	}
	return match{i, j, Plate, string(s.r[i:i+1]) + string(upper(s.r[i+1])) + strings.Repeat("*", n)}
}

// part is one step of an address: 3栋, 2单元, 501室.
type part struct {
	from, mid, to int // number in [from,mid), unit in [mid,to)
	rank          int // 1 building, 2 entrance, 3 floor, 4 room
}

// house covers an address from the building down (3栋2单元501室 → *栋*单元*室),
// a room, and a number in a street (万家丽路88号). A building or a floor alone
// covers a hundred homes and is what the department must know: it stays.
func (s *scan) house(i int) match {
	if continues(s.rune(i-1), s.r[i]) {
		return match{}
	}
	if m := s.streetNumber(i); m.to > 0 {
		return m
	}
	var parts []part
	for at := i; len(parts) < 4; {
		p, ok := s.part(at)
		if !ok || len(parts) > 0 && p.rank <= parts[len(parts)-1].rank {
			break
		}
		parts = append(parts, p)
		at = p.to
		if c := s.rune(at); c == '-' || c == ' ' || c == '的' {
			at++
		}
	}
	if len(parts) == 0 || len(parts) == 1 && !(parts[0].rank == 4 && s.roomAlone(parts[0])) {
		return s.dashed(i)
	}
	return s.coverParts(parts)
}

// continues reports whether the number began before i.
func continues(prev, r rune) bool {
	if isDigit(r) || isLatin(r) {
		return isDigit(prev) || isLatin(prev) || prev == '.' || prev == '-'
	}
	return hanDigitValue(prev) >= 0 || prev == '十' || prev == '第'
}

func (s *scan) part(i int) (part, bool) {
	p := part{from: i, mid: i}
	for p.mid-i < 5 && (isDigit(s.rune(p.mid)) || isLatin(s.rune(p.mid)) || isHouseHan(s.rune(p.mid))) {
		p.mid++
	}
	if p.mid == i {
		return p, false
	}
	for _, u := range houseUnits {
		if s.has(p.mid, u.word) && !s.goesOn(p.mid+u.runes, u.not) {
			p.to, p.rank = p.mid+u.runes, u.rank
			return p, true
		}
	}
	n := p.mid - i
	if bare := n >= 3 && n <= 4 && isDigit(s.r[i]) && isDigit(s.r[p.mid-1]); bare && !strings.ContainsRune(notRoom, s.rune(p.mid)) {
		p.to, p.rank = p.mid, 4
		return p, true
	}
	return p, false
}

// goesOn keeps 2号线, 三房两厅, 120户居民 from being read as a home.
func (s *scan) goesOn(i int, not string) bool {
	return s.rune(i) != 0 && strings.ContainsRune(not, s.rune(i))
}

// roomAlone accepts 501室 without a building; any other number with a unit, or
// a bare one, may count something else.
func (s *scan) roomAlone(p part) bool {
	return s.rune(p.to-1) == '室' && p.mid-p.from >= 3 || s.has(p.mid, "号房")
}

func (s *scan) coverParts(parts []part) match {
	var b strings.Builder
	for k, p := range parts {
		if k > 0 {
			b.WriteString(string(s.r[parts[k-1].to:p.from]))
		}
		b.WriteByte('*')
		b.WriteString(string(s.r[p.mid:p.to]))
	}
	return match{parts[0].from, parts[len(parts)-1].to, House, b.String()}
}

// streetNumber covers 88号 behind 路, 街, 巷 and the like, also 88号附3号.
func (s *scan) streetNumber(i int) match {
	if !isDigit(s.r[i]) || !strings.ContainsRune("路街巷弄道里村组坊同", s.rune(i-1)) || s.rune(i-1) == 0 {
		return match{}
	}
	j := i
	for isDigit(s.rune(j)) || s.rune(j) == '-' && isDigit(s.rune(j+1)) {
		j++
	}
	if s.rune(j) != '号' || s.goesOn(j+1, notNumber) || j-i > 9 {
		return match{}
	}
	cover, end := "*号", j+1
	if s.has(end, "附") && isDigit(s.rune(end+1)) {
		k := end + 1
		for isDigit(s.rune(k)) {
			k++
		}
		if s.rune(k) == '号' {
			cover, end = "*号附*号", k+1
		}
	}
	for rest, ok := s.part(end); ok; rest, ok = s.part(end) {
		cover += "*" + string(s.r[rest.mid:rest.to])
		end = rest.to
	}
	return match{i, end, House, cover}
}

// dashed covers 3-2-501 behind the name of an estate or before a word that
// says it is a home.
func (s *scan) dashed(i int) match {
	if !isDigit(s.r[i]) && !isLatin(s.r[i]) {
		return match{}
	}
	j, groups, last := i, 1, 0
	for isDigit(s.rune(j)) || isLatin(s.rune(j)) || s.rune(j) == '-' && isDigit(s.rune(j+1)) {
		last++
		if s.r[j] == '-' {
			groups, last = groups+1, 0
		}
		j++
	}
	if groups < 2 || groups > 4 || last < 3 || last > 4 || j-i > 14 {
		return match{}
	}
	if groups == 2 && !s.has(j, "室") && !s.has(j, "号房") {
		return match{}
	}
	if s.rune(i-1) == 0 || !strings.ContainsRune("区苑园城湾府郡庭院寓里村厦居墅座栋舍", s.rune(i-1)) && !s.has(j, "室") {
		return match{}
	}
	cover := strings.Repeat("*-", groups-1) + "*"
	return match{i, j, House, cover}
}

func isHouseHan(r rune) bool {
	return r != 0 && strings.ContainsRune("一二三四五六七八九十", r)
}

// notRoom are characters behind which a bare number of three or four digits is
// a measure, a date or money, not a room.
const notRoom = "年元块万平米多个人次天户家名辆分秒克吨度公里路线栋号-.:：%％"

// notNumber are characters behind which 号 is no house number.
const notNumber = "线文令机门型楼院晚早上下令台"

// houseUnits with how far down the address they stand, longest first, and the
// characters behind which they mean something else.
var houseUnits = []struct {
	word  string
	runes int
	rank  int
	not   string
}{
	{"号楼", 2, 1, ""}, {"号院", 2, 1, ""}, {"单元", 2, 2, ""}, {"号房", 2, 4, "产屋"},
	{"栋", 1, 1, ""}, {"幢", 1, 1, ""}, {"座", 1, 1, "谈"}, {"楼", 1, 3, "盘梯道"}, {"层", 1, 3, ""},
	{"室", 1, 4, "内外"}, {"房", 1, 4, "产屋子间两一二三"}, {"户", 1, 4, "居业人家住型村农"}, {"号", 1, 4, notNumber},
}
