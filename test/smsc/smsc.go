// Package smsc starts the test SMSC (a Node program on the npm package smpp,
// so that our SMPP code never grades itself) and gives orders to it.
//
// It takes in a testing.TB and gives out a running SMSC on loopback that ends
// with the test. Where node or its packages cannot be had the test is skipped
// loudly, and fails in CI.
package smsc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"minyi/internal/testenv"
)

// SMSC is a running test SMSC.
type SMSC struct {
	t    testing.TB
	cmd  *exec.Cmd
	in   io.Closer
	Addr string // of its SMPP port
	http string
}

// Stats are its counts.
type Stats struct {
	Submits     int `json:"submits"` // submits taken
	Answered    int `json:"answered"`
	Throttled   int `json:"throttled"`
	Binds       int `json:"binds"`
	Bound       int `json:"bound"`
	Widest      int `json:"widest"` // most submits unanswered on one session
	Acked       int `json:"acked"`  // receipts and replies that were answered
	RefusedAcks int `json:"refusedAcks"`
	Outbox      int `json:"outbox"` // receipts and replies not answered yet
	Numbers     int `json:"numbers"`
}

// Message is one message as it arrived at a number.
type Message struct {
	Number   string `json:"number"`
	From     string `json:"from"` // our number, with its extension
	Text     string `json:"text"`
	Segments int    `json:"segments"` // that came
	Total    int    `json:"total"`    // that were announced
	Counts   []int  `json:"counts"`   // how often each came
	Ref      int    `json:"ref"`
}

// Reply is a message from a telephone, in one piece or in segments.
type Reply struct {
	From     string   `json:"from"`
	To       string   `json:"to,omitempty"`
	Text     string   `json:"text,omitempty"`
	Segments []string `json:"segments,omitempty"`
	Reversed bool     `json:"reversed,omitempty"` // segments in wrong order
}

var dir = sync.OnceValue(func() string { return filepath.Join(testenv.ProjectRoot(), "test", "smsc") })

// install makes sure that the npm packages of the lock file are there. Tests
// of several packages may come at once, hence the lock across processes.
var install = sync.OnceValue(func() error {
	if _, err := os.Stat(filepath.Join(dir(), "node_modules", "smpp")); err == nil {
		return nil
	}
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), "minyi-smsc.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir(), "node_modules", "smpp")); err == nil {
		return nil
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	cmd.Dir = dir()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, out)
	}
	return nil
})

// Start runs a fresh SMSC.
func Start(t testing.TB) *SMSC {
	t.Helper()
	return StartOn(t, 0, 1000)
}

// StartOn runs an SMSC on a port, numbering messages from first on: another
// one after it must not number from the same, or receipts would be mistaken.
func StartOn(t testing.TB, port, first int) *SMSC {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		testenv.Require(t, "node (apt-get install nodejs npm)")
	}
	if err := install(); err != nil {
		testenv.Require(t, "the npm packages of test/smsc: "+err.Error())
	}
	cmd := exec.Command(node, filepath.Join(dir(), "smsc.js"))
	cmd.Env = append(os.Environ(), fmt.Sprintf("SMSC_PORT=%d", port), fmt.Sprintf("SMSC_FIRST_ID=%d", first))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe() // its end tells the program that we are gone
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &SMSC{t: t, cmd: cmd, in: in}
	t.Cleanup(s.Kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var ports struct{ SMPP, HTTP int }
	if err != nil || json.Unmarshal(line, &ports) != nil {
		t.Fatalf("the test SMSC did not start: %v %s", err, line)
	}
	s.Addr, s.http = fmt.Sprintf("127.0.0.1:%d", ports.SMPP), fmt.Sprintf("http://127.0.0.1:%d", ports.HTTP)
	return s
}

// Kill ends the SMSC at once.
func (s *SMSC) Kill() {
	_ = s.in.Close()
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// Stats asks for its counts.
func (s *SMSC) Stats() (st Stats) { s.t.Helper(); s.call("GET", "/stats", nil, &st); return st }

// Messages asks for all that it was given.
func (s *SMSC) Messages() (m []Message) { s.t.Helper(); s.call("GET", "/messages", nil, &m); return m }

// Set changes settings of smsc.js by their names there.
func (s *SMSC) Set(settings map[string]any) { s.t.Helper(); s.call("POST", "/config", settings, nil) }

// Send sends messages from telephones.
func (s *SMSC) Send(replies ...Reply) { s.t.Helper(); s.call("POST", "/replies", replies, nil) }

// Drop cuts every connection without a word.
func (s *SMSC) Drop() { s.t.Helper(); s.call("POST", "/drop", struct{}{}, nil) }

// Unbind takes leave of every connection.
func (s *SMSC) Unbind() { s.t.Helper(); s.call("POST", "/unbind", struct{}{}, nil) }

func (s *SMSC) call(method, path string, body, into any) {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequest(method, s.http+path, bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Close = true // an idle line would look like a leak to the tests
	resp, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		s.t.Fatal("ask the test SMSC:", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("the test SMSC answers %s to %s %s", resp.Status, method, path)
	}
	if into == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		s.t.Fatal(err)
	}
}
