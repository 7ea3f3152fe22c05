package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// In a pipe a short import prints no progress, a long one a line every few
// seconds.
func TestMeterCountsWithoutAnEnd(t *testing.T) {
	var out bytes.Buffer
	m := newMeter(&out, "importing")
	m.count("500 rows")
	if out.Len() != 0 {
		t.Errorf("at once: %q", out.String())
	}
	m.begun = time.Now().Add(-plainEvery)
	for range 3 {
		m.count("9000 rows")
	}
	if out.String() != "importing 9000 rows\n" {
		t.Errorf("after a while: %q", out.String())
	}
	m.terminal = true
	m.count("9500 rows")
	m.done()
	if !strings.HasSuffix(out.String(), "importing 9500 rows\n") {
		t.Errorf("on a terminal: %q", out.String())
	}
}
