package evaluate

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"minyi/internal/fault"
	"minyi/nlp/clean"
)

// table is a CSV file by column name.
type table struct {
	column map[string]int
	rows   [][]string
}

// readTable reads a CSV file with a header row, in any case of letters. need
// names columns that must be there; "a|b" asks for one of several.
func readTable(path string, need ...string) (*table, error) {
	content, err := readFile(path)
	if err != nil {
		return nil, err
	}
	rows, err := parse(content)
	if err != nil {
		return nil, fault.New(fault.Invalid, "csv_bad", fmt.Sprintf("文件 %s 不是有效的 CSV：%v。", path, err), fmt.Sprintf("%s is not valid CSV: %v", path, err)).On(path)
	}
	if len(rows) < 2 {
		return nil, fault.New(fault.Invalid, "csv_empty", "文件 "+path+" 没有数据行。", path+" has no rows").On(path)
	}
	t := &table{column: make(map[string]int), rows: rows[1:]}
	for i, name := range rows[0] {
		t.column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, n := range need {
		if !t.hasOne(n) {
			have := strings.Join(rows[0], "、")
			return nil, fault.New(fault.Invalid, "column_missing", fmt.Sprintf("文件 %s 缺少列 %s，现有的列：%s。请以逗号分隔，并补上该列名。", path, strings.ReplaceAll(n, "|", " 或 "), have),
				fmt.Sprintf("%s lacks the column %s; it has: %s. Separate columns by commas and name that one", path, strings.ReplaceAll(n, "|", " or "), have)).On(path)
		}
	}
	return t, nil
}

func readFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable", "无法读取文件 "+path+"，请检查路径与权限。", "the file "+path+" cannot be read; check its path and permissions").On(path).With(err)
	}
	return clean.File(content)
}

// parse takes quotation marks within a bare cell as they are, where reading by
// the rule fails: files that scripts wrote have them.
func parse(content []byte) (rows [][]string, err error) {
	for _, lazy := range []bool{false, true} {
		r := csv.NewReader(bytes.NewReader(content))
		r.FieldsPerRecord, r.LazyQuotes = -1, lazy
		if rows, err = r.ReadAll(); err == nil {
			return rows, nil
		}
	}
	return nil, err
}

func (t *table) hasOne(names string) bool {
	for n := range strings.SplitSeq(names, "|") {
		if _, ok := t.column[n]; ok {
			return true
		}
	}
	return false
}

// get gives a cell, "" where the column or the cell is missing.
func (t *table) get(row []string, name string) string {
	if i, ok := t.column[name]; ok && i < len(row) {
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
	for line := range strings.Lines(string(content)) {
		if l := strings.TrimSpace(line); l != "" {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "file_empty", "文件 "+path+" 没有内容。", path+" is empty").On(path)
	}
	return out, nil
}
