package minyi_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// services are the rooms of the flow. None imports another; what one needs of
// another it declares as a small interface, and cmd/minyi/program wires it.
var services = []string{"survey", "sms", "voice", "nlp", "score", "charts", "api"}

// fences name the only folders that may import a library, so that it can be
// replaced in one place.
var fences = map[string][]string{
	"github.com/yanyiwu/gojieba":    {"nlp/jieba"},
	"github.com/emiago/":            {"voice/sip"},
	"github.com/pion/":              {"voice/sip"},
	"go.mongodb.org/mongo-driver":   {"internal/docstore/mongodb", "internal/testenv"},
	"modernc.org/sqlite":            {"internal/docstore/sqlite", "internal/testenv"},
	"github.com/mattn/go-sqlite3":   {"internal/docstore/sqlite"},
	"github.com/redis/go-redis":     {"internal/stream"},
	"github.com/go-kit/":            {"internal/kit"},
	"github.com/alicebob/miniredis": {"internal/stream/embedded"},
	"github.com/FerretDB/":          {"internal/testenv"},
	"github.com/linxGnu/gosmpp":     {"sms/smpp"},
	"github.com/knadh/koanf":        {"internal/config"},
	"github.com/alecthomas/kong":    {"cmd/minyi"},
	"github.com/xuri/excelize":      {"internal/table"},
	"minyi/internal/testenv":        {}, // tests and …test packages only
}

// sourceFile is one Go file of the project.
type sourceFile struct {
	path  string // slash-separated, from the root
	dir   string
	test  bool
	lines int
	ast   *ast.File
}

func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, src, parser.ParseComments)
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(p)
		files = append(files, sourceFile{path: slash, dir: path.Dir(slash), test: strings.HasSuffix(p, "_test.go"),
			lines: bytes.Count(src, []byte("\n")), ast: parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (f sourceFile) imports() []string {
	var out []string
	for _, i := range f.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// service gives the room that dir belongs to, or "".
func service(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	if slices.Contains(services, first) {
		return first
	}
	return ""
}

func within(dir, folder string) bool { return dir == folder || strings.HasPrefix(dir, folder+"/") }

// forTests reports whether f is compiled into tests only: a _test.go file, a
// fixture package (…test), or testenv itself.
func (f sourceFile) forTests() bool {
	return f.test || strings.HasSuffix(f.dir, "test") || within(f.dir, "internal/testenv") || within(f.dir, "test")
}

func TestImportRules(t *testing.T) {
	for _, f := range sources(t) {
		for _, imp := range f.imports() {
			if why := forbidden(f, imp); why != "" {
				t.Errorf("%s imports %s: %s", f.path, imp, why)
			}
		}
	}
}

func forbidden(f sourceFile, imp string) string {
	for lib, homes := range fences {
		if !strings.HasPrefix(imp, lib) || f.forTests() {
			continue
		}
		if !slices.ContainsFunc(homes, func(h string) bool { return within(f.dir, h) }) {
			return "fenced to " + strings.Join(homes, ", ") + " (tests apart)"
		}
	}
	local, isLocal := strings.CutPrefix(imp, "minyi/")
	switch {
	case f.dir == "." && !f.test && (isLocal || strings.Contains(firstElement(imp), ".")):
		return "the root vocabulary imports the standard library only"
	case !isLocal:
		return ""
	case within(f.dir, "internal") && service(local) != "":
		return "internal/* never imports a service"
	case service(f.dir) != "" && service(local) != "" && service(local) != service(f.dir):
		return "a service never imports another service"
	case within(local, "cmd") && !within(f.dir, "cmd"):
		return "nothing imports the roof"
	}
	return ""
}

func firstElement(imp string) string { first, _, _ := strings.Cut(imp, "/"); return first }

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	comments := map[string]string{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		comments[f.dir] += f.ast.Doc.Text()
	}
	for dir, text := range comments {
		if len(text) < 80 {
			t.Errorf("package %s: its comment must say what it owns, takes in and gives out", dir)
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	const ceiling = 500
	for _, f := range sources(t) {
		if f.lines > ceiling {
			t.Errorf("%s has %d lines; %d is the ceiling", f.path, f.lines, ceiling)
		}
	}
}

func TestNoInitAndNoSleepingTests(t *testing.T) {
	for _, f := range sources(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function: parts are named in cmd/minyi/program/modules.go instead", f.path)
			}
		}
		if !f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" {
					t.Errorf("%s sleeps: wait for the condition (testenv.Eventually) or use synctest", f.path)
				}
			}
			return true
		})
	}
}

func TestTheRoofIsThin(t *testing.T) {
	for _, f := range sources(t) {
		if f.path == "cmd/minyi/main.go" && f.lines > 60 {
			t.Errorf("main.go has %d lines; 60 is the ceiling", f.lines)
		}
	}
}
