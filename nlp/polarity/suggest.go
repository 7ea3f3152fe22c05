package polarity

import (
	"strings"
	"unicode"
)

// suggestMarks are how a suggestion begins.
var suggestMarks = []string{"建议", "希望", "应该", "应当", "最好", "能否", "能不能", "可否", "可不可以", "是否可以", "期待", "期望", "盼望", "不妨", "如果能", "要是能", "还需要", "可以再", "多一些", "多一点"}

// wishes follow 希望 without proposing anything.
var wishes = []string{"继续", "保持", "长期保持", "越来越", "再接再厉", "一如既往", "早日", "尽快", "尽早", "你们", "热线越"}

// Suggests reports whether a remark with content proposes something: one of
// the marks, followed by at least four characters that say what, and not by a
// mere wish.
func Suggests(text string) bool {
	for _, mark := range suggestMarks {
		i := strings.Index(text, mark)
		if i < 0 {
			continue
		}
		rest := text[i+len(mark):]
		if !startsWithAny(rest, wishes) && saysWhat(rest) {
			return true
		}
	}
	return false
}

func startsWithAny(s string, heads []string) bool {
	for _, h := range heads {
		if strings.HasPrefix(s, h) {
			return true
		}
	}
	return false
}

func saysWhat(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n >= 4
}

// proposals are how a clause begins that proposes and does not urge: 希望尽快
// complains of what is late.
var proposals = []string{"建议", "我建议", "个人建议", "也建议", "还建议", "再建议", "另外建议", "能否", "可否", "是否可以", "能不能", "可不可以", "不妨", "最好"}

func proposes(clause string) bool { return startsWithAny(clause, proposals) }

// ceased reports whether a clause says that what it names is gone: 噪音没有了.
func ceased(s string) bool {
	for _, end := range [...]string{"没有了", "没了", "不见了", "消失了", "消除了", "没有再出现", "没再出现", "再也没有出现", "再也没出现", "没有再发生", "没再发生", "再也没有发生"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
