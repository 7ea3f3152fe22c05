package topic

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"minyi/internal/fault"
)

//go:embed taxonomy.yaml
var shippedYAML []byte

// Node is a topic with the words that speak for it, and its parts.
type Node struct {
	Name   string `yaml:"name" json:"name"`
	Words  string `yaml:"words,omitempty" json:"words,omitempty"` // separated by blanks
	Topics []Node `yaml:"topics,omitempty" json:"topics,omitempty"`
}

// Taxonomy is a tree of topics. It is immutable.
type Taxonomy struct {
	Version string `yaml:"version"`
	Topics  []Node `yaml:"topics"`
}

// Shipped gives the taxonomy that comes with minyi.
func Shipped() (*Taxonomy, error) { return Parse("taxonomy.yaml", shippedYAML) }

// Parse reads a taxonomy of up to three levels, as YAML or as a table (CSV with
// level1, level2, level3 or 一级, 二级, 三级, and words if wanted). A leaf without
// words, a double name or an unknown key refuses the file (kind fault.Invalid).
func Parse(name string, content []byte) (*Taxonomy, error) {
	if isTable(content) {
		return parseTable(name, content)
	}
	var t Taxonomy
	d := yaml.NewDecoder(strings.NewReader(string(content)))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil {
		return nil, fault.New(fault.Invalid, "taxonomy_bad",
			fmt.Sprintf("分类表 %s 格式有误：%v。请改正后重试。", name, err),
			fmt.Sprintf("taxonomy %s cannot be read: %v; correct it and try again", name, err)).On(name)
	}
	if t.Version == "" || len(t.Topics) == 0 {
		return nil, bad(name, "缺少 version 或 topics", "version or topics is missing")
	}
	if err := check(name, "", t.Topics, 1); err != nil {
		return nil, err
	}
	return &t, nil
}

func check(file, path string, nodes []Node, level int) error {
	seen := make(map[string]bool)
	for _, n := range nodes {
		at := path + n.Name
		switch {
		case n.Name == "" || strings.Contains(n.Name, "/"):
			return bad(file, fmt.Sprintf("“%s”下有一个类名为空或含“/”", path), fmt.Sprintf("a name under %q is empty or has a slash", path))
		case seen[n.Name]:
			return bad(file, "类名重复："+at, "double name: "+at)
		case level > 3:
			return bad(file, "最多三级："+at, "more than three levels: "+at)
		case len(n.Topics) == 0 && strings.TrimSpace(n.Words) == "":
			return bad(file, "末级类没有词："+at, "a leaf without words: "+at)
		}
		seen[n.Name] = true
		if err := check(file, at+"/", n.Topics, level+1); err != nil {
			return err
		}
	}
	return nil
}

func bad(file, zh, en string) error {
	return fault.New(fault.Invalid, "taxonomy_bad",
		fmt.Sprintf("分类表 %s 有误：%s。请改正后重试。", file, zh),
		fmt.Sprintf("taxonomy %s: %s; correct it and try again", file, en)).On(file)
}

// Words gives every word of the taxonomy: the vocabulary of the field.
func (t *Taxonomy) Words() []string {
	var out []string
	t.each(func(_ string, words []string) { out = append(out, words...) })
	return out
}

// Phrases gives the words of three characters and more, to be kept whole.
func (t *Taxonomy) Phrases() []string {
	var out []string
	for _, w := range t.Words() {
		if utf8.RuneCountInString(w) >= 3 {
			out = append(out, w)
		}
	}
	return out
}

// each visits every node that has words, with its path.
func (t *Taxonomy) each(f func(path string, words []string)) {
	var walk func(prefix string, nodes []Node)
	walk = func(prefix string, nodes []Node) {
		for _, n := range nodes {
			if words := strings.Fields(n.Words); len(words) > 0 {
				f(prefix+n.Name, words)
			}
			walk(prefix+n.Name+"/", n.Topics)
		}
	}
	walk("", t.Topics)
}
