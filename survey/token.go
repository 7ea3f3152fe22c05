package survey

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"minyi"
	"minyi/internal/id"
	"minyi/internal/secret"
)

// alphabet is base62 without the look-alikes 0 O 1 l I; links are read aloud
// and typed. 57^11 is a little over 2^64.
const (
	alphabet    = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	tokenLength = 11
)

// newToken derives the link token of an invitation under the current key and
// gives the key's id to keep.
func newToken(box *secret.Box, inv minyi.InvitationID) (token, keyID string) {
	keyID, sum := box.MAC("survey link", string(inv))
	return spell(sum), keyID
}

// tokenWith rebuilds the token under the key that made it, for a reminder or a
// resend after a crash; rotation breaks no link that is out.
func tokenWith(box *secret.Box, keyID string, inv minyi.InvitationID) (string, error) {
	sum, err := box.MACWith(keyID, "survey link", string(inv))
	if err != nil {
		return "", err
	}
	return spell(sum), nil
}

// spell writes the first 128 bits of sum as 11 characters. Dividing 128 bits
// keeps the bias of each character under 2^-60.
func spell(sum []byte) string {
	hi, lo := binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])
	var out [tokenLength]byte
	for i := range out {
		var rem uint64
		hi, rem = hi/uint64(len(alphabet)), hi%uint64(len(alphabet))
		lo, rem = bits.Div64(rem, lo, uint64(len(alphabet)))
		out[i] = alphabet[rem]
	}
	return string(out[:])
}

// tokenHash is what is stored of a token.
func tokenHash(token string) string { return id.Derive("token", token) }

// wellFormed tells a token from a mistyped or probing address without a look
// into the store.
func wellFormed(token string) bool {
	return len(token) == tokenLength && strings.Trim(token, alphabet) == ""
}
