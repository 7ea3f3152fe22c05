package sip

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/voice"
)

// TestChallenges: of several the first that we can answer, and a nonce that
// makes the request longer than the library sends by itself.
func TestChallenges(t *testing.T) {
	long := strings.Repeat("x", 900)
	for name, one := range map[string]struct {
		challenges []string
		want       string
	}{
		"the first is beyond us":   {[]string{`Digest realm="c", nonce="a", algorithm=AKAv1-MD5, qop="auth"`, `Digest realm="c", nonce="b", algorithm=md5, qop="auth"`}, `nonce="b"`},
		"the stronger comes first": {[]string{`Digest realm="c", nonce="a", algorithm=SHA-256, qop="auth,auth-int"`, `Digest realm="c", nonce="b", algorithm=MD5`}, `nonce="a"`},
		"a long nonce":             {[]string{`Digest realm="c", nonce="` + long + `"`}, long},
		"both nonces in the hash":  {[]string{`Digest realm="c",nonce="a",algorithm=MD5-sess`}, "algorithm=MD5-sess"},
		"the body signed too":      {[]string{`digest qop="auth-int", nonce="a", realm="c"`}, "qop=auth-int"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCarrier(t, func(c *carrier, req request) {
				switch {
				case req.method == "BYE":
					c.respond(req, "200 OK", "")
				case req.method != "INVITE":
				case req.header("Proxy-Authorization") == "":
					var more []string
					for _, one := range one.challenges {
						more = append(more, "Proxy-Authenticate: "+one)
					}
					c.respond(req, "407 Proxy Authentication Required", "", more...)
				case strings.Contains(req.header("Proxy-Authorization"), one.want):
					c.respond(req, "200 OK", c.sdp("8"))
				default:
					c.respond(req, "403 Forbidden", "")
				}
			})
			trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password = "u", "p" })
			if r := trunk.Call(t.Context(), voice.Order{To: number(t)}, brief); r.Outcome != voice.OutcomeAnswered {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestDigestBeyondUs: a carrier that asks for what we cannot answer is a fault
// of the trunk, with its reason, and is not asked again.
func TestDigestBeyondUs(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		if req.method == "INVITE" || req.method == "REGISTER" {
			c.respond(req, "401 Unauthorized", "", `WWW-Authenticate: Digest realm="c", nonce="a", algorithm=AKAv1-MD5`, `WWW-Authenticate: Basic realm="c"`, `WWW-Authenticate: Digest realm="c`)
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password, cfg.Register = "u", "p", true })
	run(t, trunk)
	testenv.Eventually(t, 10*time.Second, func() bool { return trunk.Status().Detail == "digest" }, "the trunk does not say why it is down")
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
	if r.Outcome != voice.OutcomeTrunk || r.Detail != "digest" || r.Code != 401 || c.count("INVITE") != 1 {
		t.Errorf("%+v after %d INVITEs", r, c.count("INVITE"))
	}
}

// TestRegistersForLonger: a carrier that finds the time too short says which
// it wants, and gets that.
func TestRegistersForLonger(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		switch {
		case req.method != "REGISTER":
		case req.header("Expires") == "300":
			c.respond(req, "423 Interval Too Brief", "", "Min-Expires: 1800")
		default:
			c.respond(req, "200 OK", "", "Expires: "+req.header("Expires"))
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password, cfg.Register = "minyi", "p", true })
	run(t, trunk)
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Up }, "not registered")
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := (request{text: c.requests[1]}).header("Expires"); got != "1800" {
		t.Errorf("asked for %s", got)
	}
}

// TestRegistersAgainAfterAnOutage: a carrier that was away may have forgotten
// us, and refuses the calls of whom it does not know.
func TestRegistersAgainAfterAnOutage(t *testing.T) {
	var mu sync.Mutex
	away := false
	c := newCarrier(t, func(c *carrier, req request) {
		mu.Lock()
		defer mu.Unlock()
		if !away && (req.method == "REGISTER" || req.method == "OPTIONS") {
			c.respond(req, "200 OK", "")
		}
	})
	set := func(v bool) { mu.Lock(); defer mu.Unlock(); away = v }
	trunk := trunkTo(t, c, func(cfg *Config) {
		cfg.User, cfg.Password, cfg.Register, cfg.Silent = "minyi", "p", true, 300*time.Millisecond
	})
	run(t, trunk)
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Up }, "not registered")
	set(true)
	trunk.Call(context.Background(), voice.Order{To: number(t)}, never(t))
	set(false)
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("REGISTER") >= 2 }, "not registered again")
}
