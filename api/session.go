package api

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"minyi/internal/clock"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/secret"
)

const (
	cookieName = "minyi_staff"
	// A working day and a bit: a browser left open overnight asks again.
	sessionLife = 12 * time.Hour
)

// sessions turns a token into a signed cookie and back. Nothing is stored: the
// cookie names the token and its own end, and each use asks whether the token
// still stands.
type sessions struct {
	tokens *Tokens
	box    *secret.Box
	clock  clock.Clock
	trail  *Trail
	secure bool // the staff address is https
}

func (s *sessions) cookie(tok Token) *http.Cookie {
	until := s.clock.Now().Add(sessionLife)
	claim := tok.ID + "." + strconv.FormatInt(until.Unix(), 10)
	keyID, mac := s.box.MAC("staff session", claim)
	value := claim + "." + keyID + "." + base64.RawURLEncoding.EncodeToString(mac)
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", Expires: until, HttpOnly: true,
		Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

func (s *sessions) check(ctx context.Context, value string) (Token, error) {
	parts := strings.Split(value, ".")
	if len(parts) != 4 {
		return Token{}, errToken
	}
	mac, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return Token{}, errToken
	}
	want, err := s.box.MACWith(parts[2], "staff session", parts[0]+"."+parts[1])
	if err != nil || subtle.ConstantTimeCompare(mac, want) != 1 {
		return Token{}, errToken
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || s.clock.Now().Unix() > until {
		return Token{}, errToken
	}
	return s.tokens.byID(ctx, parts[0])
}

// signIn takes a token from the sign-in link or form and answers with the
// cookie. The link's token leaves the address bar by the redirect.
func (s *sessions) signIn(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	text := strings.TrimSpace(r.FormValue("token"))
	if text == "" {
		signInForm(w, http.StatusOK, "")
		return
	}
	tok, err := s.tokens.Check(r.Context(), text)
	if fault.Is(err, fault.Unauthorized) {
		signInForm(w, http.StatusUnauthorized, fault.As(err).ZH)
		return
	}
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	s.trail.note(r, staff(tok), http.StatusSeeOther)
	http.SetCookie(w, s.cookie(tok))
	http.Redirect(w, r, ownPath(r.FormValue("next")), http.StatusSeeOther)
}

// ownPath keeps a redirect on this site.
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, "\\") {
		return "/"
	}
	return u.RequestURI()
}

func (s *sessions) signOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secure})
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}

var form = template.Must(template.New("signin").Parse(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>登录 · minyi</title><link rel="icon" href="data:,"><style>
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;background:#f4f6f9;color:#1f2d3d;margin:0}
main{max-width:26em;margin:16vh auto 0;background:#fff;padding:2em;border:1px solid #dfe4ea;border-radius:6px}
h1{font-size:1.25em;margin:0 0 .2em}p{margin:.3em 0 1em;color:#566}label{display:block;font-weight:600}
input{width:100%;box-sizing:border-box;font:inherit;padding:.55em;border:1px solid #b6c0cc;border-radius:4px;margin:.3em 0 1em}
button{font:inherit;padding:.55em 1.6em;border:0;border-radius:4px;background:#1a5fb4;color:#fff;cursor:pointer}
.bad{color:#a40000}</style></head><body><main><h1>minyi 民意</h1><p>工作人员登录 · Staff sign-in</p>
{{with .}}<p class="bad" role="alert">{{.}}</p>{{end}}
<form method="post" action="/signin"><label for="t">令牌 Token</label>
<input id="t" name="token" type="password" autocomplete="current-password" required autofocus>
<button>登录 Sign in</button></form></main></body></html>`))

func signInForm(w http.ResponseWriter, status int, problem string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = form.Execute(w, problem)
}
