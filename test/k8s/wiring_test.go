package k8s

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// labels reads a selector: {matchLabels: …} or, in a Service, plain labels.
func labels(t *testing.T, selector any) map[string]string {
	t.Helper()
	text, err := yaml.Marshal(selector)
	if err != nil {
		t.Fatal(err)
	}
	var wrapped struct {
		MatchLabels map[string]string `yaml:"matchLabels"`
	}
	if yaml.Unmarshal(text, &wrapped) == nil && wrapped.MatchLabels != nil {
		return wrapped.MatchLabels
	}
	var flat map[string]string
	_ = yaml.Unmarshal(text, &flat)
	return flat
}

// behind gives the workloads whose pods a selector picks.
func behind(t *testing.T, objects []object, selector any) []object {
	t.Helper()
	want := labels(t, selector)
	if len(want) == 0 {
		return nil
	}
	var out []object
	for _, w := range workloads(objects) {
		all := true
		for k, v := range want {
			all = all && w.Spec.Template.Metadata.Labels[k] == v
		}
		if all {
			out = append(out, w)
		}
	}
	return out
}

func containerPort(w object, name string) int {
	for _, p := range w.Spec.Template.Spec.Containers[0].Ports {
		if p.Name == name {
			return p.ContainerPort
		}
	}
	return 0
}

// Ports: what the settings listen on is what containers declare, services
// lead to, probes ask and ingresses name.
func TestPortsMeet(t *testing.T) {
	for _, overlay := range overlays {
		objects := render(t, overlay)
		for _, w := range workloads(objects) {
			env := environment(t, objects, w)
			for port, setting := range map[string]string{"public": "MINYI_PUBLIC_LISTEN", "staff": "MINYI_STAFF_LISTEN"} {
				if got := ":" + strconv.Itoa(containerPort(w, port)); got != env[setting] {
					t.Errorf("%s/%s: port %s is %s, the program listens on %s", overlay, w.Metadata.Name, port, got, env[setting])
				}
			}
			c := w.Spec.Template.Spec.Containers[0]
			for name, p := range map[string]probe{"startup /healthz": c.Startup, "readiness /readyz": c.Readiness, "liveness /healthz": c.Liveness} {
				if _, path, _ := strings.Cut(name, " "); p.HTTPGet.Path != path || p.HTTPGet.Port != "staff" {
					t.Errorf("%s/%s: %s probe asks %s on %s", overlay, w.Metadata.Name, name, p.HTTPGet.Path, p.HTTPGet.Port)
				}
			}
		}
		for _, s := range of(objects, "Service") {
			pods := behind(t, objects, s.Spec.Selector)
			if len(pods) != 1 {
				t.Fatalf("%s: service %s leads to %d workloads", overlay, s.Metadata.Name, len(pods))
			}
			for _, p := range s.Spec.Ports {
				if containerPort(pods[0], p.TargetPort) != p.Port {
					t.Errorf("%s: service %s port %d leads to %q", overlay, s.Metadata.Name, p.Port, p.TargetPort)
				}
			}
		}
		for _, i := range of(objects, "Ingress") {
			for _, r := range i.Spec.Rules {
				for _, p := range r.HTTP.Paths {
					s := named(t, objects, "Service", p.Backend.Service.Name)
					if !slices.ContainsFunc(s.Spec.Ports, func(sp servicePort) bool { return sp.Name == p.Backend.Service.Port.Name }) {
						t.Errorf("%s: ingress %s leads %s to port %q of %s, which has none", overlay, i.Metadata.Name, p.Path, p.Backend.Service.Port.Name, s.Metadata.Name)
					}
				}
			}
		}
	}
}

// The hosts of the ingresses are those that links are made with.
func TestHostsMeet(t *testing.T) {
	for _, overlay := range overlays {
		objects := render(t, overlay)
		env := environment(t, objects, workloads(objects)[0])
		for name, setting := range map[string]string{"minyi-public": "MINYI_PUBLIC_URL", "minyi-staff": "MINYI_STAFF_URL"} {
			u, err := url.Parse(env[setting])
			if err != nil {
				t.Fatal(err)
			}
			if host := named(t, objects, "Ingress", name).Spec.Rules[0].Host; host != u.Host {
				t.Errorf("%s: ingress %s serves %s, links name %s", overlay, name, host, u.Host)
			}
		}
	}
}

// Each peers.* address leads to a service whose pods run that target.
func TestPeersMeet(t *testing.T) {
	objects := render(t, "split")
	env := environment(t, objects, workloads(objects)[0])
	found := 0
	for name, value := range env {
		peer, ok := strings.CutPrefix(name, "MINYI_PEERS_")
		if !ok || strings.HasSuffix(name, "_FILE") {
			continue
		}
		found++
		u, err := url.Parse(value)
		if err != nil {
			t.Fatal(err)
		}
		s := named(t, objects, "Service", u.Hostname())
		pods := behind(t, objects, s.Spec.Selector)
		if len(pods) != 1 || target(pods[0]) != strings.ToLower(peer) {
			t.Errorf("%s leads to %v", name, pods)
		}
		if !slices.ContainsFunc(s.Spec.Ports, func(p servicePort) bool { return fmt.Sprint(p.Port) == u.Port() && p.TargetPort == "staff" }) {
			t.Errorf("%s: no staff port %s", name, u.Port())
		}
	}
	if found < 4 {
		t.Errorf("only %d peers are named", found)
	}
}

// Every pod is held as tightly as the "restricted" profile asks, and has room
// to write where the program writes.
func TestPodsAreHeldTightly(t *testing.T) {
	for _, overlay := range overlays {
		objects := render(t, overlay)
		if named(t, objects, "Namespace", "minyi").Metadata.Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
			t.Errorf("%s: the namespace does not enforce the restricted profile", overlay)
		}
		for _, w := range workloads(objects) {
			at := overlay + "/" + w.Metadata.Name
			pod, c := w.Spec.Template.Spec, w.Spec.Template.Spec.Containers[0]
			s := pod.SecurityContext
			if !s.RunAsNonRoot || s.RunAsUser != 65532 || s.Seccomp.Type != "RuntimeDefault" {
				t.Errorf("%s: pod security is %+v", at, s)
			}
			if c.SecurityContext.Escalation == nil || *c.SecurityContext.Escalation || !c.SecurityContext.ReadOnlyRoot || !slices.Equal(c.SecurityContext.Capabilities.Drop, []string{"ALL"}) {
				t.Errorf("%s: container security is %+v", at, c.SecurityContext)
			}
			if pod.Automount == nil || *pod.Automount || pod.ServiceAccountName != "minyi" {
				t.Errorf("%s: identity %q, token mounted", at, pod.ServiceAccountName)
			}
			if c.Image == "minyi" || !strings.Contains(c.Image, ":v") {
				t.Errorf("%s: image %q has no registry or version", at, c.Image)
			}
			if grace := pod.Grace; grace < 5+15+5 {
				t.Errorf("%s: %d s to stop are less than preStop, stop.grace and some air", at, grace)
			}
			checkMemory(t, at, environment(t, objects, w)["GOMEMLIMIT"], c.Resources.Limits.Memory)
			checkWritable(t, at, w, environment(t, objects, w)["MINYI_DATA"])
		}
		if n := len(of(objects, "PodDisruptionBudget")); n != len(workloads(objects)) {
			t.Errorf("%s: %d disruption budgets for %d workloads", overlay, n, len(workloads(objects)))
		}
		for _, b := range of(objects, "PodDisruptionBudget") {
			if len(behind(t, objects, b.Spec.Selector)) != 1 {
				t.Errorf("%s: budget %s covers no workload", overlay, b.Metadata.Name)
			}
		}
		if len(labels(t, named(t, objects, "NetworkPolicy", "minyi-closed").Spec.PodSelector)) != 0 {
			t.Errorf("%s: the network is not closed to begin with", overlay)
		}
	}
}

// checkMemory holds Go's own limit under the container's, with room for what
// Go does not count.
func checkMemory(t *testing.T, at, goLimit, limit string) {
	t.Helper()
	if g, l := mebibytes(goLimit), mebibytes(limit); g == 0 || l == 0 || g > l*9/10 {
		t.Errorf("%s: GOMEMLIMIT %q under a limit of %q", at, goLimit, limit)
	}
}

func mebibytes(s string) int {
	s = strings.TrimSuffix(s, "B")
	if n, ok := strings.CutSuffix(s, "Gi"); ok {
		v, _ := strconv.Atoi(n)
		return v * 1024
	}
	v, _ := strconv.Atoi(strings.TrimSuffix(s, "Mi"))
	return v
}

// checkWritable holds that the data directory and /tmp are volumes that may
// be written.
func checkWritable(t *testing.T, at string, w object, data string) {
	t.Helper()
	volumes := map[string]bool{}
	for _, v := range w.Spec.Template.Spec.Volumes {
		if _, empty := v["emptyDir"]; empty {
			volumes[fmt.Sprint(v["name"])] = true
		}
	}
	for _, v := range w.Spec.VolumeClaimTemplates {
		volumes[v.Metadata.Name] = true
	}
	for _, dir := range []string{data, "/tmp"} {
		ok := false
		for _, m := range w.Spec.Template.Spec.Containers[0].VolumeMounts {
			ok = ok || filepath.Clean(m.MountPath) == dir && !m.ReadOnly && volumes[m.Name]
		}
		if !ok {
			t.Errorf("%s: %q cannot be written", at, dir)
		}
	}
}
