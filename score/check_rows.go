package score

import (
	"fmt"
	"slices"
	"strings"

	"minyi/internal/table"
	"minyi/score/methods"
)

// rowChecker takes the rows of an indicator file one by one.
type rowChecker struct {
	m       *methods.Method
	columns map[string]int
	paths   []string
	seen    map[string]int // unit and path → line
	rows    []indicatorRow
	faults  []RowFault
}

func newRowChecker(m *methods.Method, columns map[string]int) *rowChecker {
	return &rowChecker{m: m, columns: columns, paths: m.Importable(), seen: map[string]int{}}
}

func (c *rowChecker) take(line int, rec []string) {
	get := func(name string) string {
		if i, ok := c.columns[name]; ok && i >= 0 && i < len(rec) {
			return oneLine.Replace(table.Clean(rec[i]))
		}
		return ""
	}
	row := indicatorRow{line: line, unit: get("unit"), path: pathOf(get("indicator")), period: get("period")}
	if row.unit == "" && row.path == "" && get("score") == "" {
		return
	}
	if zh, en := c.wrong(&row, get("score")); zh != "" {
		c.faults = append(c.faults, RowFault{Line: line, ZH: zh, EN: en})
		return
	}
	c.rows = append(c.rows, row)
}

// oneLine mends a cell into which somebody typed line ends.
var oneLine = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ")

// pathOf tidies a path as a person writes it: a full-width stroke, blanks
// around strokes, a stroke at an end.
func pathOf(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "\uff0f", "/"), "/")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return strings.Trim(strings.Join(parts, "/"), "/")
}

// done gives what was read.
func (c *rowChecker) done() ([]indicatorRow, []RowFault, error) {
	if len(c.rows) == 0 && len(c.faults) == 0 {
		return nil, nil, badFile("文件只有表头，没有数据行。", "the file has a header and no rows")
	}
	return c.rows, c.faults, nil
}

// wrong says what is wrong with a row, nothing when it is good.
func (c *rowChecker) wrong(row *indicatorRow, score string) (zh, en string) {
	if row.unit == "" {
		return "缺少单位", "the unit is missing"
	}
	if row.path == c.m.Root {
		return fmt.Sprintf("%s 由下级计算得出，不能导入", row.path), fmt.Sprintf("%s is computed from what is below it and cannot be given", row.path)
	}
	if !slices.Contains(c.paths, row.path) {
		f := unknownIndicator(row.path, c.m)
		return strings.TrimSuffix(f.ZH, "。"), f.EN
	}
	v, ok := parseScore(score)
	switch {
	case score == "":
		return "得分为空", "the score is blank"
	case !ok:
		return fmt.Sprintf("得分 %q 不是数字", score), fmt.Sprintf("the score %q is not a number", score)
	case c.m.IsPart(row.path) && v < 0:
		return fmt.Sprintf("数值 %s 不能为负", score), fmt.Sprintf("the value %s must not be negative", score)
	case !c.m.IsPart(row.path) && (v < 0 || v > 100):
		return fmt.Sprintf("得分 %s 超出 0…100", score), fmt.Sprintf("the score %s is outside 0…100", score)
	}
	key := row.unit + "\x00" + row.path + "\x00" + row.period
	if first, dup := c.seen[key]; dup {
		return fmt.Sprintf("与第 %d 行重复（同一单位、同一指标），以第 %d 行为准", first, first), fmt.Sprintf("repeats line %d (same unit and indicator); line %d counts", first, first)
	}
	c.seen[key] = row.line
	row.value = v
	return "", ""
}
