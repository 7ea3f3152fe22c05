package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"minyi/internal/fault"
	"minyi/score/methods"
)

// methodFiles reads the operator's own method files; every fault of every file
// is told at once.
func methodFiles(dir string) ([]*methods.Method, error) {
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.Invalid, "methods_unreadable", "无法读取评估方法目录 "+dir+"。", "the folder of method files "+dir+" cannot be read").On("score.methods").With(err)
	}
	var all []*methods.Method
	var wrong []error
	for _, e := range entries {
		if !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(e.Name())) {
			continue
		}
		m, err := methodFile(filepath.Join(dir, e.Name()))
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		all = append(all, m)
	}
	return all, errors.Join(wrong...)
}

func methodFile(name string) (*methods.Method, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return methods.Parse(name, text)
}

// loadMethod gives a shipped method by its id, or a file's.
func loadMethod(name string) (*methods.Method, error) {
	_, err := os.Stat(name)
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || err == nil && strings.ContainsRune(name, filepath.Separator) {
		return methodFile(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(name, err)
	}
	return methods.Preset(name)
}

type scoreMethod struct {
	Show  scoreMethodShow  `cmd:"" help:"输出 Print a shipped method file, to copy and edit."`
	Check scoreMethodCheck `cmd:"" help:"检查 Check method files; each fault with path, line and reason."`
}

type scoreMethodShow struct {
	ID string `arg:"" help:"方法 Id of a shipped method: 2023, 2024, haochaping, sanlv."`
}

// Run prints a shipped file as it is.
func (s scoreMethodShow) Run(c *command) error {
	text, err := methods.File(s.ID)
	if err != nil {
		return err
	}
	_, err = c.out.Write(text)
	return err
}

type scoreMethodCheck struct {
	Files []string `arg:"" help:"文件 Method files (YAML)."`
}

// Run checks files and names the good ones.
func (s scoreMethodCheck) Run(c *command) error {
	var wrong []error
	for _, name := range s.Files {
		m, err := methodFile(name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		n := 0
		m.Walk(func(*methods.Node, int) { n++ })
		c.printf("%s: %s %s, %s\n", name, m.Name(), m.Title, fmt.Sprintf("%d 个指标 indicators", n))
	}
	return errors.Join(wrong...)
}
