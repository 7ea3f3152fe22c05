package questionnaires

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"minyi/internal/fault"
)

// MaxFile bounds a questionnaire file; the largest that ships is under 8 kB.
const MaxFile = 256 << 10

// Decode reads a questionnaire from YAML (of which JSON is a part) and checks
// it. An unknown key, a doubled key, a wrong type or a broken rule is a fault
// that names each place by path; all are told at once.
func Decode(text []byte) (*Questionnaire, error) {
	if len(text) > MaxFile {
		return nil, fault.New(fault.TooLarge, "questionnaire_too_large",
			"问卷文件超过 256 KB，请删减后重试。", "the questionnaire file is over 256 kB")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, wrong(problemsOf(err, nil))
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var q Questionnaire
	if err := dec.Decode(&q); err != nil {
		return nil, wrong(problemsOf(err, &root))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, wrong([]Problem{{Path: "(end)", ZH: "文件只能包含一份问卷", EN: "the file must hold one questionnaire only"}})
	}
	if found := Check(&q); len(found) > 0 {
		return nil, wrong(found)
	}
	return &q, nil
}

// Problem is one thing wrong in a questionnaire and where.
type Problem struct {
	Path string `json:"path"` // questions[2].keys
	ZH   string `json:"zh"`
	EN   string `json:"en"`
}

func wrong(found []Problem) error {
	var zh, en []string
	for _, p := range found {
		zh = append(zh, p.Path+"："+p.ZH)
		en = append(en, p.Path+": "+p.EN)
	}
	return fault.New(fault.Invalid, "questionnaire_bad",
		"问卷有误，请更正后再提交。"+strings.Join(zh, "；")+"。",
		"the questionnaire has faults: "+strings.Join(en, "; ")).On(found[0].Path)
}

var (
	lineOf  = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	unknown = regexp.MustCompile(`^field (\S+) not found in type`)
	doubled = regexp.MustCompile(`^mapping key (.+) already defined`)
	badType = regexp.MustCompile(`^cannot unmarshal \S+ (?:(.+) )?into (\S+)$`)
)

// problemsOf turns the YAML library's texts into paths and reasons.
func problemsOf(err error, root *yaml.Node) []Problem {
	texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var many *yaml.TypeError
	if errors.As(err, &many) {
		texts = many.Errors
	}
	var found []Problem
	for _, text := range texts {
		line, rest := 0, text
		if m := lineOf.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			rest = m[2]
		}
		p := reason(rest)
		p.Path = pathAt(root, line)
		found = append(found, p)
	}
	return found
}

func reason(text string) Problem {
	if m := unknown.FindStringSubmatch(text); m != nil {
		return Problem{ZH: "不认识的字段 " + m[1], EN: "unknown field " + m[1]}
	}
	if m := doubled.FindStringSubmatch(text); m != nil {
		return Problem{ZH: "字段 " + m[1] + " 重复", EN: "field " + m[1] + " is given twice"}
	}
	if m := badType.FindStringSubmatch(text); m != nil {
		return Problem{ZH: "值的类型不对，应为 " + plainType(m[2]), EN: "wrong type of value, want " + plainType(m[2])}
	}
	return Problem{ZH: "格式不正确（" + text + "）", EN: text}
}

// plainType says a Go type in words of the file.
func plainType(t string) string {
	switch {
	case t == "int" || t == "minyi.Level":
		return "a whole number"
	case t == "bool":
		return "true/false"
	case strings.HasPrefix(t, "[]"):
		return "a list"
	case strings.HasPrefix(t, "map[int]"):
		return "key: value numbers"
	case strings.HasSuffix(t, "Text"):
		return "{zh-CN: …, en: …}"
	case t == "string" || strings.HasPrefix(t, "minyi."):
		return "a text"
	}
	return "a group of fields"
}

// pathAt gives the deepest path whose key stands on line, with the line.
func pathAt(root *yaml.Node, line int) string {
	at := fmt.Sprintf("line %d", line)
	if line == 0 {
		at = "(file)"
	}
	if root == nil || len(root.Content) == 0 {
		return at
	}
	if path := search(root.Content[0], "", line); path != "" {
		return path + " (" + at + ")"
	}
	return at
}

func search(n *yaml.Node, path string, line int) string {
	best := ""
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			sub := strings.TrimPrefix(path+"."+key.Value, ".")
			if key.Line == line || value.Line == line {
				best = sub
			}
			if deeper := search(value, sub, line); deeper != "" {
				best = deeper
			}
		}
	case yaml.SequenceNode:
		for i, value := range n.Content {
			sub := fmt.Sprintf("%s[%d]", path, i)
			if value.Line == line {
				best = sub
			}
			if deeper := search(value, sub, line); deeper != "" {
				best = deeper
			}
		}
	}
	return best
}
