package evaluate

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"minyi/internal/fault"
	"minyi/internal/table"
)

// list is a file with a header, by column name.
type list struct {
	column map[string]int
	rows   [][]string
}

// readList reads a file with a header row, in any case of letters. need names
// columns that must be there; "a|b" asks for one of several.
func readList(path string, need ...string) (*list, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	in, err := table.Open(file)
	if err != nil {
		return nil, of(path, err)
	}
	defer in.Close()
	l := &list{column: make(map[string]int)}
	for i, name := range in.Header {
		l.column[strings.ToLower(name)] = i
	}
	for _, n := range need {
		if !l.hasOne(n) {
			return nil, fault.New(fault.Invalid, "column_missing", fmt.Sprintf("文件 %s 缺少列 %s，现有的列：%s。请补上该列名。", path, strings.ReplaceAll(n, "|", " 或 "), strings.Join(in.Header, "、")),
				fmt.Sprintf("%s lacks the column %s; it has: %s. Name that one", path, strings.ReplaceAll(n, "|", " or "), strings.Join(in.Header, ", "))).On(path)
		}
	}
	for row, err := range in.Rows() {
		if err != nil {
			return nil, of(path, err)
		}
		if damage := in.Damage(row); row.Cells == nil {
			return nil, fault.New(fault.Invalid, "csv_bad", fmt.Sprintf("文件 %s 第 %d 行：%s。", path, row.Line, damage.ZH), fmt.Sprintf("%s, line %d: %s", path, row.Line, damage.EN)).On(path)
		}
		l.rows = append(l.rows, row.Cells)
	}
	if len(l.rows) == 0 {
		return nil, fault.New(fault.Invalid, "csv_empty", "文件 "+path+" 没有数据行。", path+" has no rows").On(path)
	}
	return l, nil
}

func readFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	text, err := table.Text(content)
	return text, of(path, err)
}

// of says which file a fault is about.
func of(path string, err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known.On(path)
	}
	return unreadable(path, err)
}

func unreadable(path string, cause error) error {
	return fault.New(fault.Invalid, "file_unreadable", "无法读取文件 "+path+"，请检查路径与权限。", "the file "+path+" cannot be read; check its path and permissions").On(path).With(cause)
}

func (l *list) hasOne(names string) bool {
	for n := range strings.SplitSeq(names, "|") {
		if _, ok := l.column[n]; ok {
			return true
		}
	}
	return false
}

// get gives a cell, "" where the column or the cell is missing.
func (l *list) get(row []string, name string) string {
	if i, ok := l.column[name]; ok && i < len(row) {
		return row[i]
	}
	return ""
}

// readLines reads a text file's lines that are not empty.
func readLines(path string) ([]string, error) {
	content, err := readFile(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for raw := range strings.Lines(string(content)) {
		if l := strings.TrimSpace(raw); l != "" {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "file_empty", "文件 "+path+" 没有内容。", path+" is empty").On(path)
	}
	return out, nil
}
