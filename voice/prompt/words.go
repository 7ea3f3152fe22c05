package prompt

import (
	"regexp"
	"strconv"
	"strings"
)

// Words writes text as it is to be spoken: dates, times, percentages, service
// numbers, keys and quantities in words. Languages other than Chinese are left
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
	"：", ":", "％", "%", "＃", "#", "＊", "*")

type rule struct {
	find *regexp.Regexp
	say  func(m []string) string
}

// measures are the words after which a number is a quantity; before most of
// them 2 is 两.
const measures = `(个|次|件|天|条|名|位|人|元|分钟|小时|秒|周|年|岁|家|份|项|起|通|分|万|亿|千米|公里|米|倍)`

// rules are tried in this order; each writes its finds so that later ones find
// nothing in them.
var rules = []rule{
	{regexp.MustCompile(`(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?`), func(m []string) string {
		return oneByOne(m[1], false) + "年" + quantity(m[2]) + "月" + quantity(m[3]) + "日"
	}},
	{regexp.MustCompile(`(\d{4})年`), func(m []string) string { return oneByOne(m[1], false) + "年" }},
	{regexp.MustCompile(`(\d{1,2})月(\d{1,2})(日|号)`), func(m []string) string { return quantity(m[1]) + "月" + quantity(m[2]) + m[3] }},
	{regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)\b`), func(m []string) string { return clockWords(m[1], m[2]) }},
	{regexp.MustCompile(`(\d+)(?:\.(\d+))?%`), func(m []string) string { return "百分之" + decimal(m[1], m[2]) }},
	{regexp.MustCompile(`(\d+)\.(\d+)`), func(m []string) string { return decimal(m[1], m[2]) }},
	{regexp.MustCompile(`(\d+)` + measures), func(m []string) string { return counted(m[1]) + m[2] }},
	{regexp.MustCompile(`\d{7,}`), func(m []string) string { return oneByOne(m[0], true) }},
	{regexp.MustCompile(`0\d+|\d{3,}`), func(m []string) string { return oneByOne(m[0], false) }},
	{regexp.MustCompile(`\d+`), func(m []string) string { return quantity(m[0]) }},
}

var digits = []rune("零一二三四五六七八九")

// oneByOne reads each digit: 12345, years, case numbers. In long numbers 1 is
// 幺, as on the telephone.
func oneByOne(s string, yao bool) string {
	var b strings.Builder
	for _, r := range s {
		if yao && r == '1' {
			b.WriteRune('幺')
			continue
		}
		b.WriteRune(digits[r-'0'])
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
	return quantity(whole) + "点" + oneByOne(fraction, false)
}

func clockWords(hour, minute string) string {
	h := quantity(hour)
	if hour == "2" || hour == "02" {
		h = "两"
	}
	switch {
	case minute == "00":
		return h + "点"
	case minute[0] == '0':
		return h + "点零" + quantity(minute) + "分"
	}
	return h + "点" + quantity(minute) + "分"
}

// quantity reads a number as a quantity; more than 16 digits one by one.
func quantity(s string) string {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n >= 1e16 {
		return oneByOne(s, false)
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
