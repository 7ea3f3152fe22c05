package testenv

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"minyi/internal/secret"
)

var update = flag.Bool("update", false, "rewrite golden files with what the test got")

// Data gives the path of a shared data file (../shared/data beside the
// project, or under MINYI_TESTDATA). Where it is absent the test is skipped,
// in CI too: the data set is not part of the project.
func Data(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join(DataRoot(), filepath.FromSlash(path))
	if _, err := os.Stat(full); err != nil {
		t.Skipf("SKIPPED, NOT TESTED: shared data file %s is absent (set MINYI_TESTDATA)", path)
	}
	return full
}

// DataRoot is the folder of the shared data sets, present or not.
func DataRoot() string {
	if root := os.Getenv("MINYI_TESTDATA"); root != "" {
		return root
	}
	return filepath.Join(ProjectRoot(), "..", "shared", "data")
}

// ProjectRoot is the folder of go.mod.
func ProjectRoot() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// Require skips loudly because what is missing, or fails where
// MINYI_TEST_REQUIRE=1 says that this machine must have it.
func Require(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("MINYI_TEST_REQUIRE") == "1" {
		t.Fatalf("missing on this machine, and MINYI_TEST_REQUIRE=1: %s", what)
	}
	t.Skipf("SKIPPED, NOT TESTED: missing on this machine: %s", what)
}

// Long skips a test that takes most of a minute or more, unless the whole suite
// is asked for, as make test does.
func Long(t testing.TB) {
	t.Helper()
	if os.Getenv("MINYI_TEST_FULL") != "1" {
		t.Skip("SKIPPED, NOT TESTED: takes long; set MINYI_TEST_FULL=1 (make test does)")
	}
}

// patience is the least that Eventually waits: ten times what anything takes on
// a machine with other work, so that only what never comes fails.
const patience = time.Minute

// Eventually polls cond until it holds, and fails after within, or after a
// minute where within is less. It tests that something happens, not how fast.
func Eventually(t testing.TB, within time.Duration, cond func() bool, msg ...any) {
	t.Helper()
	within = max(within, patience)
	deadline := time.After(within)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", within, fmt.Sprint(msg...))
		}
	}
}

// Golden compares got with the file at path; -update rewrites the file.
func Golden(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file (run with -update to write it): %v", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what the test got (run with -update if it is right):\n--- got\n%s", path, got)
	}
}

// Secrets is a box over a fixed ring, so that derived values are the same in
// every run.
func Secrets(t testing.TB) *secret.Box {
	t.Helper()
	const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	box, err := secret.NewBox(secret.Ring{Current: "k1", Keys: map[string]string{"k1": key}, Index: key})
	if err != nil {
		t.Fatal(err)
	}
	return box
}
