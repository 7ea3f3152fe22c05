package phones

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"

	"minyi/internal/testenv"
)

// program gives the path of an installed program.
func program(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/bin") {
		if path := filepath.Join(dir, name); executable(path) {
			return path
		}
	}
	testenv.Require(t, name+" (apt-get install baresip-core sip-tester kamailio espeak-ng)")
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0 && !info.IsDir()
}

// render writes a file of testdata with its blanks filled.
func render(t testing.TB, from, to string, blanks any) {
	t.Helper()
	tpl, err := template.ParseFiles(filepath.Join("testdata", from))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := tpl.Execute(&b, blanks); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// process is a program under test, ended with the test.
type process struct {
	cmd  *exec.Cmd
	out  safeBuffer
	done chan error
}

func start(t testing.TB, path string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(path, args...), done: make(chan error, 1)}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(p.end)
	return p
}

// ended reports whether the process is gone.
func (p *process) ended() bool {
	select {
	case err := <-p.done:
		p.done <- err
		return true
	default:
		return false
	}
}

// end stops the process and its children.
func (p *process) end() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
	defer stop()
	select {
	case err := <-p.done:
		p.done <- err
	case <-ctx.Done():
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		p.done <- <-p.done // it may still write to the test's directory
	}
}

// safeBuffer is written by a process and read by a test.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

func (b *safeBuffer) has(text string) bool { return strings.Contains(b.String(), text) }

func netDial(addr string) (net.Conn, error) { return net.DialTimeout("tcp", addr, time.Second) }
