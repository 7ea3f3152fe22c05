package k8s

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"minyi/internal/config"
	"minyi/internal/secret"
	"minyi/internal/testenv"
)

// secrets stands for what the operator puts into the secret "minyi".
var secrets = map[string]string{
	"mongodb-uri":    "mongodb://minyi:x@mongo-0.example.cn:27017/?replicaSet=rs0",
	"redis-addr":     "redis://:x@redis.example.cn:6379/0",
	"keys-ring":      "", // made as the manual says
	"peers-token":    strings.Repeat("p", 40),
	"smpp-password":  "x",
	"voice-password": "x",
}

// resolved puts a secret's content in a file that is there, for every …_FILE.
func resolved(t *testing.T, env map[string]string) map[string]string {
	t.Helper()
	out := maps.Clone(env)
	dir := t.TempDir()
	for name, value := range env {
		if !strings.HasPrefix(name, "MINYI_") || !strings.HasSuffix(name, "_FILE") {
			continue
		}
		key := filepath.Base(value)
		content, ok := secrets[key]
		if !ok {
			t.Errorf("%s names key %q, which docs/operate-k8s.md does not tell the operator to make", name, key)
			continue
		}
		out[name] = filepath.Join(dir, key)
		if key == "keys-ring" {
			if _, err := secret.LoadOrCreate(out[name]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(out[name], []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Every variable is a setting of the binary, and the whole of each pod's
// settings is one that it accepts.
func TestSettingsAreTheBinarys(t *testing.T) {
	known := map[string]config.Key{}
	for _, k := range config.Keys() {
		known[k.Env] = k
	}
	for _, overlay := range overlays {
		objects := render(t, overlay)
		for _, w := range workloads(objects) {
			env := environment(t, objects, w)
			for name := range env {
				key, ok := known[strings.TrimSuffix(name, "_FILE")]
				switch {
				case !strings.HasPrefix(name, "MINYI_"):
				case !ok:
					t.Errorf("%s/%s sets %s, which is no setting", overlay, w.Metadata.Name, name)
				case key.Secret && !strings.HasSuffix(name, "_FILE"):
					t.Errorf("%s/%s puts the secret %s into a variable", overlay, w.Metadata.Name, key.Name)
				}
			}
			if out, err := command(t.Context(), t, resolved(t, env), "config", "check"); err != nil {
				t.Errorf("%s/%s: minyi config check: %v\n%s", overlay, w.Metadata.Name, err, out)
			}
		}
	}
}

// The keys of the secret that the manual tells to make are those in use.
func TestManualNamesEverySecret(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "docs", "operate-k8s.md"))
	if err != nil {
		t.Fatal(err)
	}
	objects := render(t, "split")
	used := map[string]bool{}
	for _, w := range workloads(objects) {
		for name, value := range environment(t, objects, w) {
			if strings.HasSuffix(name, "_FILE") {
				used[filepath.Base(value)] = true
			}
		}
	}
	for key := range used {
		if !strings.Contains(string(manual), "--from-file="+key+"=") && !strings.Contains(string(manual), "--from-literal="+key+"=") {
			t.Errorf("docs/operate-k8s.md does not say how to make the secret's key %s", key)
		}
	}
	if len(used) != len(secrets) {
		t.Errorf("the pods use %d keys, this test knows %d", len(used), len(secrets))
	}
}

// In the split every target of the binary runs exactly once; single runs all.
func TestTargetsAreTheBinarys(t *testing.T) {
	out, err := command(t.Context(), t, nil, "serve", "--list-targets")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var want []string
	for line := range strings.Lines(out) {
		if name, _, ok := strings.Cut(line, " "); ok {
			want = append(want, name)
		}
	}
	var got []string
	for _, w := range workloads(render(t, "split")) {
		got = append(got, target(w))
		if label := w.Spec.Template.Metadata.Labels["app.kubernetes.io/component"]; label != target(w) || w.Metadata.Name != "minyi-"+target(w) {
			t.Errorf("%s runs target %s under the label %s", w.Metadata.Name, target(w), label)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the split runs %v, the binary has %v", got, want)
	}
	for _, w := range workloads(render(t, "single")) {
		if target(w) != "" || w.Kind != "StatefulSet" || w.Spec.Replicas != 1 {
			t.Errorf("single must be one StatefulSet of one replica that runs all: %s %s ×%d %q", w.Kind, w.Metadata.Name, w.Spec.Replicas, target(w))
		}
	}
}

// compose.yaml: settings of the binary, ports that are published are those
// that are listened on, no root.
func TestCompose(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Environment map[string]string
			Ports       []string
			ReadOnly    bool `yaml:"read_only"`
			User        string
			Networks    []string
			DependsOn   map[string]any `yaml:"depends_on"`
		}
		Networks map[string]struct{ Internal bool }
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	m := file.Services["minyi"]
	if out, err := command(t.Context(), t, m.Environment, "config", "check"); err != nil {
		t.Errorf("minyi config check: %v\n%s", err, out)
	}
	for _, p := range m.Ports {
		inside := p[strings.LastIndexByte(p, ':'):]
		if inside != m.Environment["MINYI_PUBLIC_LISTEN"] && inside != m.Environment["MINYI_STAFF_LISTEN"] {
			t.Errorf("port %s is published, but nothing listens on it", p)
		}
		if inside == m.Environment["MINYI_STAFF_LISTEN"] && !strings.HasPrefix(p, "127.0.0.1:") {
			t.Errorf("the staff port is published to the world: %s", p)
		}
	}
	if !m.ReadOnly || m.User != "65532:65532" {
		t.Error("minyi must run read-only and without root")
	}
	for _, name := range []string{"mongodb", "redis"} {
		s := file.Services[name]
		if len(s.Ports) > 0 || len(s.Networks) != 1 || !file.Networks[s.Networks[0]].Internal {
			t.Errorf("%s has no password and must be reached from inside only", name)
		}
		if _, ok := m.DependsOn[name]; !ok {
			t.Errorf("minyi does not wait for %s", name)
		}
	}
}

// The image runs what the manifests run, as whom they run it.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	last := string(text)[strings.LastIndex(string(text), "\nFROM "):]
	for _, want := range []string{"FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/minyi"]`, "EXPOSE 8080 8081"} {
		if !strings.Contains(last, want) {
			t.Errorf("the image lacks %q", want)
		}
	}
	known := map[string]bool{}
	for _, k := range config.Keys() {
		known[k.Env] = true
	}
	for _, m := range regexp.MustCompile(`MINYI_[A-Z_]+`).FindAllString(last, -1) {
		if !known[m] {
			t.Errorf("the image sets %s, which is no setting", m)
		}
	}
}
