package methods

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"minyi/internal/fault"
)

//go:embed *.yaml
var files embed.FS

// Presets gives every shipped method, by id.
func Presets() ([]*Method, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list presets: %w", err)
	}
	var all []*Method
	for _, e := range entries {
		m, err := preset(e.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *Method) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// Preset gives a shipped method by id ("2023") or by id and version
// ("2023@2").
func Preset(name string) (*Method, error) {
	all, err := Presets()
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if name == m.ID || name == m.Name() {
			return m, nil
		}
	}
	return nil, Unknown(name, all)
}

// Unknown says that none of the known methods bears a name.
func Unknown(name string, known []*Method) error {
	var ids []string
	for _, m := range known {
		if !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	list := strings.Join(ids, ", ")
	return fault.New(fault.NotFound, "method_unknown",
		fmt.Sprintf("没有评估方法 %q，可用：%s。", name, list),
		fmt.Sprintf("there is no method %q; there are: %s", name, list)).On("method")
}

// File gives the text of a shipped method file, to copy and edit.
func File(id string) ([]byte, error) {
	b, err := files.ReadFile(id + ".yaml")
	if err != nil {
		return nil, fault.New(fault.NotFound, "method_unknown", "没有这个评估方法。", "there is no such method").On("method").With(err)
	}
	return b, nil
}

func preset(file string) (*Method, error) {
	b, err := files.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read preset %s: %w", file, err)
	}
	return Parse(file, b)
}
