package polarity

import (
	"strings"
	"unicode"
)

// suggestMarks are how a suggestion begins.
var suggestMarks = []string{"建议", "希望", "应该", "应当", "最好", "能否", "能不能", "可否", "可不可以", "是否可以", "期待", "期望", "盼望", "不妨", "如果能", "要是能", "多一些", "多一点", "增加", "增设", "改进", "完善", "优化", "加强", "简化", "延长", "开通", "公开"}

// Suggests reports whether a remark with content proposes something: one of
// the marks, followed by at least four characters that say what.
func Suggests(text string) bool {
	for _, mark := range suggestMarks {
		i := strings.Index(text, mark)
		if i < 0 {
			continue
		}
		n := 0
		for _, r := range text[i+len(mark):] {
			if unicode.Is(unicode.Han, r) {
				n++
			}
		}
		if n >= 4 {
			return true
		}
	}
	return false
}
