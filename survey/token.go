package survey

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/internal/secret"
)

// alphabet is base62 without the look-alikes 0 O 1 l I; links are read aloud
// and typed. 57^11 is a little over 2^64.
const (
	alphabet    = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	tokenLength = 11
)

// tokenWith derives the link token of whoever is asked, under the key that the
// campaign was made with: a reminder or a resend after a crash rebuilds the
// same link, and rotation breaks none that is out.
func tokenWith(box *secret.Box, keyID, asked string) (string, error) {
	sum, err := box.MACWith(keyID, "survey link", asked)
	if err != nil {
		return "", fault.Wrap(err, "derive a link")
	}
	return spell(sum), nil
}

// invitationID gives the invitation's id: the hash of its token. It is as
// deterministic as the token, so a second insert says "exists", and a link
// finds its invitation by id, on a sharded store without asking every shard.
func invitationID(box *secret.Box, keyID string, t minyi.TenantID, campaign minyi.CampaignID, key string) (minyi.InvitationID, error) {
	token, err := tokenWith(box, keyID, asked(t, campaign, key))
	return byToken(token), err
}

// byToken is the only trace of a token that is stored.
func byToken(token string) minyi.InvitationID { return minyi.InvitationID(tokenHash(token)) }

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

func tokenHash(token string) string { return id.Derive("token", token) }

// wellFormed tells a token from a mistyped or probing address without a look
// into the store.
func wellFormed(token string) bool {
	return len(token) == tokenLength && strings.Trim(token, alphabet) == ""
}
