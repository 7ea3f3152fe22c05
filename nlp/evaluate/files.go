package evaluate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"

	"minyi/internal/fault"
)

// table is a CSV file by column name.
type table struct {
	column map[string]int
	rows   [][]string
}

// readTable reads a CSV file with a header row. need names columns that must be
// there; "a|b" asks for one of several.
func readTable(path string, need ...string) (*table, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable", "无法读取文件 "+path+"，请检查路径与权限。", "the file "+path+" cannot be read; check its path and permissions").On(path).With(err)
	}
	rows, err := parse(content)
	if err != nil {
		return nil, fault.New(fault.Invalid, "csv_bad", fmt.Sprintf("文件 %s 不是有效的 CSV:%v。", path, err), fmt.Sprintf("%s is not valid CSV: %v", path, err)).On(path)
	}
	if len(rows) < 2 {
		return nil, fault.New(fault.Invalid, "csv_empty", "文件 "+path+" 没有数据行。", path+" has no rows").On(path)
	}
	t := &table{column: make(map[string]int), rows: rows[1:]}
	for i, name := range rows[0] {
		t.column[strings.TrimSpace(name)] = i
	}
	for _, n := range need {
		if !t.hasOne(n) {
			return nil, fault.New(fault.Invalid, "column_missing", fmt.Sprintf("文件 %s 缺少列 %s。", path, n), fmt.Sprintf("%s lacks the column %s", path, n)).On(path)
		}
	}
	return t, nil
}

// parse takes quotation marks within a bare cell as they are, where reading by
// the rule fails: files that scripts wrote have them.
func parse(content []byte) (rows [][]string, err error) {
	content = bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))
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
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable", "无法读取文件 "+path+"，请检查路径与权限。", "the file "+path+" cannot be read; check its path and permissions").On(path).With(err)
	}
	defer f.Close()
	var out []string
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadString('\n')
		if s := strings.TrimSpace(line); s != "" {
			out = append(out, s)
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
}
