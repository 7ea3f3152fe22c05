package sip

import (
	"regexp"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// hashes that we can answer a challenge with; without a name it is MD5.
var hashes = []string{"", "MD5", "SHA-256", "SHA-512-256", "SHA-512"}

var algorithm = regexp.MustCompile(`(?i)[\s,]algorithm\s*=\s*"?([^",\s]*)`)

// chooseChallenge leaves of several challenges the first that we can answer: a
// carrier lists them in its order of preference, and the library looks at the
// first alone.
func chooseChallenge(res *sip.Response) {
	for _, name := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		all := res.GetHeaders(name)
		at := slices.IndexFunc(all, func(h sip.Header) bool { return answerable(h.Value()) })
		if at <= 0 {
			continue
		}
		for _, h := range all {
			res.RemoveHeader(h.Name())
		}
		res.AppendHeader(all[at])
	}
}

func answerable(challenge string) bool {
	found := algorithm.FindStringSubmatch(challenge)
	return found == nil || slices.Contains(hashes, strings.ToUpper(found[1]))
}
