package mask

import "strings"

// part is one step of an address: 3栋, 2单元, 501室.
type part struct {
	from, mid, to int // number in [from,mid), unit in [mid,to)
	rank          int // 0 compound, 1 building, 2 entrance, 3 floor, 4 room
}

// house covers an address from the building down (3栋2单元501室 → *栋*单元*室),
// a room, a number in a street (万家丽路88号), a group and a house of a village.
// A building or a floor alone covers a hundred homes and is what a complaint is
// often about: it is covered only where somebody says that he lives there.
func (s *scan) house(i int) match {
	if m := s.villageGroup(i); m.to > 0 {
		return m
	}
	if continues(s.rune(i-1), s.r[i]) {
		return match{}
	}
	parts := s.address(i)
	street := strings.ContainsRune("路街巷弄道里坊同", s.rune(i-1)) && i > 0
	village := strings.ContainsRune("村屯寨湾庄组", s.rune(i-1)) && i > 0
	told := 0
	for _, p := range parts {
		if p.rank > 0 {
			told++
		}
	}
	switch {
	case len(parts) == 0:
		return s.dashed(i)
	case told >= 2, street && (parts[0].unit(s) == "号" || parts[0].unit(s) == "号院" || told > 0 && parts[0].rank == 0), village && (parts[0].rank == rankVillage || parts[0].unit(s) == "号"), parts[0].rank == rankVillage && s.hasAny(parts[len(parts)-1].to, villagers) > 0:
		return s.coverParts(parts)
	case parts[0].rank == 4 && s.roomAlone(parts[0]), told == 1 && len(parts) <= 2 && parts[0].rank != 3 && s.livesAt(parts[0].from, parts[len(parts)-1].to):
		return s.coverParts(parts)
	}
	return match{}
}

// villageGroup covers 第七村民小组.
func (s *scan) villageGroup(i int) match {
	if s.rune(i-1) != '第' {
		return match{}
	}
	p, ok := s.part(i, false)
	if !ok || !strings.HasPrefix(p.unit(s), "村民") {
		return match{}
	}
	return match{i - 1, p.to, House, "第*" + p.unit(s)}
}

// continues reports whether the number began before i.
func continues(prev, r rune) bool {
	if isDigit(r) || isLatin(r) {
		return isDigit(prev) || isLatin(prev) || prev == '.' || prev == '-'
	}
	return hanDigitValue(prev) >= 0 || prev == '十' || prev == '第' || prev == '百'
}

// address reads the parts of an address from i on, from the wider to the
// narrower.
func (s *scan) address(i int) []part {
	var parts []part
	for at := i; len(parts) < 6; {
		p, ok := s.part(at, len(parts) > 0)
		if !ok {
			break
		}
		if len(parts) == 1 && p.rank > 0 && p.rank < 4 && parts[0].unit(s) == "号" {
			parts[0].rank = 0 // 香樟路22号2栋303: the number of the compound
		}
		if len(parts) == 1 && p.rank == 2 && parts[0].rank == 3 {
			parts[0].rank = 1 // 122楼3单元: a building, as Beijing counts
		}
		if len(parts) > 0 && !p.below(parts[len(parts)-1]) {
			break
		}
		parts = append(parts, p)
		at = p.to
		if c := s.rune(at); c == '附' || c == '之' {
			at++
		} else if n := s.hasAny(at, betweenParts); n > 0 {
			at += n
		}
	}
	return parts
}

// below reports whether p may follow q: 号 counts houses and rooms, and the
// compound of a building may have a number of its own.
func (p part) below(q part) bool {
	return p.rank > q.rank || q.rank == 0 && p.rank == 0 || q.rank == rankVillage && p.rank == 4 || q.rank == 4 && p.rank == 4
}

func (p part) unit(s *scan) string { return string(s.r[p.mid:p.to]) }

func (s *scan) part(i int, inner bool) (part, bool) {
	p := part{from: i, mid: s.numberEnd(i)}
	if p.mid == i {
		return p, false
	}
	for _, u := range houseUnits {
		if s.has(p.mid, u.word) && !s.goesOn(p.mid+u.runes, u.not) {
			p.to, p.rank = p.mid+u.runes, u.rank
			return p, true
		}
	}
	if prev := s.rune(i - 1); inner && (prev == '附' || prev == '之') {
		p.to, p.rank = p.mid+b2i(s.rune(p.mid) == '号'), 4
		return p, true
	}
	if to := s.bareRoom(i, p.mid, inner); to > 0 {
		p.mid, p.to, p.rank = to, to, 4
		return p, true
	}
	return p, false
}

// numberEnd gives where a number of a house ends: 12, B3, 甲15, 二十三.
func (s *scan) numberEnd(i int) int {
	j := i
	if c := s.rune(j); c != 0 && strings.ContainsRune("甲乙丙丁", c) && isDigit(s.rune(j+1)) {
		j++
	}
	if j == i && s.rune(j) != 0 && strings.ContainsRune("甲乙丙丁", s.r[j]) && strings.ContainsRune("栋座幢", s.rune(j+1)) && s.rune(j+1) != 0 {
		return j + 1
	}
	for j-i < 6 && (isDigit(s.rune(j)) || isLatin(s.rune(j))) {
		j++
	}
	if j > i {
		return j
	}
	for j-i < 4 && (hanDigitValue(s.rune(j)) >= 0 || s.rune(j) == '十' || s.rune(j) == '百') {
		j++
	}
	return j
}

// bareRoom accepts a room without its 室: 501, 1202A, and within an address 3A,
// 六零二 and 1-2-303.
func (s *scan) bareRoom(i, end int, inner bool) int {
	if isDigit(s.r[i]) && inner && s.rune(end) == '-' {
		if to, groups, last := s.dashes(i); groups >= 2 && last >= 2 && !s.measures(to) {
			return to
		}
	}
	digits := 0
	for k := i; k < end && isDigit(s.r[k]); k++ {
		digits++
	}
	n := end - i
	switch {
	case digits == n && (n == 3 || n == 4), digits >= 3 && digits <= 4 && n == digits+1, inner && digits >= 1 && digits <= 2 && n == digits+1:
	case inner && digits == 0 && n >= 3 && isHan(s.r[i]) && !strings.ContainsAny(string(s.r[i:end]), "十百"):
	default:
		return 0
	}
	if s.measures(end) {
		return 0
	}
	return end
}

// measures reports whether what follows makes a bare number a measure, a date
// or money.
func (s *scan) measures(i int) bool {
	return s.goesOn(i, notRoom) && !s.has(i, "天天") && !s.has(i, "年年")
}

// goesOn keeps 2号线, 三房两厅, 120户居民 from being read as a home.
func (s *scan) goesOn(i int, not string) bool {
	return s.rune(i) != 0 && strings.ContainsRune(not, s.rune(i))
}

// roomAlone accepts 501室 without a building; any other number with a unit, or
// a bare one, may count something else.
func (s *scan) roomAlone(p part) bool {
	return s.rune(p.to-1) == '室' && p.mid-p.from >= 3 || s.has(p.mid, "号房") || p.mid-p.from >= 3 && p.to > p.mid && s.livesAt(p.from, p.to)
}

// livesAt reports whether the text says that somebody lives at [from,to).
func (s *scan) livesAt(from, to int) bool {
	return s.rune(from-1) == '住' || s.before(from, 2, nextDoor) || s.before(from, 12, livesHere) && !s.clauseBetween(from, 12, livesHere) ||
		s.hasAny(to, residents) > 0 && s.before(from, 14, ownHome) && !s.clauseBetween(from, 14, ownHome)
}

// clauseBetween reports whether the word of living and the number stand in
// different clauses.
func (s *scan) clauseBetween(at, within int, words []string) bool {
	near := string(s.r[max(0, at-within):at])
	last := -1
	for _, w := range words {
		last = max(last, strings.LastIndex(near, w))
	}
	return strings.ContainsAny(near[max(last, 0):], ",，。;；!！?？")
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
	to := parts[len(parts)-1].to
	if n := s.hasAny(to, sides); n > 0 {
		to += n
	}
	return match{parts[0].from, to, House, b.String()}
}

// dashed covers 3-2-501 and, behind the name of an estate or where somebody
// lives, 8-1202.
func (s *scan) dashed(i int) match {
	if !isDigit(s.r[i]) && !isLatin(s.r[i]) {
		return match{}
	}
	j, groups, last := s.dashes(i)
	first := s.numberEnd(i) - i
	if groups >= 2 && groups <= 3 && s.rune(j) == '号' && i > 0 && strings.ContainsRune("路街巷弄道里坊同村", s.rune(i-1)) {
		return match{i, j + 1, House, strings.Repeat("*-", groups-1) + "*号"}
	}
	if groups < 2 || groups > 4 || last < 3 || last > 4 || first > 3 || s.measures(j) || s.has(i, "400-") || s.has(i, "800-") || s.before(i, 8, serialWords) {
		return match{}
	}
	estate := i > 0 && strings.ContainsRune("区苑园城湾府郡庭院寓里村厦居墅座栋舍期", s.rune(i-1))
	room := s.has(j, "室") || s.has(j, "号房") || s.hasAny(j, residents) > 0
	if groups == 2 && !estate && !room && !s.livesAt(i, j) || groups > 2 && isLatin(s.rune(i-1)) {
		return match{}
	}
	return match{i, j, House, strings.Repeat("*-", groups-1) + "*"}
}

// dashes measures 3-2-501: where it ends, how many groups it has, and how long
// the last one is.
func (s *scan) dashes(i int) (end, groups, last int) {
	j := i
	groups = 1
	for isDigit(s.rune(j)) || isLatin(s.rune(j)) || s.rune(j) == '-' && isDigit(s.rune(j+1)) {
		last++
		if s.r[j] == '-' {
			groups, last = groups+1, 0
		}
		j++
	}
	return j, groups, last
}

// notRoom are characters behind which a bare number is a measure, a date or
// money, not a room.
const notRoom = "余年元块万平米多个人次天户家㎡㎥名辆分秒克吨度公里路线栋号月日-.:：%％~～至到"

// notNumber are characters behind which 号 is no house number.
const notNumber = "线文令机型晚早上下令台码窗诊柜桌车床铺位摊店"

const rankVillage = 5

var (
	livesHere    = []string{"我住", "家住", "住在", "住址", "居住", "现住", "租住", "们住", "家在", "我家", "地址", "我们家", "房子在", "房屋在", "房号", "门牌"}
	nextDoor     = []string{"楼上", "楼下", "隔壁", "对门", "对面"}
	ownHome      = []string{"我是", "本人", "我们是", "我为", "作为", "他是", "她是"}
	residents    = listOf("的业主 的住户 的居民 的租户 的房东 业主 住户")
	villagers    = listOf("村民 社员")
	sides        = listOf("东户 西户 中户 南户 北户 东边户 西边户 中间户 左户 右户")
	betweenParts = listOf("- 的 底商 商铺 门面 门市 东户 西户")
)

// houseUnits with how far down the address they stand, longest first, and the
// characters behind which they mean something else.
var houseUnits = []struct {
	word  string
	runes int
	rank  int
	not   string
}{
	{"号楼", 2, 1, "下上前后里道梯"}, {"号大院", 3, 0, ""}, {"号院", 2, 0, ""}, {"号门", 2, 2, "口前外面"}, {"单元", 2, 2, ""}, {"号房", 2, 4, "产屋"}, {"#楼", 2, 1, ""}, {"#栋", 2, 1, ""}, {"村民小组", 4, rankVillage, ""}, {"村民组", 3, rankVillage, ""}, {"小组", 2, rankVillage, "长合成会"},
	{"段", 1, 0, "时间路"}, {"舍", 1, 1, "友长"},
	{"期", 1, 0, "间限末待望货"}, {"弄", 1, 0, ""}, {"区", 1, 0, "域间别划的"}, {"#", 1, 1, ""}, {"栋", 1, 1, ""}, {"幢", 1, 1, ""}, {"座", 1, 1, "谈位"}, {"排", 1, 1, "队放水"}, {"楼", 1, 3, "盘梯道"}, {"层", 1, 3, "的高楼建"},
	{"门", 1, 2, "口店外前"}, {"组", 1, rankVillage, "织长合"}, {"社", 1, rankVillage, "区会保"}, {"队", 1, rankVillage, "长员伍"},
	{"室", 1, 4, "内外"}, {"房", 1, 4, "产屋子间两一二三"}, {"号", 1, 4, notNumber},
}
