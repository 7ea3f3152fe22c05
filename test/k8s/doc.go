// Package k8s holds the tests of what is shipped to run minyi in containers:
// the kustomize overlays, compose.yaml and the Dockerfile, each checked
// against the binary's own list of targets, settings, ports and routes.
//
// No cluster and no container engine is needed; what a kubelet, a network
// plug-in or an engine would do is not covered here (docs/operate.md).
package k8s
