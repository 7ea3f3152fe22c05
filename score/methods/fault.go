package methods

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"minyi/internal/fault"
)

// Fault is one thing wrong in a method file.
type Fault struct {
	Path string // tree/总体感知/品牌宣传, grades/bands/2
	Line int
	ZH   string
	EN   string
}

// Faults is everything wrong in a method file, in the order of its lines.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = fmt.Sprintf("line %d, %s: %s", x.Line, x.Path, x.EN)
	}
	return strings.Join(lines, "\n")
}

// asFault gives the faults as the house's error, nil when there are none.
func (f Faults) asFault(name string) error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	zh := make([]string, len(f))
	for i, x := range f {
		zh[i] = fmt.Sprintf("第 %d 行 %s：%s", x.Line, x.Path, x.ZH)
	}
	return fault.New(fault.Invalid, "method_bad",
		"评估方法文件有误，请修改后重试：\n"+strings.Join(zh, "\n"),
		"the method file is wrong, correct it and try again:\n"+f.Error()).On(name)
}
