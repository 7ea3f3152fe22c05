package kit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

type greetRequest struct {
	minyi.Slice
	ID    minyi.CampaignID `path:"id" json:"-"`
	Limit int              `query:"limit" json:"-"`
	Note  string           `json:"note"`
}

func (g greetRequest) Validate() error {
	if g.Limit < 0 {
		return fault.New(fault.Invalid, "limit_negative", "不能为负。", "must not be negative").On("limit")
	}
	return nil
}

type greetReply struct {
	Tenant minyi.TenantID `json:"tenant"`
	ID     string         `json:"id"`
	Limit  int            `json:"limit"`
	Unit   minyi.UnitID   `json:"unit"`
	Note   string         `json:"note"`
}

func greet(_ context.Context, r greetRequest) (greetReply, error) {
	switch r.ID {
	case "missing":
		return greetReply{}, fmt.Errorf("look up: %w", fault.New(fault.NotFound, "no_campaign", "没有这个任务。", "no such campaign").On("id").With(errors.New("secret cause")))
	case "panics":
		panic("secret 13800000123")
	case "hangs":
		return greetReply{}, context.Canceled
	}
	return greetReply{Tenant: r.Tenant, ID: string(r.ID), Limit: r.Limit, Unit: r.Unit, Note: r.Note}, nil
}

const pattern = "POST /api/v1/greet/{id}"

func router(log io.Writer) *kit.Router {
	r := kit.NewRouter(kit.Config{Name: "staff", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), MaxBody: 1000})
	kit.Handle(r, pattern, greet)
	return r
}

func post(t *testing.T, h http.Handler, path, body string) (int, map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(body)))
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("answer is not JSON: %s", w.Body)
	}
	return w.Code, out
}

func TestHandleBindsAndAnswers(t *testing.T) {
	h := router(io.Discard).Handler()
	code, out := post(t, h, "/api/v1/greet/c1?limit=3&unit=u1", `{"note":"好"}`)
	if code != 200 || out["id"] != "c1" || out["limit"] != 3.0 || out["unit"] != "u1" || out["note"] != "好" {
		t.Errorf("%d %v", code, out)
	}
}

func TestBadRequestsNameTheFieldAndHideTheCause(t *testing.T) {
	var log bytes.Buffer
	h := router(&log).Handler()
	for _, c := range []struct {
		name, path, body string
		code             int
		want             string
	}{
		{"unknown field", "/api/v1/greet/c1", `{"nope":1}`, 422, "nope"},
		{"wrong type", "/api/v1/greet/c1", `{"note":7}`, 422, "note"},
		{"slice's day", "/api/v1/greet/c1?from=2026-13-01", `{}`, 422, "field:from"},
		{"slice's days reversed", "/api/v1/greet/c1?from=2026-11-30&to=2026-11-01", `{}`, 422, "days_reversed"},
		{"list for a struct, in words", "/api/v1/greet/c1", `[1]`, 422, "must be an object"},
		{"not json", "/api/v1/greet/c1", `{"note":`, 422, "body"},
		{"two values", "/api/v1/greet/c1", `{} {}`, 422, "body"},
		{"query not a number", "/api/v1/greet/c1?limit=x", `{}`, 422, "limit"},
		{"validate", "/api/v1/greet/c1?limit=-1", `{}`, 422, "limit_negative"},
		{"too large", "/api/v1/greet/c1", `{"note":"` + strings.Repeat("x", 2000) + `"}`, 413, "body_too_large"},
		{"not found", "/api/v1/greet/missing", `{}`, 404, "no_campaign"},
		{"panic", "/api/v1/greet/panics", `{}`, 500, "internal"},
		{"no route", "/nowhere", ``, 404, "no_such_address"},
		{"cancelled", "/api/v1/greet/hangs", `{}`, 503, "unavailable"},
	} {
		code, out := post(t, h, c.path, c.body)
		text := fmt.Sprint(out)
		if code != c.code || !strings.Contains(text, c.want) || out["detail"] == "" {
			t.Errorf("%s: %d %v, want %d with %q", c.name, code, out, c.code, c.want)
		}
		if strings.Contains(text, "secret") {
			t.Errorf("%s: the cause reaches the caller: %v", c.name, out)
		}
	}
	if strings.Contains(log.String(), "13800000123") {
		t.Error("a panic's value reached the log")
	}
}

func TestWrongMethodIsOurOwn405(t *testing.T) {
	h := router(io.Discard).Handler()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("DELETE", "/api/v1/greet/c1", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" || !strings.Contains(w.Body.String(), "method_not_allowed") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestStaffCannotActForAnotherTenant(t *testing.T) {
	h := router(io.Discard).Handler()
	as := func(p kit.Principal) string {
		req := httptest.NewRequest("POST", "/api/v1/greet/c1", strings.NewReader(`{"tenant":"other"}`))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req.WithContext(kit.WithPrincipal(req.Context(), p)))
		var out greetReply
		_ = json.Unmarshal(w.Body.Bytes(), &out)
		return string(out.Tenant)
	}
	if got := as(kit.Principal{Tenant: "mine"}); got != "mine" {
		t.Errorf("staff acted for %q", got)
	}
	if got := as(kit.Principal{Peer: true}); got != "other" {
		t.Errorf("a peer acted for %q", got)
	}
}

func TestCallIsTheMethodAtADistance(t *testing.T) {
	h := router(io.Discard).Handler()
	server := httptest.NewServer(h)
	defer server.Close()
	for name, rt := range map[string]http.RoundTripper{"socket": nil, "direct": kit.Direct(h)} {
		c, err := kit.NewClient(server.URL, "t", rt)
		if err != nil {
			t.Fatal(err)
		}
		call := kit.Call[greetRequest, greetReply](c, pattern)
		got, err := call(context.Background(), greetRequest{Slice: minyi.Slice{Unit: "水务"}, ID: "a/b", Limit: 2, Note: "x"})
		if err != nil || got.ID != "a/b" || got.Limit != 2 || got.Unit != "水务" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		_, err = call(context.Background(), greetRequest{ID: "missing"})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.NotFound || f.Code != "no_campaign" || f.Field != "id" {
			t.Errorf("%s: fault did not cross: %v", name, err)
		}
	}
}

func TestUnreachablePeerIsUnavailable(t *testing.T) {
	c, _ := kit.NewClient("http://127.0.0.1:1", "", nil)
	_, err := kit.Call[greetRequest, greetReply](c, pattern)(context.Background(), greetRequest{ID: "x"})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("err = %v", err)
	}
}

func TestBadRoutesStopTheStart(t *testing.T) {
	type noWildcard struct{}
	type notSettable struct {
		At time.Month `path:"id"` // an int kind is fine
		Xs []string   `query:"x"`
	}
	for name, add := range map[string]func(*kit.Router){
		"wildcard without field": func(r *kit.Router) {
			kit.Handle(r, "GET /x/{id}", func(context.Context, noWildcard) (minyi.Done, error) { return minyi.Done{}, nil })
		},
		"slice from query": func(r *kit.Router) {
			kit.Handle(r, "GET /x/{id}", func(context.Context, notSettable) (minyi.Done, error) { return minyi.Done{}, nil })
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			add(kit.NewRouter(kit.Config{}))
		}()
	}
}

func ExampleHandle() {
	type req struct {
		Name string `path:"name" json:"-"`
	}
	type resp struct {
		Hello string `json:"hello"`
	}
	r := kit.NewRouter(kit.Config{Name: "staff"})
	kit.Handle(r, "GET /hello/{name}", func(_ context.Context, q req) (resp, error) { return resp{q.Name}, nil })
	c, _ := kit.NewClient("http://here", "", kit.Direct(r.Handler()))
	got, err := kit.Call[req, resp](c, "GET /hello/{name}")(context.Background(), req{"民意"})
	fmt.Println(got.Hello, err)
	// Output: 民意 <nil>
}
