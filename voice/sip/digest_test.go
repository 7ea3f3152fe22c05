package sip

import (
	"strings"
	"testing"
)

// TestCredentials holds our answers to those of the RFCs and of curl 7.88, and
// to RFC 2617's formula where neither has one.
func TestCredentials(t *testing.T) {
	cases := []struct {
		challenge, user, password, method, uri, body, cnonce, want string
	}{
		{`Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`, // RFC 2617 3.5
			"Mufasa", "Circle Of Life", "GET", "/dir/index.html", "", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="F"`, // RFC 7616 3.9.1
			"Mufasa", "Circle of Life", "GET", "/dir/index.html", "", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{`Digest realm="r", nonce="n1", algorithm=MD5-sess, qop="auth"`, "u", "p", "POST", "/0-x", "", "MmQ5ZTViNzY0MGM4OGFhYTY5ZTJkNGIwMzhmMTQzMDA=", "3f38b3d428d9b597fc70939ab9d6dbb7"},
		{`Digest realm="r", nonce="n2", algorithm=MD5, qop="auth-int"`, "u", "p", "POST", "/1-x", "", "NDFlOGIxNWJkYzM0ZDJkNjIyYjM4NzllN2JjNmVjMjA=", "e44d2600ed433449978dd748be379923"},
		{`Digest realm="r", nonce="n3", algorithm=SHA-256-sess, qop="auth"`, "u", "p", "POST", "/2-x", "", "MDU2OWE1NTU1M2ZkYzA5MzY5YTQyYzNlZGQ2YWI2Njc=", "1540e4f28f33ea2c827aff8755b0882db38d71550fc17f183edeb606c519a108"},
		{`Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="H", charset=UTF-8, userhash=true`, // RFC 7616 3.9.2, erratum 4897
			"Jäsøn Doe", "Secret, or not?", "GET", "/doe.json", "", "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"},
		{`Digest realm="r", nonce="n"`, "u", "p", "INVITE", "/4", "v=0", "", "53190ee62c4874b1c7d49e0961f8bf7a"},
		{`Digest realm="r", nonce="n", algorithm=md5, qop="auth-int"`, "u", "p", "INVITE", "/5", "v=0", "c", "78a4e2084ee1c50c54da927b520c7c50"},
	}
	for _, one := range cases {
		c, ok := readChallenge(one.challenge)
		if !ok {
			t.Errorf("no answer to %s", one.challenge)
			continue
		}
		if got := c.credentials(one.user, one.password, signed{one.method, one.uri, []byte(one.body), 1, one.cnonce}); !strings.Contains(got, `response="`+one.want+`"`) {
			t.Errorf("%s\nis answered %s\nwant %s", one.challenge, got, one.want)
		}
	}
}
