package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/testenv"
)

type fixture struct {
	door    *Door
	outside http.Handler // one public handler, so that its limits add up
	clock   *clock.Stepping
	db      *docstore.DB
	token   string
	id      string
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	db := testenv.DB(t)
	steps := clock.NewStepping(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	tokens, err := OpenTokens(t.Context(), db, steps.Clock())
	if err != nil {
		t.Fatal(err)
	}
	text, err := tokens.First(t.Context())
	if err != nil || text == "" {
		t.Fatalf("first token %q, %v", text, err)
	}
	tok, err := tokens.Check(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDoor(Deps{Config: Config{PublicListen: "127.0.0.1:0", StaffListen: "127.0.0.1:0", StaffURL: "http://127.0.0.1", PerMinute: 60, PeerToken: "a shared secret of peers", Grace: time.Second},
		Tokens: tokens, Box: testenv.Secrets(t), Clock: steps.Clock(), Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics()})
	d.Staff().Plain("GET /{$}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := kit.PrincipalFrom(r.Context())
		_, _ = io.WriteString(w, "overview of "+string(p.Tenant))
	}))
	d.Staff().Plain("POST /peer/survey/briefs", http.HandlerFunc(alive))
	d.Public().Plain("GET /s/{token}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("token") != "good" {
			http.NotFound(w, r)
			return
		}
		alive(w, r)
	}))
	return fixture{door: d, outside: d.PublicHandler(), clock: steps, db: db, token: text, id: tok.ID}
}

func (f fixture) staff(method, path string, set func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if set != nil {
		set(r)
	}
	w := httptest.NewRecorder()
	f.door.StaffHandler().ServeHTTP(w, r)
	return w
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func TestStaffDoorNeedsAToken(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/", "/metrics", "/api/v1/tokens", "/no/such"} {
		if w := f.staff("GET", path, nil); w.Code != 401 {
			t.Errorf("%s without a token: %d", path, w.Code)
		}
		if w := f.staff("GET", path, bearer("minyi_aaaaaaaa_BBBB")); w.Code != 401 {
			t.Errorf("%s with an invented token: %d", path, w.Code)
		}
	}
	if w := f.staff("GET", "/", bearer(f.token)); w.Code != 200 || w.Body.String() != "overview of default" {
		t.Errorf("with the token: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := f.staff("GET", path, nil); w.Code != 200 {
			t.Errorf("%s must not need a token: %d", path, w.Code)
		}
	}
}

func TestTokenIsStoredHashedAndShownOnce(t *testing.T) {
	f := newFixture(t)
	again, err := f.door.deps.Tokens.First(t.Context())
	if err != nil || again != "" {
		t.Errorf("a second start shows a token again: %q %v", again, err)
	}
	secret := f.token[strings.LastIndex(f.token, "_")+1:]
	col, err := docstore.Open[map[string]any](t.Context(), f.db, "api_tokens")
	if err != nil {
		t.Fatal(err)
	}
	for doc, err := range col.Find(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range doc.Body {
			if s, _ := v.(string); strings.Contains(s, secret) {
				t.Errorf("the token is stored in clear as %s", k)
			}
		}
	}
}

func TestRevokedTokenEndsItsSessionsToo(t *testing.T) {
	f := newFixture(t)
	cookie := f.signIn(t)
	if w := f.staff("GET", "/", func(r *http.Request) { r.AddCookie(cookie) }); w.Code != 200 {
		t.Fatalf("session: %d", w.Code)
	}
	if _, err := f.door.deps.Tokens.Revoke(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	if w := f.staff("GET", "/", bearer(f.token)); w.Code != 401 {
		t.Errorf("revoked token: %d", w.Code)
	}
	if w := f.staff("GET", "/", func(r *http.Request) { r.AddCookie(cookie) }); w.Code != 401 {
		t.Errorf("session of a revoked token: %d", w.Code)
	}
}

func (f fixture) signIn(t *testing.T) *http.Cookie {
	t.Helper()
	w := f.staff("GET", "/signin?token="+url.QueryEscape(f.token)+"&next=/%3Flang=en", nil)
	if w.Code != 303 || w.Header().Get("Location") != "/?lang=en" {
		t.Fatalf("sign in: %d %s", w.Code, w.Header())
	}
	c := w.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || strings.Contains(c.Value, f.token) {
		t.Errorf("cookie %+v", c)
	}
	return c
}

func TestSessionEndsAndCannotBeForged(t *testing.T) {
	f := newFixture(t)
	cookie := f.signIn(t)
	parts := strings.Split(cookie.Value, ".")
	parts[1] = "99999999999"
	forged := &http.Cookie{Name: cookie.Name, Value: strings.Join(parts, ".")}
	if w := f.staff("GET", "/", func(r *http.Request) { r.AddCookie(forged) }); w.Code != 401 {
		t.Errorf("a longer life was forged: %d", w.Code)
	}
	f.clock.Advance(sessionLife + time.Minute)
	if w := f.staff("GET", "/", func(r *http.Request) { r.AddCookie(cookie) }); w.Code != 401 {
		t.Errorf("a session outlived its end: %d", w.Code)
	}
}

func TestBrowserIsLedToTheSignIn(t *testing.T) {
	f := newFixture(t)
	w := f.staff("GET", "/?lang=en", func(r *http.Request) { r.Header.Set("Accept", "text/html") })
	if w.Code != 303 || w.Header().Get("Location") != "/signin?next=%2F%3Flang%3Den" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = f.staff("GET", "/signin?token=minyi_x_y", nil)
	if w.Code != 401 || !strings.Contains(w.Body.String(), "minyi token new") {
		t.Errorf("wrong token: %d %s", w.Code, w.Body)
	}
}

func TestRedirectStaysOnThisSite(t *testing.T) {
	for next, want := range map[string]string{"/x?y=1": "/x?y=1", "": "/", "//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "javascript:alert(1)": "/"} {
		if got := ownPath(next); got != want {
			t.Errorf("ownPath(%q) = %q", next, got)
		}
	}
}

func TestOtherSitesCannotPostWithTheCookie(t *testing.T) {
	f := newFixture(t)
	cookie := f.signIn(t)
	w := f.staff("POST", "/api/v1/tokens/x/revoke", func(r *http.Request) {
		r.AddCookie(cookie)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
	})
	if w.Code != 403 {
		t.Errorf("cross-site post: %d", w.Code)
	}
}

func TestPeersAndStaffKeepToTheirOwn(t *testing.T) {
	f := newFixture(t)
	peer := bearer("a shared secret of peers")
	if w := f.staff("POST", "/peer/survey/briefs", peer); w.Code != 200 {
		t.Errorf("peer at its route: %d", w.Code)
	}
	if w := f.staff("GET", "/", peer); w.Code != 403 {
		t.Errorf("peer at the overview: %d", w.Code)
	}
	if w := f.staff("POST", "/peer/survey/briefs", bearer(f.token)); w.Code != 403 {
		t.Errorf("staff at a peer route: %d", w.Code)
	}
}

func (f fixture) public(path, from string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = from + ":40000"
	w := httptest.NewRecorder()
	f.outside.ServeHTTP(w, r)
	return w
}

func TestPublicDoorIsLimitedByPrefix(t *testing.T) {
	f := newFixture(t)
	until429 := func(path, from string) int {
		for n := range 200 {
			if f.public(path, from).Code == 429 {
				return n
			}
		}
		return 200
	}
	pages := until429("/s/good", "203.0.113.1")
	if pages < 10 || pages > 20 {
		t.Errorf("limit met after %d pages, want the burst of 15", pages)
	}
	if w := f.public("/s/good", "203.0.113.77"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a neighbour in the same /24: %d", w.Code)
	}
	if w := f.public("/s/good", "198.51.100.1"); w.Code != 200 {
		t.Errorf("another prefix: %d", w.Code)
	}
	if guesses := until429("/s/guess", "192.0.2.1"); guesses >= pages/2 {
		t.Errorf("guessing links is limited after %d, reading pages after %d", guesses, pages)
	}
	f.clock.Advance(time.Minute)
	if w := f.public("/s/good", "203.0.113.1"); w.Code != 200 {
		t.Errorf("after a minute: %d", w.Code)
	}
}

func TestForwardedForCountsOnlyBehindTrustedProxies(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:1"
	r.Header.Set("X-Forwarded-For", "1.1.1.1, 203.0.113.9")
	for proxies, want := range map[int]string{0: "10.0.0.0/24", 1: "203.0.113.0/24", 2: "1.1.1.0/24", 3: "10.0.0.0/24"} {
		if got := clientPrefix(r, proxies); got != netip.MustParsePrefix(want) {
			t.Errorf("%d proxies: %s, want %s", proxies, got, want)
		}
	}
}

func TestSecurityHeadersOnBothDoors(t *testing.T) {
	f := newFixture(t)
	for name, w := range map[string]*httptest.ResponseRecorder{"public": f.public("/s/good", "8.8.8.8"), "staff": f.staff("GET", "/", nil)} {
		for _, h := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy"} {
			if w.Header().Get(h) == "" {
				t.Errorf("%s: no %s", name, h)
			}
		}
	}
}

func TestPortInUseSaysWhatToDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	f := newFixture(t)
	f.door.deps.Config.StaffListen = taken.Addr().String()
	err = f.door.Listen()
	var ft *fault.Error
	if !errors.As(err, &ft) || ft.Code != "port_in_use" || !strings.Contains(ft.ZH, "staff.listen") {
		t.Errorf("err = %v", err)
	}
}

func TestDoorServesAndStops(t *testing.T) {
	f := newFixture(t)
	if err := f.door.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.door.Run(ctx) }()
	resp, err := http.Get("http://" + f.door.PublicAddr() + "/s/good")
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestNotReadyIs503(t *testing.T) {
	f := newFixture(t)
	f.door.deps.Ready = func(context.Context) error {
		return fault.New(fault.Unavailable, "store_down", "存储不可用。", "the store is down")
	}
	if w := f.staff("GET", "/readyz", nil); w.Code != 503 || !strings.Contains(w.Body.String(), "store_down") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
