package api

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// open are the staff listener's paths that need no token: whether the process
// lives, and the way in.
var open = map[string]bool{"/healthz": true, "/readyz": true, "/signin": true}

// gate lets in who shows a staff token, a session of one, or the peers' shared
// secret, and says in the context who it is.
type gate struct {
	sessions  *sessions
	tokens    *Tokens
	peerToken string
	local     string
	trail     *Trail
	next      http.Handler
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if open[r.URL.Path] {
		g.next.ServeHTTP(w, r)
		return
	}
	p, err := g.principal(r)
	if fault.Is(err, fault.Unauthorized) && wantsPage(r) {
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if err == nil {
		err = allowed(p, r)
	}
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		kit.WriteError(w, r, err)
		return
	}
	g.trail.serve(w, r, p, g.next)
}

func wantsPage(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (g *gate) principal(r *http.Request) (kit.Principal, error) {
	if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if g.peerToken != "" && same(text, g.peerToken) {
			return kit.Principal{ID: "peer", Name: "peer", Peer: true}, nil
		}
		if same(text, g.local) {
			return kit.Principal{ID: "local", Name: "command line", Tenant: minyi.DefaultTenant}, nil
		}
		tok, err := g.tokens.Check(r.Context(), text)
		return staff(tok), err
	}
	if c, err := r.Cookie(cookieName); err == nil {
		tok, err := g.sessions.check(r.Context(), c.Value)
		return staff(tok), err
	}
	return kit.Principal{}, errToken
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func staff(t Token) kit.Principal { return kit.Principal{ID: t.ID, Name: t.Name, Tenant: t.Tenant} }

// allowed keeps the two kinds of caller apart: peers speak to /peer/ only, and
// nobody else does.
func allowed(p kit.Principal, r *http.Request) error {
	if p.Peer == strings.HasPrefix(r.URL.Path, "/peer/") {
		return nil
	}
	return fault.New(fault.Forbidden, "not_for_you", "此令牌不能访问该地址。", "this token may not call this address")
}
