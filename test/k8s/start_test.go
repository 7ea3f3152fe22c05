package k8s

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var listening = regexp.MustCompile(`staff: .*listening on ([^)）]+)[)）]`)

// start runs the binary as a workload would, on loopback and the embedded
// store, and gives its staff address.
func start(t *testing.T, env map[string]string, args []string) string {
	t.Helper()
	env["MINYI_DATA"] = filepath.Join(t.TempDir(), "data")
	env["MINYI_PUBLIC_LISTEN"], env["MINYI_STAFF_LISTEN"] = "127.0.0.1:0", "127.0.0.1:0"
	for _, outside := range []string{"MINYI_MONGODB_URI_FILE", "MINYI_REDIS_ADDR_FILE"} {
		delete(env, outside)
	}
	env["MINYI_SMS_GATEWAY"] = "sandbox" // there is no carrier here
	env["MINYI_VOICE_SERVER"] = ""       // and no trunk
	cmd := exec.CommandContext(t.Context(), binary(t), args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, pairs(env)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	addr, said := make(chan string, 1), &strings.Builder{}
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				addr <- m[1]
				break
			}
			said.WriteString(lines.Text() + "\n")
		}
		close(addr)
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case a := <-addr:
		if a == "" {
			t.Fatalf("minyi %v ended before it listened:\n%s", args, said)
		}
		return a
	case <-time.After(60 * time.Second):
		t.Fatalf("minyi %v does not listen", args)
	}
	return ""
}

// Every workload starts with the very arguments and settings of its manifest
// and answers its probes. MongoDB, Redis and the carrier alone are replaced
// by what is built in.
func TestWorkloadsStartAndAnswerTheirProbes(t *testing.T) {
	for _, overlay := range overlays {
		objects := render(t, overlay)
		for _, w := range workloads(objects) {
			t.Run(overlay+"/"+w.Metadata.Name, func(t *testing.T) {
				c := w.Spec.Template.Spec.Containers[0]
				addr := start(t, resolved(t, environment(t, objects, w)), c.Args)
				for _, p := range []probe{c.Startup, c.Readiness, c.Liveness} {
					resp, err := http.Get("http://" + addr + p.HTTPGet.Path)
					if err != nil {
						t.Fatal(err)
					}
					resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						t.Errorf("%s gives %d", p.HTTPGet.Path, resp.StatusCode)
					}
				}
				if resp, err := http.Get("http://" + addr + "/metrics"); err != nil || resp.StatusCode != http.StatusUnauthorized {
					t.Errorf("the staff door stands open: %v %v", resp, err)
				}
			})
		}
	}
}
