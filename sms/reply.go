package sms

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"minyi"
)

// SaidKind is what an inbound message amounts to.
type SaidKind string

// Kinds of inbound message.
const (
	SaidStop    SaidKind = "opt-out"
	SaidKey     SaidKind = "key"          // a digit, perhaps with a remark
	SaidLevel   SaidKind = "level"        // a level in words or as N分, perhaps with a remark
	SaidComment SaidKind = "comment"      // free text
	SaidNothing SaidKind = "unrecognised" // nothing that we can use
)

// Said is a parsed inbound message.
type Said struct {
	Kind    SaidKind
	Key     int         // with SaidKey: the key pressed, 1…10; 1 is best
	Level   minyi.Level // with SaidLevel: the value meant; 5 is best
	Comment string      // with SaidComment, or what came after a digit or level
}

// ParseReply reads an inbound message. It is pure and takes anything.
//
// A whole message that is an opt-out word is that and nothing else. A bare
// number in any writing (1 １ ① 一 1. 选1) is a key; N分 and N星 are values; the
// names of the five levels are values. A remark may follow a digit or a level
// after a blank or a stop. Everything else with words in it is a comment.
func ParseReply(text string) Said {
	original := strings.TrimSpace(strings.ToValidUTF8(text, ""))
	folded := fold(original)
	if isStop(folded) {
		return Said{Kind: SaidStop}
	}
	core := stripLead(folded)
	if said, ok := parseNumber(core); ok {
		return said
	}
	if level, rest, ok := cutLevel(stripSubject(core)); ok {
		return Said{Kind: SaidLevel, Level: level, Comment: remark(rest)}
	}
	if hasWords(folded) {
		return Said{Kind: SaidComment, Comment: original}
	}
	return Said{Kind: SaidNothing}
}

// fold brings every writing of a digit or letter to its plain form: width and
// compatibility forms by NFKC, the dingbat digits that NFKC leaves alone, and
// the marks that make a digit into a keycap emoji.
func fold(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\ufe0f' || r == '\u20e3' || r == '\u200b' || r == '\u200d' || r == '\ufeff':
			return -1
		case r >= '❶' && r <= '❾':
			return '1' + r - '❶'
		case r >= '➀' && r <= '➈':
			return '1' + r - '➀'
		case r >= '➊' && r <= '➒':
			return '1' + r - '➊'
		case r >= '⓵' && r <= '⓽':
			return '1' + r - '⓵'
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// stopWords is matched as the whole message after folding width, case, blanks
// and punctuation. R, T and N are why a text never offers letters as answers.
var stopWords = map[string]bool{
	"R": true, "T": true, "TD": true, "N": true, "QX": true, "0000": true,
	"退订": true, "拒收": true, "取消": true, "不需要": true,
}

func isStop(folded string) bool {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, folded)
	return stopWords[bare]
}

// stripLead drops opening quotes and brackets and the words people put before
// a number: 选1, 我选1, 回复1, 按1.
func stripLead(s string) string {
	for {
		before := s
		s = strings.TrimLeft(s, " \"'“”‘’「」『』()[]【】《》<>:,。.、-—#*")
		for _, lead := range []string{"我选择", "我选", "选择", "选项", "选", "回复", "答案", "答", "按键", "按", "评价", "评分", "打分", "打", "给"} {
			if rest, ok := strings.CutPrefix(s, lead); ok && startsRating(rest) {
				s = rest
				break
			}
		}
		if s == before {
			return s
		}
	}
}

// startsRating reports whether s goes on with a number or a level, so that
// 给我处理 keeps its 给.
func startsRating(s string) bool {
	s = strings.TrimLeft(s, " :,\"'“‘「『([【《了是")
	if _, _, ok := cutNumber(s); ok {
		return true
	}
	_, _, ok := cutLevel(s)
	return ok
}

// stripSubject drops what people put before a level: 我不满意, 总体满意.
func stripSubject(s string) string {
	for _, subject := range []string{"我们", "我", "总体", "整体", "总的来说", "感觉", "表示"} {
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
	for i, r := range s {
		if i > 0 {
			break
		}
		if at := strings.IndexRune("一二三四五六七八九十壹贰叁肆伍", r); at >= 0 {
			n = at/len("一") + 1
			if n > 10 {
				n -= 10
			}
			return n, s[len(string(r)):], true
		}
	}
	return 0, s, false
}

// stops may part a digit from a remark.
const stops = ".、,。;:!~-—)]】》\"'”’」』*#"

// counters make a quantity of a number before them: 3 天了还没人来.
var counters = []string{
	"天", "日", "个", "月", "年", "次", "周", "点", "小时", "时", "分", "秒", "元", "块钱", "号", "楼", "栋", "层", "户", "人", "家",
	"条", "台", "辆", "米", "公里", "百", "千", "万", "多", "遍", "回", "件", "位", "名", "岁", "期", "季度", "%",
}

// parseNumber reads a message that starts with a number.
func parseNumber(s string) (Said, bool) {
	n, rest, ok := cutNumber(s)
	if !ok {
		return Said{}, false
	}
	rest = strings.TrimLeft(rest, " ")
	for _, unit := range []string{"分", "颗星", "星级", "星"} {
		if after, ok := strings.CutPrefix(rest, unit); ok && minyi.Level(n).Valid() && ends(after) {
			return Said{Kind: SaidLevel, Level: minyi.Level(n), Comment: remark(after)}, true
		}
	}
	if after, ok := strings.CutPrefix(rest, "号"); ok && ends(after) {
		rest = after
	}
	return keyed(n, s, rest)
}

// keyed decides what a number followed by rest means; s is both together.
func keyed(n int, s, rest string) (Said, bool) {
	if n < 1 || n > 10 {
		return Said{}, false
	}
	tail := strings.TrimLeft(rest, stops+" ")
	if level, after, ok := cutLevel(tail); ok {
		if contradicts(n, level) {
			return Said{Kind: SaidLevel, Level: level, Comment: remark(after)}, true
		}
		return Said{Kind: SaidKey, Key: n, Comment: remark(after)}, true
	}
	if tail == "" || thanks(tail) {
		return Said{Kind: SaidKey, Key: n, Comment: remark(tail)}, true
	}
	if !parted(s, rest, tail) {
		return Said{}, false
	}
	return Said{Kind: SaidKey, Key: n, Comment: remark(tail)}, true
}

// contradicts reports whether a digit and the words after it say opposite
// things (1 不满意): someone took 1 for the worst, and the words are plainer.
func contradicts(key int, level minyi.Level) bool {
	return key <= 2 && level.Bad() || (key == 4 || key == 5) && level >= 4
}

// parted reports whether the number of s stands apart from the remark tail:
// by a stop, or by a blank that no counting word follows. A further number is
// no remark: 1 2 1 answers several questions and is left to people.
func parted(s, rest, tail string) bool {
	if _, _, number := cutNumber(tail); number {
		return false
	}
	if rest != tail {
		return !strings.HasPrefix(rest, "-") || hasWords(tail)
	}
	for _, c := range counters {
		if strings.HasPrefix(tail, c) {
			return false
		}
	}
	return strings.HasSuffix(strings.TrimSuffix(s, rest), " ")
}

// levelWords are the names of the five levels and what people write for them,
// longer ones before those that they contain.
var levelWords = []struct {
	word  string
	level minyi.Level
}{
	{"非常不满意", 1}, {"十分不满意", 1}, {"特别不满意", 1}, {"极不满意", 1}, {"很不满意", 1}, {"完全不满意", 1},
	{"不太满意", 2}, {"不是很满意", 2}, {"不怎么满意", 2}, {"比较不满意", 2}, {"不满意", 2},
	{"基本满意", 3}, {"一般满意", 3}, {"还算满意", 3},
	{"比较满意", 4}, {"非常满意", 5}, {"十分满意", 5}, {"特别满意", 5}, {"很满意", 5}, {"满意", 4},
}

// cutLevel takes the name of a level at the start of s; the name must end
// there, so that 满意度不高 is not 满意.
func cutLevel(s string) (minyi.Level, string, bool) {
	for _, w := range levelWords {
		if rest, ok := strings.CutPrefix(s, w.word); ok {
			rest = strings.TrimLeft(rest, "了的啊呀吧哦呢")
			return w.level, rest, ends(rest)
		}
	}
	return 0, s, false
}

// ends reports whether what comes before rest was complete: nothing follows,
// or a blank, a stop, or thanks. A question mark undoes it: 满意?
func ends(rest string) bool {
	if rest == "" || thanks(rest) {
		return true
	}
	return strings.ContainsRune(stops+" ", []rune(rest)[0])
}

func thanks(s string) bool {
	return strings.HasPrefix(s, "谢") || strings.HasPrefix(s, "感谢") || strings.HasPrefix(s, "辛苦")
}

// remark gives what follows a digit or level if it says anything.
func remark(s string) string {
	s = strings.Trim(s, stops+" ")
	if !hasWords(s) {
		return ""
	}
	return s
}

// hasWords reports whether s has a Chinese character or a word of letters; a
// single letter is a slip of the finger.
func hasWords(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 1
}
