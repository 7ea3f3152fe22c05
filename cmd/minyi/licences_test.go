package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"minyi/internal/testenv"
)

// TestNoticeNamesEveryModule lists the modules that the binary is built of.
func TestNoticeNamesEveryModule(t *testing.T) {
	notice, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".")
	modules, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range strings.Fields(string(modules)) {
		if !strings.Contains(string(notice), "  "+m+" ") {
			t.Errorf("NOTICE does not name %s", m)
		}
	}
	if strings.Contains(string(notice), "?") {
		t.Error("NOTICE does not know a licence")
	}
}

// TestEveryDirectDependencyHasItsReason looks each up in the decision records.
func TestEveryDirectDependencyHasItsReason(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var records strings.Builder
	for name, page := range pages(t) {
		if strings.HasPrefix(name, "docs/adr/") {
			records.WriteString(page)
		}
	}
	direct := regexp.MustCompile(`(?m)^\t((?:github\.com|golang\.org)/[^/ ]+/[^/ ]+|[^/ ]+/[^/ ]+)[^ ]* v[^ ]+$`).FindAllStringSubmatch(string(mod), -1)
	if len(direct) < 20 {
		t.Fatalf("only %d direct dependencies were found", len(direct))
	}
	for _, d := range direct {
		if !strings.Contains(records.String(), d[1]) {
			t.Errorf("no decision record says why %s", d[1])
		}
	}
}
