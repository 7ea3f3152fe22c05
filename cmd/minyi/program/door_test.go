package program

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/internal/config"
	"minyi/internal/testenv"
)

// whole starts the whole program on a fresh data directory.
func whole(t *testing.T) *Program {
	t.Helper()
	cfg, err := config.Load(config.Sources{Flags: map[string]string{"data": t.TempDir(), "public.listen": "127.0.0.1:0", "staff.listen": "127.0.0.1:0",
		"peers.token": "a secret that peers share", "public.per_minute": "1000000"}})
	if err != nil {
		t.Fatal(err)
	}
	a := New(cfg, slog.New(slog.DiscardHandler), "test")
	group, err := a.Start(t.Context(), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := group.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a
}

var hole = regexp.MustCompile(`\{[^}]+\}`)

// address makes a request out of a route's pattern.
func address(pattern string) *http.Request {
	method, path, _ := strings.Cut(pattern, " ")
	return httptest.NewRequest(method, hole.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x"), nil)
}

func answer(h http.Handler, r *http.Request) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// TestEveryRouteIsLocked walks all routes that the program has: without a
// token, with an invented one and with a peer's, and by the public door.
func TestEveryRouteIsLocked(t *testing.T) {
	a := whole(t)
	staff, public := a.door.StaffHandler(), a.door.PublicHandler()
	free := map[string]bool{"GET /healthz": true, "GET /readyz": true, "GET /signin": true, "POST /signin": true}
	patterns := a.door.Staff().Patterns()
	if len(patterns) < 80 {
		t.Fatalf("only %d staff routes: not all services are there", len(patterns))
	}
	for _, p := range patterns {
		if got := answer(public, address(p)); got != 404 && got != 405 {
			t.Errorf("%s by the public door: %d", p, got)
		}
		if free[p] {
			continue
		}
		if got := answer(staff, address(p)); got != 401 {
			t.Errorf("%s without a token: %d", p, got)
		}
		for token, want := range map[string]int{"minyi_first_AAAAAAAAAAAAAAAAAAAAAAAAAA": 401, "a secret that peers share": 403} {
			if strings.Contains(p, " /peer/") && want == 403 {
				continue
			}
			r := address(p)
			r.Header.Set("Authorization", "Bearer "+token)
			if got := answer(staff, r); got != want {
				t.Errorf("%s with token %.12s…: %d, want %d", p, token, got, want)
			}
		}
	}
	for _, p := range a.door.Public().Patterns() {
		if _, path, _ := strings.Cut(p, " "); !strings.HasPrefix(path, "/s/") && !strings.HasPrefix(path, "/callback/") {
			t.Errorf("%s is public", p)
		}
	}
}

// TestOpenAPIHoldsEveryRoute reads the description as a client generator does.
func TestOpenAPIHoldsEveryRoute(t *testing.T) {
	a := whole(t)
	text, err := a.door.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI    string `json:"openapi"`
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(text, &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Fatalf("%q %v", doc.OpenAPI, err)
	}
	for _, p := range append(a.door.Staff().Patterns(), a.door.Public().Patterns()...) {
		method, path, _ := strings.Cut(p, " ")
		if doc.Paths[strings.ReplaceAll(strings.TrimSuffix(path, "{$}"), "...}", "}")][strings.ToLower(method)] == nil {
			t.Errorf("%s is not described", p)
		}
	}
	for _, m := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
		if s := doc.Components.Schemas[m[1]]; len(s) == 0 || string(s) == "null" {
			t.Errorf("schema %s is named and not described", m[1])
		}
	}
	ids := map[string]string{}
	for path, item := range doc.Paths {
		for method, raw := range item {
			if method == "servers" {
				continue
			}
			checkOperation(t, method+" "+path, raw, ids)
		}
	}
}

func checkOperation(t *testing.T, at string, raw json.RawMessage, ids map[string]string) {
	t.Helper()
	var op struct {
		OperationID string `json:"operationId"`
		Parameters  []struct {
			Name, In string
			Required bool
		}
		Responses map[string]json.RawMessage
	}
	if err := json.Unmarshal(raw, &op); err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	if other, taken := ids[op.OperationID]; taken || op.OperationID == "" {
		t.Errorf("%s and %s are both called %q", at, other, op.OperationID)
	}
	ids[op.OperationID] = at
	declared := 0
	for _, p := range op.Parameters {
		if p.In == "path" && p.Required && strings.Contains(at, "{"+p.Name+"}") {
			declared++
		}
	}
	if holes := len(hole.FindAllString(at, -1)); declared != holes {
		t.Errorf("%s declares %d of %d path parameters", at, declared, holes)
	}
	if op.Responses["default"] == nil {
		t.Errorf("%s does not say how it refuses", at)
	}
}

// TestDocumentedRoutesExist asks the door for every address that the
// documentation names.
func TestDocumentedRoutesExist(t *testing.T) {
	a := whole(t)
	var routes []*regexp.Regexp
	for _, p := range append(a.door.Staff().Patterns(), a.door.Public().Patterns()...) {
		_, path, _ := strings.Cut(strings.TrimSuffix(p, "{$}"), " ")
		routes = append(routes, regexp.MustCompile("^"+hole.ReplaceAllString(path, "[^/]+")+"$"))
	}
	files, err := filepath.Glob(filepath.Join(testenv.ProjectRoot(), "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(?:(?:GET|POST|PUT|DELETE) )?(/(?:api|s|voice|export|callback|healthz|readyz|metrics|signin)(?:/[^`?… ]*)?)[`?… ]")
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			seen++
			if !slices.ContainsFunc(routes, func(r *regexp.Regexp) bool { return r.MatchString(m[1]) }) {
				t.Errorf("%s names %s, which no route answers", filepath.Base(file), m[1])
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d addresses were found", seen)
	}
}
