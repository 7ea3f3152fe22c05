// Package id makes identifiers: derived ones, which make a retry harmless
// because the same facts give the same id, and random ones.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

var enc = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Derive gives a 26-character id that depends on every part and on their
// boundaries, so Derive("ab","c") differs from Derive("a","bc"). It is a
// SHA-256 cut to 128 bits: not reversible by itself, but not secret either;
// facts that must stay hidden go through secret.Blind first.
func Derive(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		n := len(p)
		h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(p))
	}
	return enc.EncodeToString(h.Sum(nil)[:16])
}

// New gives a random 26-character id with a readable prefix: New("cmp") is
// cmp_3m….
func New(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	s := enc.EncodeToString(b[:])
	if prefix == "" {
		return s
	}
	return strings.Join([]string{prefix, s}, "_")
}
