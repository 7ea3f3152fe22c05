package phones

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/sip"
)

// answer takes the call and presses a key for each step, once the dialogue
// stands there.
func (p *phone) answer(h *hotline, keys string) {
	p.t.Helper()
	p.until("CALL_INCOMING")
	p.do("accept", "")
	p.until("CALL_ESTABLISHED")
	for i, step := range []string{"opening", "handling", "hotline"}[:len(keys)] {
		h.at(step)
		pause(900 * time.Millisecond)
		p.press(keys[i : i+1])
	}
}

// TestMuLaw: a telephone that speaks µ-law alone hears the prompt and is
// understood, where µ-law is offered first and where it comes second.
func TestMuLaw(t *testing.T) {
	t.Parallel()
	testenv.Long(t)
	for _, laws := range [][]string{nil, {"pcmu"}} {
		p := newPhoneOf(t, phoneKind{codecs: "PCMU/8000/1"})
		h := newHotline(t, sip.Config{Server: server(p.port), Laws: laws})
		p.until("CALL_INCOMING")
		p.do("accept", "")
		p.until("CALL_ESTABLISHED")
		pause(time.Duration(len(h.opening()))*time.Second/8000 + 500*time.Millisecond)
		p.press("9")
		if try := h.over(); try.End != voice.EndOptedOut {
			t.Errorf("laws %v: %+v", laws, try)
		}
		if c := likeness(h.opening(), samplesOf(p.heard())); c < 0.98 {
			t.Errorf("laws %v: what the telephone heard correlates %.3f with the prompt", laws, c)
		}
	}
}

// TestHold: the telephone puts us on hold for longer than a dead line is
// suffered, and takes us back; the dialogue goes on.
func TestHold(t *testing.T) {
	t.Parallel()
	testenv.Long(t)
	p := newPhone(t)
	h := newHotline(t, sip.Config{Server: server(p.port)})
	p.answer(h, "1")
	h.at("handling")
	p.do("hold", "")
	pause(9 * time.Second)
	p.do("resume", "")
	pause(1500 * time.Millisecond)
	p.press("4")
	h.at("hotline")
	pause(900 * time.Millisecond)
	p.press("1")
	if try := h.over(); try.End != voice.EndCompleted || try.Pressed["handling"].Key != 4 {
		t.Errorf("%+v", try)
	}
}

// TestTLS: a call over TLS to a telephone whose certificate we trust. It hangs
// up over the connection that we opened.
func TestTLS(t *testing.T) {
	t.Parallel()
	both, trusted := certificate(t)
	p := newPhoneOf(t, phoneKind{codecs: "PCMA/8000/1", certificate: both})
	conf, err := sip.TLSFrom(trusted, "", "", "")
	if err != nil {
		t.Fatal(err)
	}
	h := newHotline(t, sip.Config{Server: server(p.port + 1), Transport: "tls", TLS: conf})
	p.answer(h, "11")
	h.at("hotline")
	p.do("hangup", "")
	if try := h.over(); try.End != voice.EndHungUp || !try.HungUp || len(try.Pressed) != 1 {
		t.Errorf("%+v", try)
	}
}

// certificate writes a self-signed one for 127.0.0.1: a file with its key, and
// one without.
func certificate(t *testing.T) (both, alone string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	both, alone = filepath.Join(dir, "both.pem"), filepath.Join(dir, "alone.pem")
	for path, content := range map[string][]byte{both: append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), text...), alone: text} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return both, alone
}
