package flow

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"minyi/internal/testenv"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "minyi-flow-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "minyi")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", binary, "./cmd/minyi")
	build.Dir = testenv.ProjectRoot()
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	// Most of a test's time is a process that starts, or a message that is due.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// instance is a running minyi.
type instance struct {
	t             *testing.T
	cmd           *exec.Cmd
	public, staff string
	token         string
	log           *lockedBuffer
	done          chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// site is an installation that outlives its processes: data directory,
// addresses, settings, the staff token of its first start.
type site struct {
	t             *testing.T
	data          string
	public, staff string
	env           []string
	token         string
}

func newSite(t *testing.T, env ...string) *site {
	t.Helper()
	s := &site{t: t, data: t.TempDir(),
		public: fmt.Sprintf("127.0.0.1:%d", testenv.FreePort(t)), staff: fmt.Sprintf("127.0.0.1:%d", testenv.FreePort(t))}
	s.env = append([]string{"MINYI_DATA=" + s.data, "MINYI_PUBLIC_LISTEN=" + s.public, "MINYI_STAFF_LISTEN=" + s.staff,
		"MINYI_PUBLIC_URL=http://" + s.public, "MINYI_STAFF_URL=http://" + s.staff, "MINYI_PUBLIC_PER_MINUTE=1000000",
		"MINYI_SMS_ALWAYS_OPEN=true", "MINYI_SMS_RATE=2000"}, env...)
	return s
}

var signIn = regexp.MustCompile(`token=(minyi_[a-z0-9]+_[A-Z0-9]+)`)

// start runs serve and waits until it is ready.
func (s *site) start(args ...string) *instance {
	s.t.Helper()
	i := s.launch(append([]string{"serve"}, args...)...)
	testenv.Eventually(s.t, 60*time.Second, func() bool {
		select {
		case <-i.done:
			s.t.Fatalf("minyi ended at start:\n%s", i.log)
		default:
		}
		resp, err := http.Get("http://" + s.staff + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == 200
	}, "not ready")
	if s.token == "" {
		testenv.Eventually(s.t, 10*time.Second, func() bool {
			if m := signIn.FindStringSubmatch(i.log.String()); m != nil {
				s.token = m[1]
			}
			return s.token != ""
		}, "no sign-in link was shown at the first start")
	}
	i.token = s.token
	return i
}

// launch runs the binary with the site's settings, without waiting.
func (s *site) launch(args ...string) *instance {
	s.t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), s.env...)
	i := &instance{t: s.t, cmd: cmd, public: s.public, staff: s.staff, token: s.token, log: &lockedBuffer{}, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = i.log, i.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(i.done) }()
	s.t.Cleanup(i.kill)
	return i
}

// cli runs a command to its end and gives its output and exit code.
func (s *site) cli(args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), s.env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil {
		s.t.Fatalf("minyi %s: %v", strings.Join(args, " "), err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// mustCLI runs a command that must succeed.
func (s *site) mustCLI(args ...string) string {
	s.t.Helper()
	out, errs, code := s.cli(args...)
	if code != 0 {
		s.t.Fatalf("minyi %s: exit %d\n%s\n%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// kill is SIGKILL, as a power cut or the kernel would.
func (i *instance) kill() {
	_ = i.cmd.Process.Kill()
	<-i.done
}

// stop is SIGTERM, as an operator or Kubernetes would.
func (i *instance) stop() {
	i.t.Helper()
	_ = i.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-i.done:
	case <-time.After(2 * time.Minute):
		i.t.Fatalf("did not stop within two minutes:\n%s", i.log)
	}
	if code := i.cmd.ProcessState.ExitCode(); code != 0 {
		i.t.Fatalf("stop: exit %d\n%s", code, i.log)
	}
}

// api calls a staff route with JSON in and out; into may be nil.
func (i *instance) api(method, path string, body, into any) {
	i.t.Helper()
	if code, text := i.tryAPI(method, path, body, into); code/100 != 2 {
		i.t.Fatalf("%s %s: %d %s", method, path, code, text)
	}
}

func (i *instance) tryAPI(method, path string, body, into any) (int, string) {
	i.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			i.t.Fatal(err)
		}
		in = bytes.NewReader(encoded)
	}
	req, err := http.NewRequest(method, "http://"+i.staff+path, in)
	if err != nil {
		i.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+i.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if into != nil && resp.StatusCode/100 == 2 {
		if err := json.Unmarshal(text, into); err != nil {
			i.t.Fatalf("%s %s: %v in %.300s", method, path, err, text)
		}
	}
	return resp.StatusCode, string(text)
}

// lines counts the non-empty lines of s.
func lines(s string) (n int) {
	sc := bufio.NewScanner(strings.NewReader(s))
	for sc.Scan() {
		if strings.TrimSpace(sc.Text()) != "" {
			n++
		}
	}
	return n
}
