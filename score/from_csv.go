package score

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/table"
	"minyi/score/methods"
	"minyi/score/tree"
)

// Result is one computed indicator of one unit.
type Result struct {
	Unit      string  `json:"unit"`
	Indicator string  `json:"indicator"` // path; the root is 总分
	Score     float64 `json:"score"`     // rounded as the method prints
	Coverage  float64 `json:"coverage"`  // share of the weight below with data, 0…1
	Grade     string  `json:"grade,omitempty"`
	Formula   string  `json:"formula"`
	// Flag says what to know before using the score: children without data, and
	// given parents that won over their given children.
	Flag string `json:"flag,omitempty"`
}

// RowFault is a row that was not taken, and why.
type RowFault struct {
	Line int    `json:"line"` // in the file, the header being line 1
	ZH   string `json:"reason_zh"`
	EN   string `json:"reason"`
}

// String gives the line and the reason in Chinese, as a report prints it.
func (f RowFault) String() string { return fmt.Sprintf("第 %d 行：%s", f.Line, f.ZH) }

// FromCSV computes every level above the indicators given in a file with the
// columns unit, indicator and score (单位, 指标, 得分). Indicators are named by
// path, at any level (总体感知/品牌宣传); the raw parts of a ratio by a path
// below their leaf. The file is read as internal/table reads lists. Rows at fault are reported
// and left out; an error means that nothing could be computed.
func FromCSV(r io.Reader, m *methods.Method) ([]Result, []RowFault, error) {
	f, err := openFile(r)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, faults, err := readIndicators(f, m, []Column{{"period", ""}})
	if err != nil {
		return nil, nil, err
	}
	var units []string
	given := map[string]map[string]tree.Imported{}
	for _, row := range rows {
		if given[row.unit] == nil {
			given[row.unit] = map[string]tree.Imported{}
			units = append(units, row.unit)
		}
		given[row.unit][row.path] = tree.Imported{Value: row.value, Source: fmt.Sprintf("文件第 %d 行", row.line)}
	}
	var out []Result
	for _, u := range units {
		out = append(out, above(u, given[u], m)...)
	}
	return out, faults, nil
}

// above computes one unit's tree and keeps what stands above the given values.
func above(unit string, given map[string]tree.Imported, m *methods.Method) []Result {
	var out []Result
	var walk func(f *minyi.Figure)
	walk = func(f *minyi.Figure) {
		if _, ok := given[f.Path]; !ok && f.Score != nil {
			out = append(out, Result{Unit: unit, Indicator: f.Path, Score: minyi.Round(*f.Score, m.Places),
				Coverage: minyi.Round(f.Coverage, 4), Grade: f.Grade, Formula: f.Formula, Flag: flagOf(f, given, m.Root)})
		}
		for i := range f.Children {
			walk(&f.Children[i])
		}
	}
	sheet := tree.Compute(m, tree.Inputs{Imported: given})
	walk(&sheet.Root)
	return out
}

// flagOf says what a computed figure lacks, and which given parents below it
// silenced their children.
func flagOf(f *minyi.Figure, given map[string]tree.Imported, root string) string {
	var missing, won, flags []string
	for _, c := range f.Children {
		if c.Score == nil {
			missing = append(missing, c.Path[strings.LastIndex(c.Path, "/")+1:])
		}
	}
	for parent := range given {
		for child := range given {
			if strings.HasPrefix(child, parent+"/") && (f.Path == root || strings.HasPrefix(parent, f.Path+"/")) && !slices.Contains(won, parent) {
				won = append(won, parent)
			}
		}
	}
	slices.Sort(won)
	if len(missing) > 0 {
		flags = append(flags, "缺 "+strings.Join(missing, "、"))
	}
	for _, p := range won {
		flags = append(flags, p+" 的导入值优先于同时导入的下级指标")
	}
	return strings.Join(flags, "；")
}

// indicatorRow is a good row of an indicator file.
type indicatorRow struct {
	line       int
	unit, path string
	period     string
	value      float64
}

// Column says that a file's own heading stands for unit, indicator, score or
// period.
type Column struct{ Name, Heading string }

var (
	columnOrder = []string{"unit", "indicator", "score", "period"}
	columnNames = map[string][]string{
		"unit":      {"unit", "单位", "单位名称", "地区", "城市"},
		"indicator": {"indicator", "指标", "指标路径", "path"},
		"score":     {"score", "value", "得分", "分值", "数值"},
		"period":    {"period", "期间", "时期", "周期"},
	}
)

// readIndicators reads a whole indicator file; rows at fault come back beside
// the good ones.
func readIndicators(f *table.File, m *methods.Method, own []Column) ([]indicatorRow, []RowFault, error) {
	var columns map[string]int
	err := f.FindHeader(func(header []string) (err error) {
		columns, err = findColumns(header, own)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	c := newRowChecker(m, columns)
	for row, err := range f.Rows() {
		if err != nil {
			return nil, nil, err
		}
		if damage := f.Damage(row); damage != nil {
			c.faults = append(c.faults, RowFault{Line: row.Line, ZH: damage.ZH, EN: damage.EN})
			continue
		}
		c.take(row.Line, row.Cells)
	}
	return c.done()
}

func findColumns(header []string, own []Column) (map[string]int, error) {
	columns := map[string]int{}
	for _, c := range own {
		if c.Heading == "" { // not read at all
			columns[c.Name] = -1
			continue
		}
		i := slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == c.Heading })
		if i < 0 {
			return nil, badFile(fmt.Sprintf("表头没有列 %q。", c.Heading), fmt.Sprintf("the header has no column %q", c.Heading)).On("columns")
		}
		columns[c.Name] = i
	}
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		for _, name := range columnOrder {
			if _, taken := columns[name]; !taken && slices.Contains(columnNames[name], h) {
				columns[name] = i
			}
		}
	}
	for _, must := range columnOrder[:3] {
		if _, ok := columns[must]; !ok {
			return nil, badFile(fmt.Sprintf("表头缺少列 %s（也可写作 %s）。", must, strings.Join(columnNames[must], "、")),
				"the header lacks the column "+must).On("columns")
		}
	}
	return columns, nil
}

// maxFile bounds an indicator file: 334 cities × 53 indicators × 12 months is
// under 20 MB.
const maxFile = 64 << 20

// openFile opens a file of indicators or targets, whose cells at the end of a
// row may be missing.
func openFile(r io.Reader) (*table.File, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, badFile("文件读取失败，请重试。", "the file cannot be read").With(err)
	}
	if len(b) > maxFile {
		return nil, badFile("文件超过 64 MB，请拆分后再导入。", "the file is over 64 MB; split it")
	}
	f, err := table.Open(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	f.Short = true
	f.ShowPercents()
	return f, nil
}

func badFile(zh, en string) *fault.Error {
	return fault.New(fault.Invalid, "file_bad", zh, en).On("file")
}

// parseScore reads a number as an office writes it: 76.07, 76.07%, full-width
// digits, thousands parted by commas.
func parseScore(s string) (float64, bool) {
	s = strings.TrimSpace(width.Narrow.String(s))
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if thousands.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && plain.MatchString(s)
}

// plain keeps out what only programs write: hexadecimal, Inf, NaN, 1_000.
var (
	plain     = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$`)
	thousands = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$`)
)

// WriteResults writes results as CSV: unit, indicator, score, coverage, grade,
// flag.
func WriteResults(w io.Writer, results []Result, places int) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"unit", "indicator", "score", "coverage", "grade", "flag"}); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	for _, r := range results {
		rec := []string{r.Unit, r.Indicator, strconv.FormatFloat(r.Score, 'f', places, 64), strconv.FormatFloat(r.Coverage, 'f', 4, 64), r.Grade, r.Flag}
		if err := out.Write(rec); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}
