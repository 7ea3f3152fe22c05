package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"minyi/score/methods"
)

// loadMethod gives a shipped method by its id, or a file's.
func loadMethod(name string) (*methods.Method, error) {
	_, err := os.Stat(name)
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || err == nil && strings.ContainsRune(name, filepath.Separator) {
		return methods.ReadFile(name)
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
		m, err := methods.ReadFile(name)
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
