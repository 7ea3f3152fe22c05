package sip

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"regexp"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// errDigest is a challenge that we have no answer to.
var errDigest = errors.New("no digest that we can answer")

// challenge is one WWW-Authenticate or Proxy-Authenticate header; its values
// are as they came (RFC 3261 22, RFC 7616, RFC 8760).
type challenge struct {
	values  map[string]string
	hash    func() hash.Hash
	session bool   // -sess: the password's hash covers both nonces
	qop     string // auth, auth-int, or empty: as RFC 2069
}

var (
	scheme    = regexp.MustCompile(`(?i)^\s*Digest\s`)
	parameter = regexp.MustCompile(`([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))`)
	hashes    = map[string]func() hash.Hash{"": md5.New, "MD5": md5.New, "SHA-256": sha256.New, "SHA-512-256": sha512.New512_256, "SHA-512": sha512.New}
)

// readChallenge reads one challenge; ok is false of those beyond us.
func readChallenge(text string) (c challenge, ok bool) {
	c.values = map[string]string{}
	for _, found := range parameter.FindAllStringSubmatch(scheme.ReplaceAllString(text, ""), -1) {
		c.values[strings.ToLower(found[1])] = found[2] + found[3]
	}
	name, session := strings.CutSuffix(strings.ToUpper(c.values["algorithm"]), "-SESS")
	c.hash, c.session = hashes[name], session
	offered := strings.FieldsFunc(strings.ToLower(c.values["qop"]), func(r rune) bool { return r == ',' || r == ' ' })
	for _, can := range []string{"auth-int", "auth"} {
		if slices.Contains(offered, can) {
			c.qop = can
		}
	}
	return c, scheme.MatchString(text) && c.values["nonce"] != "" && c.hash != nil && (c.qop != "" || len(offered) == 0)
}

// signed is what credentials are made over.
type signed struct {
	method, uri string
	body        []byte
	use         int    // counts the answers to one nonce, from 1
	cnonce      string // ours
}

// credentials answers c.
func (c challenge) credentials(user, password string, s signed) string {
	h := func(parts ...string) string {
		sum := c.hash()
		sum.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum.Sum(nil))
	}
	realm, nonce := c.values["realm"], c.values["nonce"]
	secret, what := h(user, realm, password), []string{s.method, s.uri}
	if c.session {
		secret = h(secret, nonce, s.cnonce)
	}
	if c.qop == "auth-int" {
		what = append(what, h(string(s.body)))
	}
	proof, count := []string{secret, nonce}, fmt.Sprintf("%08x", s.use)
	if c.qop != "" {
		proof = append(proof, count, s.cnonce, c.qop)
	}
	var b strings.Builder
	hidden := strings.EqualFold(c.values["userhash"], "true")
	if hidden {
		user = h(user, realm)
	}
	fmt.Fprintf(&b, `Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`, user, realm, nonce, s.uri, h(append(proof, h(what...))...))
	if name := c.values["algorithm"]; name != "" {
		b.WriteString(", algorithm=" + name)
	}
	if c.qop != "" || c.session {
		fmt.Fprintf(&b, `, cnonce="%s"`, s.cnonce)
	}
	if c.qop != "" {
		fmt.Fprintf(&b, ", qop=%s, nc=%s", c.qop, count)
	}
	if opaque, there := c.values["opaque"]; there {
		fmt.Fprintf(&b, `, opaque="%s"`, opaque)
	}
	if hidden {
		b.WriteString(", userhash=true")
	}
	return b.String()
}

// authorized gives req once more, as a request of its own, with credentials
// for the first challenge of res that we can answer: a carrier lists them in
// its order of preference.
func (t *Trunk) authorized(req *sip.Request, res *sip.Response) (*sip.Request, error) {
	asks, answers := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		asks, answers = "Proxy-Authenticate", "Proxy-Authorization"
	}
	for _, h := range res.GetHeaders(asks) {
		c, ok := readChallenge(h.Value())
		if !ok {
			t.log.Warn("a digest that we cannot answer", "algorithm", c.values["algorithm"], "qop", c.values["qop"])
			continue
		}
		again := req.Clone()
		again.Laddr = req.Laddr
		again.CSeq().SeqNo++
		again.RemoveHeader("Via")
		again.RemoveHeader(answers)
		what := signed{method: again.Method.String(), uri: again.Recipient.String(), body: again.Body(), use: t.use(c.values["nonce"]), cnonce: rand.Text()}
		again.AppendHeader(sip.NewHeader(answers, c.credentials(t.cfg.User, t.cfg.Password, what)))
		return again, nil
	}
	return nil, errDigest
}

// mostNonces bounds what is remembered of nonces; they live for minutes.
const mostNonces = 10000

// use counts the answers to a nonce: a carrier that gives one to several
// requests wants each answer under a number of its own.
func (t *Trunk) use(nonce string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.nonces) >= mostNonces {
		clear(t.nonces)
	}
	t.nonces[nonce]++
	return t.nonces[nonce]
}

func challenges(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}
