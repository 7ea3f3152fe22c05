package evaluate

import (
	"slices"
	"strings"

	"minyi/internal/fault"
)

// comparable refuses files that have no label in common: what is told in other
// names cannot be judged.
func comparable(train, test []sample, o Options) error {
	if o.Labels == 0 {
		return nil // the labels of the training rows are not heard
	}
	known, asked := labelsOf(train), labelsOf(test)
	for _, l := range asked {
		if slices.Contains(known, l) {
			return nil
		}
	}
	return fault.New(fault.Invalid, "labels_strange",
		"测试文件 "+o.Test+" 的类别（"+few(asked, "、")+"）与训练文件 "+o.Train+" 的类别（"+few(known, "、")+"）没有一个相同。请统一类别名称后重试。",
		"no label of "+o.Test+" ("+few(asked, ", ")+") is among those of "+o.Train+" ("+few(known, ", ")+"); use the same names in both").On("test")
}

// few gives the first five of a list.
func few(labels []string, sep string) string {
	if len(labels) > 5 {
		return strings.Join(labels[:5], sep) + "…"
	}
	return strings.Join(labels, sep)
}

// repeated counts the test rows whose text stands among the training rows.
func repeated(train, test []sample, maxChars int) int {
	seen := make(map[string]bool, len(train))
	for _, s := range train {
		seen[cap(s.raw, maxChars)] = true
	}
	n := 0
	for _, s := range test {
		if seen[s.raw] {
			n++
		}
	}
	return n
}
