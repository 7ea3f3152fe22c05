package k8s

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"minyi/internal/testenv"
)

var (
	example = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	base    = regexp.MustCompile(`github\.com/you/minyi/k8s/overlays/(\w+)`)
)

// The overlays that the manual gives as examples render, and the binary accepts
// their settings.
func TestTheManualsOverlaysRender(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "docs", "operate-k8s.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllStringSubmatch(string(manual), -1)
	if len(examples) < 2 {
		t.Fatalf("the manual has %d examples", len(examples))
	}
	for i, e := range examples {
		over := base.FindStringSubmatch(e[1])
		if over == nil {
			t.Fatalf("example %d is over no overlay", i)
		}
		t.Run(fmt.Sprint(i, " over ", over[1]), func(t *testing.T) {
			dir := t.TempDir()
			path, err := filepath.Rel(dir, overlayDir(over[1]))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(strings.Replace(e[1], over[0], path, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			objects := renderAt(t, dir)
			for _, w := range workloads(objects) {
				env := environment(t, objects, w)
				for name, value := range env {
					if strings.HasSuffix(name, "_FILE") && !mounted(w, value) {
						t.Errorf("%s: %s is mounted nowhere", w.Metadata.Name, value)
					}
				}
				if out, err := command(t.Context(), t, resolved(t, env), "config", "check"); err != nil {
					t.Errorf("%s: minyi config check: %v\n%s", w.Metadata.Name, err, out)
				}
			}
		})
	}
}

// mounted reports whether a file lies in a volume that the pod mounts.
func mounted(w object, file string) bool {
	for _, m := range w.Spec.Template.Spec.Containers[0].VolumeMounts {
		for _, v := range w.Spec.Template.Spec.Volumes {
			if v["name"] == m.Name && filepath.Dir(file) == m.MountPath {
				return true
			}
		}
	}
	return false
}
