package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"minyi/cmd/minyi/program"
	"minyi/internal/config"
	"minyi/internal/testenv"
)

// pages are what a newcomer reads, by name from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	root := testenv.ProjectRoot()
	all := map[string]string{}
	for _, glob := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(glob)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.ToSlash(name)] = string(text)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d pages", len(all))
	}
	return all
}

var (
	fenced   = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$")
	indented = regexp.MustCompile(`(?m)^ {4}(.+)$`)
	inline   = regexp.MustCompile("`([^`\n]+)`")
)

// code gives the lines of a page's code: its blocks', and what stands in
// backquotes.
func code(page string) (lines []string) {
	for _, m := range fenced.FindAllStringSubmatch(page, -1) {
		lines = append(lines, strings.Split(m[1], "\n")...)
	}
	page = fenced.ReplaceAllString(page, "")
	for _, pattern := range []*regexp.Regexp{indented, inline} {
		for _, m := range pattern.FindAllStringSubmatch(page, -1) {
			lines = append(lines, m[1])
		}
	}
	return lines
}

var (
	called = regexp.MustCompile(`(?:^|/)minyi ((?:[a-z]|-)[^#|>;]*)`)
	word   = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)
)

// TestDocumentedCommandsParse reads every command line in the documentation as
// the program would. An argument may be left out where a command is only named.
func TestDocumentedCommandsParse(t *testing.T) {
	seen := 0
	for name, page := range pages(t) {
		for _, line := range code(page) {
			m := called.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			var args []string
			for _, arg := range word.FindAllString(strings.TrimSuffix(m[1], "\\"), -1) {
				if arg = strings.Trim(arg, `'"`); arg == "…" {
					break
				}
				args = append(args, arg)
			}
			seen++
			if err := parses(args); err != nil {
				t.Errorf("%s: minyi %s: %v", name, m[1], err)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d command lines were found", seen)
	}
}

// leftOut are the complaints about what a line that only names a command has
// not.
var leftOut = regexp.MustCompile(`^expected |^missing flags: |: expected string value but got "EOL"`)

func parses(args []string) error {
	parser, err := kong.New(&cli{}, kong.Name("minyi"))
	if err != nil {
		return err
	}
	_, err = parser.Parse(doubled(args, parser.Model))
	if err != nil && leftOut.MatchString(err.Error()) {
		return nil
	}
	return err
}

// TestDocumentedSettingsExist looks up every setting that the documentation
// names, as a key or as a variable.
func TestDocumentedSettingsExist(t *testing.T) {
	keys, vars, groups := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, k := range config.Keys() {
		keys[k.Name], vars[k.Env] = true, true
		for group, rest, more := strings.Cut(k.Name, "."); more; group, rest, more = cutOn(group, rest) {
			groups[group], keys[group] = true, true
		}
		if k.Secret {
			vars[k.Env+"_FILE"] = true
		}
	}
	for _, own := range []string{"MINYI_CONFIG", "MINYI_SERVER", "MINYI_TOKEN"} {
		vars[own] = true
	}
	key := regexp.MustCompile(`^([a-z]+)\.[a-z0-9_.]+$`)
	variable := regexp.MustCompile(`\bMINYI_[A-Z0-9_]+`)
	ofTests := regexp.MustCompile(`^MINYI_(TEST_|BENCH_|EVALUATE$)`)
	ends := regexp.MustCompile(`\.(md|go|yaml|yml|csv|json|xlsx|html|txt|db)$`)
	for name, page := range pages(t) {
		for _, m := range inline.FindAllStringSubmatch(page, -1) {
			if part := key.FindStringSubmatch(m[1]); part != nil && groups[part[1]] && !keys[m[1]] && !ends.MatchString(m[1]) && !stream(m[1]) {
				t.Errorf("%s names the setting %s, which there is not", name, m[1])
			}
		}
		for _, v := range variable.FindAllString(page, -1) {
			if !vars[v] && !strings.HasSuffix(v, "_") && !ofTests.MatchString(v) {
				t.Errorf("%s names the variable %s, which there is not", name, v)
			}
		}
	}
}

// cutOn goes one level down a key.
func cutOn(group, rest string) (string, string, bool) {
	next, rest, more := strings.Cut(rest, ".")
	return group + "." + next, rest, more
}

// stream tells an event's name from a setting's.
func stream(name string) bool { return slices.Contains([]string{"call.due"}, name) }

// TestDocumentedPathsExist follows the links of the documentation and the paths
// that it names.
func TestDocumentedPathsExist(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	path := regexp.MustCompile("`((?:api|charts|cmd|docs|internal|k8s|nlp|score|sms|survey|test|voice)/[A-Za-z0-9_./-]+)`")
	root := testenv.ProjectRoot()
	for name, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
		}
		for _, m := range path.FindAllStringSubmatch(page, -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(strings.TrimSuffix(m[1], "/...")))); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
}

// TestDocumentedTargetsExist looks up what -target is given.
func TestDocumentedTargetsExist(t *testing.T) {
	known := map[string]bool{}
	for _, p := range program.New(config.Config{}, nil, version).Parts() {
		known[p.Name] = p.Target
	}
	target := regexp.MustCompile(`-target[= ]([a-z,]+)`)
	for name, page := range pages(t) {
		for _, m := range target.FindAllStringSubmatch(page, -1) {
			for one := range strings.SplitSeq(m[1], ",") {
				if !known[one] {
					t.Errorf("%s names the target %s, which there is not", name, one)
				}
			}
		}
	}
}
