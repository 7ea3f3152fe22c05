package prompt

import (
	"regexp"
	"strconv"
	"strings"
)

// Words writes text as it is to be spoken: dates, times, percentages, telephone
// and service numbers, keys and quantities in words. Languages other than Chinese are left
// to their engine, except for the keys # and *.
func Words(text, language string) string {
	if strings.HasPrefix(language, "en") {
		return strings.NewReplacer("#", " hash ", "*", " star ", "12345", "1 2 3 4 5").Replace(text)
	}
	text = halfWidth.Replace(text)
	for _, r := range rules {
		text = r.find.ReplaceAllStringFunc(text, func(found string) string { return r.say(r.find.FindStringSubmatch(found)) })
	}
	return strings.NewReplacer("#", "井号", "*", "星号").Replace(text)
}

var halfWidth = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
	"：", ":", "％", "%", "＃", "#", "＊", "*", "．", ".", "／", "/", "－", "-", "–", "-", "—", "-", "～", "-", "~", "-", "−", "-", "（", "(", "）", ")", "￥", "¥")

type rule struct {
	find *regexp.Regexp
	say  func(m []string) string
}

func say(find string, f func(m []string) string) rule { return rule{regexp.MustCompile(find), f} }

// Parts of the rules' patterns.
const (
	month = `(0?[1-9]|1[0-2])`
	day   = `(0?[1-9]|[12]\d|3[01])`
	// measures are the words after which a number is a quantity, and 2 is 两.
	measures = `(个|次|件|天|条|名|位|人|元|角|分钟|小时|秒|周|年|岁|家|份|项|起|通|分|度|万|亿|千|百|千米|公里|米|厘米|毫米|倍|成|户|辆|套|台|本|张|句|段|批|类|种|字|页|处|所|宗|笔|层|亩|吨|公斤|千克|克|升|平方米|平方公里)`
)

// rules are tried in this order; each writes its finds so that later ones find
// nothing in them. What has a form of its own comes first: dates, telephone
// numbers, times; then ranges; then numbers by what follows them.
var rules = []rule{
	say(`(\d)℃`, func(m []string) string { return m[1] + "摄氏度" }),
	say(`(\d)(?:㎡|m²)`, func(m []string) string { return m[1] + "平方米" }),
	say(`\b(\d{4})[-/.]`+month+`[-/.]`+day+`\b日?`, fullDate),
	say(`\b(\d{4})年`+month+`月`+day+`(?:日|号)`, fullDate),
	say(`\b(\d{4})-(\d{4})年`, func(m []string) string { return year(m[1]) + "至" + year(m[2]) + "年" }),
	say(`\b(\d{4})年`, func(m []string) string { return year(m[1]) + "年" }),
	say(`\b(\d{4})-(0[1-9]|1[0-2])\b(月?)`, func(m []string) string { return year(m[1]) + "年" + quantity(m[2]) + "月" }),
	say(`(?:\+86[- ]?|\b)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})\b`, phone),
	say(`\(?\b(0\d{2,3})\b\)?[- ]?(\d{7,8}|12\d{3}|9[56]\d{3,4})(?:(?:-|转)(\d{1,6}))?\b`, phone),
	say(`\b([48]00)[- ]?(\d{3,4})[- ]?(\d{3,4})\b`, phone),
	say(`¥\s*(\d[\d,]*(?:\.\d+)?)(万|亿)?元?`, func(m []string) string { return m[1] + m[2] + "元" }),
	say(`(\d)\.0+元`, func(m []string) string { return m[1] + "元" }),
	say(`\b(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(%?)`, func(m []string) string {
		return map[string]string{"%": "百分之"}[m[3]] + decimal(strings.ReplaceAll(m[1], ",", ""), m[2])
	}),
	say(`([\d%日号月年点分])\s*-\s*(\d)`, func(m []string) string { return m[1] + "至" + m[2] }),
	say(`第\s*\d+(?:\s*[、和及或至]\s*\d+)+`, func(m []string) string { return number.ReplaceAllStringFunc(m[0], quantity) }),
	say(`(^|[^0-9A-Za-z])-(\d)`, func(m []string) string { return m[1] + "负" + m[2] }),
	say(`\b(\d{1,2})月`, func(m []string) string { return quantity(m[1]) + "月" }),
	say(`\b(\d{1,2})(日|号)`, func(m []string) string { return quantity(m[1]) + m[2] }),
	say(`\b([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?\b`, func(m []string) string { return clockWords(m[1], m[2], m[3]) }),
	say(`\b([01]?\d|2[0-4])点(?:([0-5]\d)分?)?`, func(m []string) string { return clockWords(m[1], m[2], "") }),
	say(`(\d)\s*:\s*(\d)`, func(m []string) string { return m[1] + "比" + m[2] }),
	say(`(\d)\s*[×xX*]\s*(\d)`, func(m []string) string { return m[1] + "乘" + m[2] }),
	say(`(\d)#(楼|栋|幢|座)`, func(m []string) string { return m[1] + "号" + m[2] }),
	say(`(负?)(\d+)(?:\.(\d+))?\s*%`, func(m []string) string { return "百分之" + m[1] + decimal(m[2], m[3]) }),
	say(`(\d+)(?:\.(\d+))?\s*‰`, func(m []string) string { return "千分之" + decimal(m[1], m[2]) }),
	say(`\b(\d+)/(\d+)\b`, func(m []string) string { return quantity(m[2]) + "分之" + quantity(m[1]) }),
	say(`(\d+)\.(\d+)`, func(m []string) string { return decimal(m[1], m[2]) }),
	say(`第\s*(\d+)`, func(m []string) string { return "第" + quantity(m[1]) }),
	say(`(\d+)\s*([余多]?)`+measures, func(m []string) string { return counted(m[1]) + m[2] + m[3] }),
	say(`\b[1-9]0{2,8}\b`, roundOrNumber),
	say(`0\d+|\d{3,}`, func(m []string) string { return oneByOne(m[0], "幺") }),
	say(`\d+`, func(m []string) string { return quantity(m[0]) }),
}

var number = regexp.MustCompile(`\d+`)

func fullDate(m []string) string {
	return year(m[1]) + "年" + quantity(m[2]) + "月" + quantity(m[3]) + "日"
}

// year reads a year's digits as they are printed: 二〇二六.
func year(s string) string { return strings.ReplaceAll(oneByOne(s, "一"), "零", "〇") }

// phone reads a number's digits; what follows the last - is an extension.
func phone(m []string) string {
	if len(m[1]) == 4 || m[1][0] == '0' {
		if m[3] != "" {
			m[3] = "转" + m[3]
		}
	}
	return oneByOne(m[1]+m[2]+m[3], "幺")
}

// roundOrNumber reads 100 and 2000 as quantities; 400 and 800 begin numbers.
func roundOrNumber(m []string) string {
	if m[0] == "400" || m[0] == "800" {
		return oneByOne(m[0], "幺")
	}
	return quantity(m[0])
}

var digits = []rune("零一二三四五六七八九")

// oneByOne reads each digit; 1 is 幺 in numbers that are dialled or quoted, as
// on the telephone, and 一 in years and behind the point.
func oneByOne(s, one string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '1':
			b.WriteString(one)
		case r >= '0' && r <= '9':
			b.WriteRune(digits[r-'0'])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func counted(s string) string {
	if s == "2" {
		return "两"
	}
	return quantity(s)
}

func decimal(whole, fraction string) string {
	if fraction == "" {
		return quantity(whole)
	}
	return quantity(whole) + "点" + oneByOne(fraction, "一")
}

func clockWords(hour, minute, second string) string {
	if len(hour) == 2 {
		hour = strings.TrimPrefix(hour, "0")
	}
	out := counted(hour) + "点"
	switch {
	case minute == "00" && second == "" || minute == "":
		return out
	case minute[0] == '0':
		out += "零"
	}
	out += quantity(minute) + "分"
	switch {
	case second == "" || second == "00":
		return out
	case second[0] == '0':
		out += "零"
	}
	return out + quantity(second) + "秒"
}

// quantity reads a number as a quantity; more than 16 digits one by one.
func quantity(s string) string {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n >= 1e16 {
		return oneByOne(s, "幺")
	}
	if n == 0 {
		return "零"
	}
	out := strings.TrimPrefix(bigWords(n), "零")
	if strings.HasPrefix(out, "一十") {
		out = strings.TrimPrefix(out, "一")
	}
	return out
}

// bigWords writes n in groups of four digits: 亿, 万, units.
func bigWords(n uint64) string {
	switch {
	case n >= 1e8:
		return join(bigWords(n/1e8)+"亿", n%1e8, 1e7)
	case n >= 1e4:
		return join(fourWords(n/1e4)+"万", n%1e4, 1e3)
	}
	return fourWords(n)
}

// join appends the rest, after 零 where places are skipped.
func join(head string, rest, place uint64) string {
	switch {
	case rest == 0:
		return head
	case rest < place:
		return head + "零" + strings.TrimPrefix(bigWords(rest), "零")
	}
	return head + bigWords(rest)
}

func fourWords(n uint64) string {
	var b strings.Builder
	skipped := false
	for _, p := range []struct {
		value uint64
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / p.value % 10
		if d == 0 {
			skipped = b.Len() > 0
			continue
		}
		if skipped {
			b.WriteRune('零')
			skipped = false
		}
		b.WriteRune(digits[d])
		b.WriteString(p.name)
	}
	return b.String()
}
