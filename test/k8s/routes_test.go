package k8s

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"minyi/internal/testenv"
)

// route is one line of a service's routes.
type route struct{ target, listener, path string }

var routePattern = regexp.MustCompile(`(?:kit\.Handle\((staff|public), |(staff|public)\.Plain\()"[A-Z]+ (/[^"]*)"`)

// routes reads the services' own route lines.
func routes(t *testing.T, targets []string) []route {
	t.Helper()
	var out []route
	for _, name := range targets {
		files, err := filepath.Glob(filepath.Join(testenv.ProjectRoot(), name, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range routePattern.FindAllStringSubmatch(string(text), -1) {
				out = append(out, route{name, m[1] + m[2], m[3]})
			}
		}
	}
	return out
}

// In the split each address of the program must reach the part that serves
// it: the longest path of the ingress wins, as ingress controllers do it.
func TestIngressReachesEveryRoute(t *testing.T) {
	objects := render(t, "split")
	var targets []string
	for _, w := range workloads(objects) {
		targets = append(targets, target(w))
	}
	seen := map[string]int{}
	for _, r := range routes(t, targets) {
		if strings.HasPrefix(r.path, "/peer/") {
			continue // asked within the namespace only
		}
		seen[r.target]++
		best, to := "", ""
		for _, p := range named(t, objects, "Ingress", "minyi-"+r.listener).Spec.Rules[0].HTTP.Paths {
			if (strings.HasPrefix(r.path+"/", strings.TrimSuffix(p.Path, "/")+"/") || p.Path == "/") && len(p.Path) > len(best) {
				best, to = p.Path, p.Backend.Service.Name
			}
		}
		if to != "minyi-"+r.target {
			t.Errorf("%s route %s of %s is led to %q", r.listener, r.path, r.target, to)
		}
	}
	for _, name := range targets {
		if seen[name] == 0 {
			t.Errorf("no route of %s was found: the test reads route lines wrongly", name)
		}
	}
}
