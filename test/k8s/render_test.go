package k8s

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"minyi/internal/testenv"
)

// object is a rendered manifest, the parts of it that these tests read.
type object struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	}
	Data map[string]string
	Spec struct {
		Replicas             int
		Strategy             any
		ServiceName          string `yaml:"serviceName"`
		Selector             any    // matchLabels, or plain labels in a Service
		Template             podTemplate
		VolumeClaimTemplates []struct{ Metadata struct{ Name string } } `yaml:"volumeClaimTemplates"`
		Ports                []servicePort
		Rules                []ingressRule
		PodSelector          any `yaml:"podSelector"`
	}
}

type podTemplate struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		ServiceAccountName string `yaml:"serviceAccountName"`
		Automount          *bool  `yaml:"automountServiceAccountToken"`
		Grace              int    `yaml:"terminationGracePeriodSeconds"`
		SecurityContext    struct {
			RunAsNonRoot bool                  `yaml:"runAsNonRoot"`
			RunAsUser    int                   `yaml:"runAsUser"`
			FSGroup      int                   `yaml:"fsGroup"`
			Seccomp      struct{ Type string } `yaml:"seccompProfile"`
		} `yaml:"securityContext"`
		Containers []container
		Volumes    []map[string]any
	}
}

type container struct {
	Name, Image string
	Args        []string
	Env         []struct{ Name, Value string }
	EnvFrom     []struct {
		ConfigMapRef struct{ Name string } `yaml:"configMapRef"`
	} `yaml:"envFrom"`
	Ports []struct {
		Name          string
		ContainerPort int `yaml:"containerPort"`
	}
	Resources       struct{ Limits struct{ Memory string } }
	SecurityContext struct {
		Escalation   *bool `yaml:"allowPrivilegeEscalation"`
		ReadOnlyRoot bool  `yaml:"readOnlyRootFilesystem"`
		Capabilities struct{ Drop []string }
	} `yaml:"securityContext"`
	Startup      probe `yaml:"startupProbe"`
	Readiness    probe `yaml:"readinessProbe"`
	Liveness     probe `yaml:"livenessProbe"`
	VolumeMounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
		ReadOnly  bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

type servicePort struct {
	Name       string
	Port       int
	TargetPort string `yaml:"targetPort"`
}

type ingressRule struct {
	Host string
	HTTP struct {
		Paths []struct {
			Path    string
			Backend struct {
				Service struct {
					Name string
					Port struct{ Name string }
				}
			}
		}
	}
}

// render builds an overlay as kubectl apply -k would.
func render(t *testing.T, overlay string) []object {
	t.Helper()
	return renderAt(t, overlayDir(overlay))
}

func overlayDir(overlay string) string {
	return filepath.Join(testenv.ProjectRoot(), "k8s", "overlays", overlay)
}

func renderAt(t *testing.T, dir string) []object {
	t.Helper()
	out, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := out.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	var objects []object
	d := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var o object
		if err := d.Decode(&o); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, o)
	}
}

// overlays are the two ways to run in Kubernetes.
var overlays = []string{"single", "split"}

func of(objects []object, kinds ...string) []object {
	var out []object
	for _, o := range objects {
		for _, k := range kinds {
			if o.Kind == k {
				out = append(out, o)
			}
		}
	}
	return out
}

// workloads are what runs pods.
func workloads(objects []object) []object { return of(objects, "StatefulSet", "Deployment") }

func named(t *testing.T, objects []object, kind, name string) object {
	t.Helper()
	for _, o := range of(objects, kind) {
		if o.Metadata.Name == name {
			return o
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return object{}
}

// environment is what a workload's container is given: settings, then its own
// variables.
func environment(t *testing.T, objects []object, w object) map[string]string {
	t.Helper()
	env := map[string]string{}
	c := w.Spec.Template.Spec.Containers[0]
	for _, from := range c.EnvFrom {
		for k, v := range named(t, objects, "ConfigMap", from.ConfigMapRef.Name).Data {
			env[k] = v
		}
	}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	return env
}

// target is what a workload runs; empty: everything.
func target(w object) string {
	for _, arg := range w.Spec.Template.Spec.Containers[0].Args {
		if name, ok := strings.CutPrefix(arg, "--target="); ok {
			return name
		}
	}
	return ""
}

var build struct {
	once sync.Once
	path string
	err  error
}

// binary builds minyi once for all tests of the package.
func binary(t *testing.T) string {
	t.Helper()
	build.once.Do(func() {
		dir, err := os.MkdirTemp("", "minyi-k8s")
		if err != nil {
			build.err = err
			return
		}
		build.path = filepath.Join(dir, "minyi")
		cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", build.path, "./cmd/minyi")
		cmd.Dir = testenv.ProjectRoot()
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = errors.New(string(out))
		}
	})
	if build.err != nil {
		t.Fatalf("minyi does not build: %v", build.err)
	}
	return build.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if build.path != "" {
		_ = os.RemoveAll(filepath.Dir(build.path))
	}
	os.Exit(code)
}

// command runs the binary with an environment and gives what it prints.
func command(ctx context.Context, t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(ctx, binary(t), args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, pairs(env)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func pairs(env map[string]string) []string {
	var out []string
	for k, v := range env {
		out = append(out, k+"="+v)
	}
	return out
}
