package sms

import (
	"slices"
	"strings"
	"unicode/utf8"

	"minyi"
)

// This file cuts numbers, levels and the words around them off the start of a
// folded message.

// leads are the words that people put before a number or a level.
var leads = []string{
	"我的", "我", "就", "请", "选择", "选项", "选", "回复", "回", "答案", "答", "按键", "按", "数字", "评价", "评分", "打分", "打个", "打", "给个", "给", "是", "了",
	"您好", "你好", "谢谢", "感谢",
}

// stripLead drops opening quotes and brackets and such words where a rating
// follows: 选1, 我给5分, 请回复1, 您好,满意. 给我处理 keeps its 给.
func stripLead(s string) string {
	s = strings.TrimLeftFunc(s, noise)
	for rest := s; ; {
		rest = strings.TrimLeftFunc(rest, noise)
		if startsRating(rest) {
			return rest
		}
		i := slices.IndexFunc(leads, func(lead string) bool { return strings.HasPrefix(rest, lead) })
		if i < 0 {
			return s
		}
		rest = rest[len(leads[i]):]
	}
}

// startsRating reports whether s goes on with a number or a level.
func startsRating(s string) bool {
	if startsNumber(s) {
		return true
	}
	_, _, ok := cutLevel(s)
	return ok
}

func startsNumber(s string) bool {
	_, _, ok := cutNumber(s)
	return ok
}

// stripSubject drops what people put before a level: 我不满意, 总体满意.
func stripSubject(s string) string {
	for _, subject := range []string{"但是", "但", "我们", "我", "总体", "整体", "总的来说", "觉得", "感觉", "表示"} {
		if rest, ok := strings.CutPrefix(s, subject); ok {
			s = strings.TrimLeft(rest, " ,:")
		}
	}
	return s
}

// cutNumber takes the number at the start of s, in digits or in Chinese.
func cutNumber(s string) (n int, rest string, ok bool) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		if digits < 4 {
			n = n*10 + int(s[digits]-'0')
		}
		digits++
	}
	if digits > 0 {
		if digits > 3 {
			n = -1 // a telephone number, a case number: no key
		}
		return n, s[digits:], true
	}
	for _, r := range s {
		if at := strings.IndexRune("一二三四五六七八九十壹贰叁肆伍", r); at >= 0 {
			if n = at/len("一") + 1; n > 10 {
				n -= 10
			}
			return n, s[len(string(r)):], true
		}
		break
	}
	return 0, s, false
}

// counters make a quantity of a number before them: 3 天了还没人来.
var counters = []string{
	"天", "日", "个", "月", "年", "次", "周", "点", "小时", "时", "分", "秒", "元", "块钱", "号", "楼", "栋", "层", "户", "人", "家",
	"条", "台", "辆", "米", "公里", "百", "千", "万", "多", "遍", "回", "件", "位", "名", "岁", "期", "季度",
}

// bound make a word with the digit right before them: 一直没人管, 2路公交.
var bound = []string{"直", "样", "共", "起", "定", "切", "些", "般", "路", "线"}

func counted(tail string, by []string) bool {
	return slices.ContainsFunc(by, func(c string) bool { return strings.HasPrefix(tail, c) })
}

// parted reports whether the number of s stands apart from the remark tail:
// by a stop, or by a blank that no counting word follows. A further number is
// no remark: 1 2 1 answers several questions and is left to people.
func parted(s, rest, tail string) bool {
	if startsNumber(tail) {
		return false
	}
	if rest != tail {
		return !strings.HasPrefix(rest, "-") || hasWords(tail)
	}
	return !counted(tail, counters) && strings.HasSuffix(strings.TrimSuffix(s, rest), " ")
}

// levelWords are the names of the five levels and what people write for them,
// longer ones before those that they contain.
var levelWords = []struct {
	word  string
	level minyi.Level
}{
	{"非常不满意", 1}, {"十分不满意", 1}, {"特别不满意", 1}, {"极不满意", 1}, {"极其不满意", 1}, {"很不满意", 1}, {"完全不满意", 1},
	{"非常不满", 1}, {"十分不满", 1}, {"很不满", 1},
	{"不太满意", 2}, {"不是很满意", 2}, {"不怎么满意", 2}, {"比较不满意", 2}, {"不满意", 2}, {"不满", 2},
	{"基本满意", 3}, {"一般满意", 3}, {"还算满意", 3},
	{"比较满意", 4}, {"非常满意", 5}, {"十分满意", 5}, {"特别满意", 5}, {"很满意", 5}, {"满意", 4}, {"满分", 5},
}

// cutLevel takes the name of a level at the start of s; the name must end
// there, so that 满意度不高 is not 满意.
func cutLevel(s string) (minyi.Level, string, bool) {
	for _, w := range levelWords {
		if rest, ok := strings.CutPrefix(s, w.word); ok {
			rest = strings.TrimLeft(rest, "了的啊呀吧哦呢")
			return w.level, rest, ends(rest) || isKey(rest)
		}
	}
	return 0, s, false
}

// cutStars takes a row of stars at the start of s: ★★★★☆ is four of five.
func cutStars(s string) (minyi.Level, string, bool) {
	rest := strings.TrimLeft(s, "★⭐🌟")
	full := utf8.RuneCountInString(s[:len(s)-len(rest)])
	after := strings.TrimLeft(rest, "☆")
	of := full + utf8.RuneCountInString(rest[:len(rest)-len(after)])
	level := minyi.Level(full)
	return level, after, level.Valid() && of >= 2 && of <= 5 // one star is an ornament
}

// isKey reports whether s is one of the five keys and nothing else: 满意2.
func isKey(s string) bool {
	n, rest, ok := cutNumber(s)
	return ok && n >= 1 && n <= 5 && strings.TrimFunc(rest, noise) == ""
}

// ends reports whether what comes before rest was complete: nothing follows,
// or a blank, a stop, or thanks. A question mark undoes it: 满意?
func ends(rest string) bool {
	return rest == "" || thanks(rest) || noise([]rune(rest)[0]) && !asks(rest)
}

// asks reports whether nothing but a question follows: 满意!?
func asks(rest string) bool { return strings.TrimLeftFunc(rest, noise) == "?" }

func thanks(s string) bool {
	return strings.HasPrefix(s, "谢") || strings.HasPrefix(s, "感谢") || strings.HasPrefix(s, "辛苦")
}
