package config

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"minyi/internal/fault"
)

// TestEveryProblemHasItsChinese reads this package's own source for what it
// can complain of.
func TestEveryProblemHasItsChinese(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "fail" && sel.Sel.Name != "New" {
				return true
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				wording, _ := strconv.Unquote(lit.Value)
				found++
				if _, ok := chinese[wording]; !ok && wording != "." {
					t.Errorf("%s: %q has no Chinese wording in chinese.go", name, wording)
				}
			}
			return true
		})
	}
	if found < 20 {
		t.Errorf("only %d wordings found: the test reads the source wrongly", found)
	}
}

// TestProblemsAreToldInChinese loads settings that are wrong in many ways.
func TestProblemsAreToldInChinese(t *testing.T) {
	file := write(t, "public:\n  listne: y\nsms:\n  rate: many\n  gateway: pigeon\nstop: {grace: 10}\n")
	_, err := Load(Sources{File: file, Env: []string{"MINYI_SURVY_X=1"}, Flags: map[string]string{"data": "", "staff.listen": "x"}})
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	lines := strings.Split(f.ZH, "\n")
	if len(lines) < 8 {
		t.Errorf("only %d lines:\n%s", len(lines), f.ZH)
	}
	for _, line := range lines {
		if !strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || strings.Contains(line, "must") {
			t.Errorf("not Chinese: %s", line)
		}
	}
}

// TestWrongEncodingOfTheFileIsSaid gives a file saved as GBK.
func TestWrongEncodingOfTheFileIsSaid(t *testing.T) {
	file := write(t, "hotline: {name: \"\xca\xbe\xc0\xfd\xca\xd0\"}\n")
	_, err := Load(Sources{File: file})
	if err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("%v", err)
	}
}
