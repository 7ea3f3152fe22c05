package methods

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"minyi/internal/fault"
)

// ReadFile reads one method file.
func ReadFile(name string) (*Method, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable",
			"无法读取文件 "+name+"，请检查路径与权限。", "the file "+name+" cannot be read; check its path and permissions").With(err)
	}
	return Parse(name, text)
}

// ReadFolder reads every method file (.yaml, .yml) of a folder; each fault of
// each file is told. An empty name is a folder without any.
func ReadFolder(dir string) ([]*Method, error) {
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.Invalid, "methods_unreadable", "无法读取评估方法目录 "+dir+"。", "the folder of method files "+dir+" cannot be read").On("score.methods").With(err)
	}
	var all []*Method
	var wrong []error
	for _, e := range entries {
		if !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(e.Name())) {
			continue
		}
		m, err := ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		all = append(all, m)
	}
	return all, errors.Join(wrong...)
}
