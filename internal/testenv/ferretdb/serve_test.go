package ferretdb_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"minyi/internal/testenv/ferretdb"
)

// TestServe is no test by itself: the whole-flow test builds it without the
// race detector, which makes the stand-in's scans ten times slower, and runs
// it as a server until its standard input ends.
func TestServe(t *testing.T) {
	if os.Getenv("MINYI_TEST_STANDIN") == "" {
		t.Skip("runs as a server for test/flow only")
	}
	fmt.Printf("\nURI %s\n", ferretdb.Start(t))
	_, _ = io.Copy(io.Discard, os.Stdin)
}
