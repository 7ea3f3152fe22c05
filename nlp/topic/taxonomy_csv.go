package topic

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// isTable reports whether a taxonomy comes as a table: a header line that names
// its levels.
func isTable(content []byte) bool {
	head, _, _ := bytes.Cut(bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF")), []byte("\n"))
	return bytes.Contains(head, []byte(",")) && (bytes.Contains(head, []byte("level1")) || bytes.Contains(head, []byte("一级")))
}

// columns of a table by what its header may call them.
var columns = map[string]int{"level1": 0, "一级": 0, "一级分类": 0, "level2": 1, "二级": 1, "二级分类": 1, "level3": 2, "三级": 2, "三级分类": 2, "words": 3, "词": 3, "关键词": 3}

// parseTable reads a code table as offices keep it: a line a class, with the
// levels above it, and words if there are any. A class is also known by its
// name; a first level that ships too keeps the shipped words.
func parseTable(name string, content []byte) (*Taxonomy, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, bad(name, fmt.Sprintf("不是有效的 CSV：%v", err), fmt.Sprintf("it is not valid CSV: %v", err))
	}
	t := &Taxonomy{Version: fmt.Sprintf("table-%08x", sum(content))}
	for _, row := range rows[1:] {
		var cell [4]string
		for i, head := range rows[0] {
			if k, known := columns[strings.TrimSpace(head)]; known && i < len(row) {
				cell[k] = strings.ReplaceAll(strings.TrimSpace(row[i]), "/", "／")
			}
		}
		grow(&t.Topics, cell[:3], cell[3])
	}
	if len(t.Topics) == 0 {
		return nil, bad(name, "没有数据行", "it has no rows")
	}
	shipped, err := Shipped()
	if err != nil {
		return nil, err
	}
	for i := range t.Topics {
		n := &t.Topics[i]
		shipped.each(func(path string, words []string) {
			if Level1(path) == n.Name {
				n.Words += " " + strings.Join(words, " ")
			}
		})
	}
	return t, nil
}

// grow adds a path with its words.
func grow(nodes *[]Node, path []string, words string) {
	if len(path) == 0 || path[0] == "" {
		return
	}
	at := slices.IndexFunc(*nodes, func(n Node) bool { return n.Name == path[0] })
	if at < 0 {
		at = len(*nodes)
		*nodes = append(*nodes, Node{Name: path[0], Words: ofName(path[0])})
	}
	n := &(*nodes)[at]
	if len(path) == 1 || path[1] == "" {
		n.Words = strings.TrimSpace(n.Words + " " + words)
		return
	}
	grow(&n.Topics, path[1:], words)
}

// general ends say nothing of what a class is about.
var general = []string{"管理", "建设", "服务", "工作", "问题", "设施", "方面", "方案", "供应", "政策", "其他"}

// ofName gives the words that a class's name is: 园林绿化管理 is also 园林绿化.
func ofName(name string) string {
	if name == "其他" || name == "其它" {
		return ""
	}
	words := []string{strings.ReplaceAll(name, " ", "")}
	for _, end := range general {
		if stem := strings.TrimSuffix(name, end); stem != name && utf8.RuneCountInString(stem) >= 2 {
			words = append(words, strings.ReplaceAll(stem, " ", ""))
		}
	}
	return strings.Join(words, " ")
}

func sum(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
