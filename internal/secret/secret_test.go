package secret

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func box(t *testing.T, r Ring) *Box {
	t.Helper()
	b, err := NewBox(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSealOpens(t *testing.T) {
	b := box(t, NewRing())
	for _, plain := range []string{"13800000123", "路灯不亮", strings.Repeat("长", 500)} {
		s, err := b.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(s, plain) {
			t.Fatalf("sealed text shows the plain one")
		}
		again, _ := b.Seal(plain)
		if s == again {
			t.Error("two seals of one text are equal: equality leaks")
		}
		if got, err := b.Open(s); err != nil || got != plain {
			t.Errorf("Open = %q, %v", got, err)
		}
	}
}

func TestOpenRefusesAlteredAndForeign(t *testing.T) {
	b := box(t, NewRing())
	s, _ := b.Seal("张三")
	flipped := []byte(s)
	flipped[len(flipped)-2] ^= 1
	other, _ := box(t, NewRing()).Seal("张三")
	for name, bad := range map[string]string{"altered": string(flipped), "foreign key": other, "plain": "张三", "no such id": "k9." + s[3:]} {
		if got, err := b.Open(bad); err == nil {
			t.Errorf("%s: opened as %q", name, got)
		} else if strings.Contains(err.Error(), "张三") {
			t.Errorf("%s: the error quotes the text", name)
		}
	}
}

func TestRotationKeepsOldSealsTokensAndIndexes(t *testing.T) {
	ring := NewRing()
	before := box(t, ring)
	sealed, _ := before.Seal("住址")
	keyID, mac := before.MAC("token", "inv1")
	after := box(t, ring.Rotate())
	if got, err := after.Open(sealed); err != nil || got != "住址" {
		t.Errorf("old seal: %q, %v", got, err)
	}
	if again, err := after.MACWith(keyID, "token", "inv1"); err != nil || string(again) != string(mac) {
		t.Errorf("old token changed: %v", err)
	}
	if before.Blind("mobile", "1") != after.Blind("mobile", "1") {
		t.Error("blind index changed with rotation")
	}
	if newID, _ := after.MAC("token", "inv1"); newID == keyID {
		t.Error("rotation left the current key")
	}
}

func TestBlindSeparatesDomains(t *testing.T) {
	b := box(t, NewRing())
	if b.Blind("mobile", "x") == b.Blind("name", "x") {
		t.Error("domains share an index")
	}
	if b.Blind("mobile", "x") != b.Blind("mobile", "x") {
		t.Error("the index is not stable")
	}
}

func TestLoadOrCreateIsOneRingForAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	var wg sync.WaitGroup
	var mu sync.Mutex
	current := map[string]bool{}
	for range 8 {
		wg.Go(func() {
			r, err := LoadOrCreate(path)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			current[r.Keys[r.Current]] = true
			mu.Unlock()
		})
	}
	wg.Wait()
	r, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(current) != 1 || !current[r.Keys[r.Current]] {
		t.Errorf("%d rings were handed out, want the stored one only", len(current))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestParseRingSaysWhatIsWrong(t *testing.T) {
	for name, text := range map[string]string{
		"not json":   "{",
		"no current": `{"current":"k2","keys":{"k1":"` + randomKey() + `"},"index":"` + randomKey() + `"}`,
		"short key":  `{"current":"k1","keys":{"k1":"AAAA"},"index":"` + randomKey() + `"}`,
		"no index":   `{"current":"k1","keys":{"k1":"` + randomKey() + `"}}`,
	} {
		if _, err := ParseRing([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
