package sms

import (
	"strings"

	"minyi"
)

// SaidKind is what an inbound message amounts to.
type SaidKind string

// Kinds of inbound message.
const (
	SaidStop    SaidKind = "opt-out"
	SaidKey     SaidKind = "key"          // a digit, perhaps with a remark
	SaidLevel   SaidKind = "level"        // a level in words or as N分, perhaps with a remark
	SaidUnclear SaidKind = "unclear"      // speaks of a rating, but of which cannot be said: kept as a comment, asked again, never guessed
	SaidComment SaidKind = "comment"      // free text
	SaidNothing SaidKind = "unrecognised" // nothing that we can use
)

// Said is a parsed inbound message.
type Said struct {
	Kind    SaidKind
	Key     int         // with SaidKey: the key pressed, 1…10; 1 is best
	Level   minyi.Level // with SaidLevel: the value meant; 5 is best
	Comment string      // the whole text with SaidComment and SaidUnclear, or what came after a digit or level
}

// ParseReply reads an inbound message. It is pure and takes anything.
//
// A whole message that is an opt-out word is that and nothing else. A bare
// number in any writing (1 １ ① 一 1. 选1) is a key; N分 and N星 are values; the
// names of the five levels are values, in simplified or traditional characters
// or in pinyin. A remark may follow a digit or a level after a blank or a stop.
// Digits and words that contradict each other (1不满意) are unclear. Everything
// else with words in it is a comment.
func ParseReply(text string) Said {
	original := strings.TrimSpace(strings.ToValidUTF8(text, ""))
	folded := fold(unquote(original))
	if isStop(folded) {
		return Said{Kind: SaidStop}
	}
	said, ok := readRating(folded)
	switch {
	case ok && said.Kind != SaidUnclear:
		return said
	case !hasWords(folded):
		return Said{Kind: SaidNothing}
	case ok || speaksOfRating(simplify(folded)) || quotesUs(original):
		return Said{Kind: SaidUnclear, Comment: original}
	}
	return Said{Kind: SaidComment, Comment: original}
}

// unquote drops the lines in which a reply quotes our message, unless nothing
// else is there.
func unquote(text string) string {
	var own []string
	for line := range strings.Lines(text) {
		if !quotesUs(line) {
			own = append(own, line)
		}
	}
	if len(own) == 0 {
		return text
	}
	return strings.Join(own, "")
}

// quotesUs knows our message by its signature and what it asks for.
func quotesUs(line string) bool {
	line = strings.TrimLeft(line, "> \t“「『\"")
	return strings.HasPrefix(line, "【") && (strings.Contains(line, "回复") || strings.Contains(line, "://"))
}

// readRating reads the digit or level with which a message starts. ok is false
// where it starts with neither.
func readRating(folded string) (Said, bool) {
	plain := simplify(folded)
	said, rest, ok := readStart(plain)
	if !ok {
		level, ok := latin[lettersOf(folded)]
		return Said{Kind: SaidLevel, Level: level}, ok
	}
	if said.Kind != SaidUnclear && contradicts(said.meant(), plain, rest) {
		return Said{Kind: SaidUnclear}, true
	}
	// simplify keeps the length, so what rests of it rests of the original too.
	said.Comment = remark(folded[len(folded)-len(rest):])
	return said, true
}

// readStart reads what a message starts with, and gives what follows.
func readStart(plain string) (Said, string, bool) {
	if level, rest, ok := cutStars(plain); ok {
		return Said{Kind: SaidLevel, Level: level}, rest, true
	}
	core := stripLead(plain)
	if said, rest, ok := readNumber(core); ok {
		return said, rest, true
	}
	level, rest, ok := cutLevel(stripSubject(core))
	return Said{Kind: SaidLevel, Level: level}, rest, ok
}

// meant gives the level for which a rating stands on a scale of five; 0 where
// the key lies beyond one.
func (s Said) meant() minyi.Level {
	if s.Kind == SaidLevel {
		return s.Level
	}
	return max(0, minyi.Level(6-s.Key))
}

// readNumber reads a message that starts with a number and gives what follows.
func readNumber(core string) (Said, string, bool) {
	n, rest, ok := cutNumber(core)
	if !ok {
		return Said{}, "", false
	}
	rest = strings.TrimLeft(rest, " ")
	for _, unit := range []string{"分", "颗星", "星级", "星", "★", "⭐", "🌟", "颗★", "颗⭐", "stars", "star", "Stars"} {
		after, ok := strings.CutPrefix(rest, unit)
		if !ok || !ends(after) {
			continue
		}
		if !minyi.Level(n).Valid() {
			return Said{Kind: SaidUnclear}, "", true // 10分, 0分
		}
		return Said{Kind: SaidLevel, Level: minyi.Level(n)}, after, true
	}
	if after, ok := strings.CutPrefix(rest, "号"); ok && ends(after) {
		rest = after
	}
	if n < 1 || n > 10 {
		return Said{}, "", false
	}
	return readKey(n, core, rest)
}

// readKey decides what a number followed by rest means; core is both together.
func readKey(n int, core, rest string) (Said, string, bool) {
	key := Said{Kind: SaidKey, Key: n}
	tail := strings.TrimLeftFunc(rest, noise)
	if level, after, ok := cutLevel(stripSubject(tail)); ok {
		if disagree(key.meant(), level) {
			return Said{Kind: SaidUnclear}, "", true
		}
		return key, after, true
	}
	switch {
	case strings.TrimLeft(strings.TrimRightFunc(tail, noise), "了的啊呀吧哦呢") == "":
		return key, "", true
	case thanks(tail) || parted(core, rest, tail):
		return key, rest, true
	case n <= 5 && rest == tail && hasWords(tail) && !counted(tail, counters) && !counted(tail, bound) && !startsNumber(tail):
		return Said{Kind: SaidUnclear}, "", true // 2服务态度好: a digit with a remark, or a name of something
	}
	return Said{}, "", false
}

// disagree reports whether two ratings in one message cannot both be meant:
// one is a 差评 and the other not (1 不满意, where 1 was taken for the worst),
// or they lie far apart. 1满意 is how many people write 1.
func disagree(a, b minyi.Level) bool {
	return !a.Valid() || a.Bad() != b.Bad() || a-b > 1 || b-a > 1
}

// contradicts reports whether the rest of a message takes its rating back.
func contradicts(level minyi.Level, plain, rest string) bool {
	if !level.Valid() {
		return false
	}
	rest = strings.TrimLeftFunc(rest, noise)
	if second, _, ok := cutLevel(stripSubject(rest)); ok && disagree(level, second) {
		return true
	}
	if n, after, ok := readNumber(rest); ok && n.Kind != SaidUnclear && strings.TrimFunc(after, noise) == "" && disagree(level, n.meant()) {
		return true // 不满意 1
	}
	if level.Bad() {
		return strings.ContainsAny(plain, "👍👏❤💯🌹😊😄🥰")
	}
	for _, denied := range []string{"没有不满", "没什么不满", "没有什么不满", "没啥不满", "无不满", "不是不满"} {
		rest = strings.ReplaceAll(rest, denied, "")
	}
	return strings.Contains(rest, "不满") || strings.ContainsAny(plain, "👎😡🤬😠💩😤😒🙄😭😞")
}

// speaksOfRating reports whether a text without a level speaks of one all the
// same: 没有不满意, 挺满意的, 一般, 1或2. What is meant only its writer knows.
func speaksOfRating(plain string) bool {
	bare := strings.TrimRight(strings.TrimFunc(plain, noise), "了的啊呀吧哦呢")
	return strings.Contains(plain, "满意") || verdicts[bare] || strings.Trim(bare, "0123456789一二三四五六七八九十零〇百或和到至与, 、.") == ""
}

// verdicts judge without a level. 一般 is none: the third level is 基本满意.
var verdicts = map[string]bool{
	"一般": true, "一般般": true, "还行": true, "还可以": true, "可以": true, "还好": true, "凑合": true, "马马虎虎": true,
	"好": true, "很好": true, "挺好": true, "非常好": true, "不错": true, "好评": true, "不好": true, "差": true, "很差": true, "太差": true, "差评": true,
	"很不好": true, "不太好": true, "五星好评": true,
}

// remark gives what follows a digit or level if it says anything.
func remark(s string) string {
	s = strings.TrimFunc(s, noise)
	if !hasWords(s) {
		return ""
	}
	return s
}
