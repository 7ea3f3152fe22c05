package phones

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/internal/testenv"
)

const phoneNumber = "13800000123"

// phone is a baresip, told what to do over its control port. It records what
// it hears into dir.
type phone struct {
	t    testing.TB
	port int
	dir  string
	proc *process
	ctrl net.Conn
	read *bufio.Reader
}

// phoneKind is how a phone differs from the usual one.
type phoneKind struct {
	codecs      string // of its account; both laws
	certificate string // file with key and certificate: the phone takes calls over TLS, one port higher
}

func newPhone(t testing.TB) *phone {
	return newPhoneOf(t, phoneKind{codecs: "PCMA/8000/1,PCMU/8000/1"})
}

func newPhoneOf(t testing.TB, kind phoneKind) *phone {
	t.Helper()
	path := program(t, "baresip")
	for range 3 {
		if p := tryPhone(t, path, kind); p != nil {
			return p
		}
	}
	t.Fatal("baresip did not start")
	return nil
}

// tryPhone starts a phone; nil where another test was quicker to take a port
// that was free a moment ago.
func tryPhone(t testing.TB, path string, kind phoneKind) *phone {
	t.Helper()
	p := &phone{t: t, port: testenv.FreePort(t), dir: t.TempDir()}
	ctrl := testenv.FreePort(t)
	render(t, "baresip.conf", filepath.Join(p.dir, "config"), map[string]any{"SIP": p.port, "Ctrl": ctrl, "Dir": p.dir, "Certificate": kind.certificate})
	transport := ""
	if kind.certificate != "" {
		transport = ";transport=tls"
	}
	account := "<sip:" + phoneNumber + "@127.0.0.1" + transport + ">;regint=0;answermode=manual;audio_codecs=" + kind.codecs + "\n"
	if err := os.WriteFile(filepath.Join(p.dir, "accounts"), []byte(account), 0o600); err != nil {
		t.Fatal(err)
	}
	p.proc = start(t, path, "-f", p.dir)
	for deadline := time.Now().Add(30 * time.Second); !p.proc.out.has("baresip is ready"); pause(20 * time.Millisecond) {
		if time.Now().After(deadline) || p.proc.ended() {
			t.Logf("baresip did not start, tried again:\n%s", tailOf(p.proc.out.String()))
			p.proc.end()
			return nil
		}
	}
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ctrl))
	if err != nil {
		p.proc.end()
		return nil
	}
	p.ctrl, p.read = conn, bufio.NewReader(conn)
	t.Cleanup(func() { conn.Close() })
	return p
}

// do gives a command, without waiting for its answer.
func (p *phone) do(command, params string) {
	p.t.Helper()
	body, err := json.Marshal(map[string]string{"command": command, "params": params, "token": "t"})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(p.ctrl, "%d:%s,", len(body), body); err != nil {
		p.t.Fatal(err)
	}
}

// until waits for an event of the phone, such as CALL_INCOMING.
func (p *phone) until(event string) {
	p.t.Helper()
	p.ctrl.SetReadDeadline(time.Now().Add(time.Minute))
	for {
		var n int
		if _, err := fmt.Fscanf(p.read, "%d:", &n); err != nil {
			p.t.Fatalf("waiting for %s: %v\n%s", event, err, tailOf(p.proc.out.String()))
		}
		body := make([]byte, n+1) // and its comma
		for at := 0; at < len(body); {
			m, err := p.read.Read(body[at:])
			if err != nil {
				p.t.Fatalf("waiting for %s: %v\n%s", event, err, tailOf(p.proc.out.String()))
			}
			at += m
		}
		if strings.Contains(string(body), `"type":"`+event+`"`) {
			return
		}
	}
}

// press presses keys one after the other, as a finger would.
func (p *phone) press(keys string) {
	for _, k := range keys {
		p.do("sndcode", string(k))
		pause(120 * time.Millisecond)
	}
}

// pause is the time that a person takes; telephones run on real time.
func pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}

// heard gives what the phone recorded, 16-bit samples at 8 kHz.
func (p *phone) heard() []byte {
	p.t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	if err != nil || len(files) == 0 {
		p.t.Fatalf("the phone recorded nothing: %v", err)
	}
	raw, err := os.ReadFile(files[len(files)-1])
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}
