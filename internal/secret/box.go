package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"minyi/internal/fault"
)

// Box seals and opens with a ring. It is safe for concurrent use.
type Box struct {
	current string
	seals   map[string]cipher.AEAD
	macs    map[string][]byte
	index   []byte
}

// NewBox prepares the keys of ring. Each use has a key of its own, derived by
// HKDF-SHA256 (RFC 5869), so that a token never leaks about a sealed field.
func NewBox(ring Ring) (*Box, error) {
	b := &Box{current: ring.Current, seals: map[string]cipher.AEAD{}, macs: map[string][]byte{}}
	for id, encoded := range ring.Keys {
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(key) != 32 {
			return nil, badRing("a key is not base64 of 32 bytes")
		}
		if b.seals[id], err = newSeal(key); err != nil {
			return nil, err
		}
		if b.macs[id], err = hkdf.Key(sha256.New, key, nil, "minyi mac v1", 32); err != nil {
			return nil, err
		}
	}
	index, err := base64.StdEncoding.DecodeString(ring.Index)
	if err != nil || len(index) != 32 {
		return nil, badRing("\"index\" is not base64 of 32 bytes")
	}
	if b.index, err = hkdf.Key(sha256.New, index, nil, "minyi blind index v1", 32); err != nil {
		return nil, err
	}
	return b, nil
}

func newSeal(key []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "minyi field v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal encrypts plain as "k1.<base64url>". Equal texts seal differently. ""
// stays "", so that an absent field costs nothing.
func (b *Box) Seal(plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	aead, ok := b.seals[b.current]
	if !ok {
		return "", fmt.Errorf("key ring has no key %q", b.current)
	}
	sealed := aead.Seal(nil, nil, []byte(plain), []byte(b.current))
	return b.current + "." + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open reverses Seal. A text that was altered, or sealed under a key that the
// ring lacks, is a fault; the fault never quotes it.
func (b *Box) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	id, text, _ := strings.Cut(sealed, ".")
	aead, ok := b.seals[id]
	if !ok {
		return "", unopened("it was sealed under a key that the key ring does not hold")
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", unopened("it is not in sealed form")
	}
	plain, err := aead.Open(nil, nil, raw, []byte(id))
	if err != nil {
		return "", unopened("it was altered or the key is another's")
	}
	return string(plain), nil
}

func unopened(why string) error {
	return fault.New(fault.Internal, "sealed_field_unreadable",
		"加密字段无法解密，请检查密钥文件是否与数据匹配。",
		"a sealed field cannot be opened: "+why+"; check that the key ring belongs to this data")
}

// Blind gives a keyed index of plain for look-up by equality: 26 characters,
// the same for the same (domain, plain), meaningless without the ring.
func (b *Box) Blind(domain, plain string) string {
	return base64.RawURLEncoding.EncodeToString(sum(b.index, domain, plain)[:20])
}

// MAC gives a keyed hash of plain (32 bytes) under the current key, and that
// key's id to keep beside it.
func (b *Box) MAC(domain, plain string) (keyID string, mac []byte) {
	return b.current, sum(b.macs[b.current], domain, plain)
}

// MACWith recomputes MAC under the key that was current when it was made, so
// that rotation does not kill what is already out.
func (b *Box) MACWith(keyID, domain, plain string) ([]byte, error) {
	key, ok := b.macs[keyID]
	if !ok {
		return nil, fmt.Errorf("key ring has no key %q", keyID)
	}
	return sum(key, domain, plain), nil
}

func sum(key []byte, domain, plain string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(domain))
	h.Write([]byte{0})
	h.Write([]byte(plain))
	return h.Sum(nil)
}
