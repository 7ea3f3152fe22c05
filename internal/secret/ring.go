package secret

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"minyi/internal/fault"
)

// Ring is a set of 32-byte keys by id. New data is sealed under Current; old
// data opens under the key whose id it carries. Index never rotates: blind
// indexes made with it must stay comparable for the life of the data.
type Ring struct {
	Current string            `json:"current"`
	Keys    map[string]string `json:"keys"`  // id → base64 of 32 bytes
	Index   string            `json:"index"` // base64 of 32 bytes
}

// NewRing makes a ring with one random key.
func NewRing() Ring {
	return Ring{Current: "k1", Keys: map[string]string{"k1": randomKey()}, Index: randomKey()}
}

// Rotate gives a copy of r whose current key is new; the old ones still open.
func (r Ring) Rotate() Ring {
	next := Ring{Index: r.Index, Keys: map[string]string{}}
	for id, k := range r.Keys {
		next.Keys[id] = k
	}
	for n := len(r.Keys) + 1; ; n++ {
		id := fmt.Sprintf("k%d", n)
		if _, taken := next.Keys[id]; taken {
			continue
		}
		next.Current, next.Keys[id] = id, randomKey()
		return next
	}
}

func randomKey() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return base64.StdEncoding.EncodeToString(b[:])
}

// ParseRing reads a ring from its JSON.
func ParseRing(data []byte) (Ring, error) {
	var r Ring
	if err := json.Unmarshal(data, &r); err != nil {
		// The cause may quote key material, so it is not kept.
		return Ring{}, badRing("not JSON of the form {\"current\":…,\"keys\":{…},\"index\":…}")
	}
	if _, ok := r.Keys[r.Current]; !ok {
		return Ring{}, badRing("\"current\" names no key")
	}
	for id, k := range r.Keys {
		if !keyID.MatchString(id) || !is32Bytes(k) {
			return Ring{}, badRing("key " + fmt.Sprintf("%.8q", id) + " is not base64 of 32 bytes, or its id is not a-z0-9")
		}
	}
	if !is32Bytes(r.Index) {
		return Ring{}, badRing("\"index\" is not base64 of 32 bytes")
	}
	return r, nil
}

var keyID = regexp.MustCompile(`^[a-z0-9]{1,8}$`)

func is32Bytes(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(b) == 32
}

func badRing(why string) error {
	return fault.New(fault.Invalid, "key_ring_bad",
		"密钥文件无法使用，请从备份恢复原文件（不要新建，否则已加密的数据无法读取）。",
		"the key ring cannot be used: "+why+"; restore the original file from backup (a new ring cannot open existing data)")
}

// LoadOrCreate reads the ring file at path, or, when there is none, makes one
// (mode 0600) with fsync before it is used.
func LoadOrCreate(path string) (Ring, error) {
	data, err := os.ReadFile(path)
	if err == nil {
		return ParseRing(data)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Ring{}, fault.New(fault.Unavailable, "key_ring_unreadable",
			"无法读取密钥文件，请检查数据目录的权限。",
			"the key ring file cannot be read; check the data directory's permissions").With(err)
	}
	ring := NewRing()
	if err := write(path, ring); errors.Is(err, fs.ErrExist) {
		return LoadOrCreate(path) // another process was first; its ring is the ring
	} else if err != nil {
		return Ring{}, err
	}
	return ring, nil
}

func write(path string, ring Ring) error {
	data, err := json.MarshalIndent(ring, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return fault.Wrap(err, "create key ring")
	}
	defer os.Remove(tmp.Name()) // gone already after the rename
	_, werr := tmp.Write(append(data, '\n'))
	if err := errors.Join(werr, tmp.Chmod(0o600), tmp.Sync(), tmp.Close()); err != nil {
		return fault.Wrap(err, "write key ring")
	}
	// Link, not rename: two processes that start together must end up with
	// one ring, and the loser must not replace the winner's.
	if err := os.Link(tmp.Name(), path); err != nil {
		return fault.Wrap(err, "publish key ring")
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
