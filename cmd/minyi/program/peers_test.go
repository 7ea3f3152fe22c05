package program

import (
	"strings"
	"testing"

	"minyi"
	"minyi/internal/config"
	"minyi/internal/fault"
)

// TestSomeTargetsRunAlone asks what a process with only some targets lacks.
func TestSomeTargetsRunAlone(t *testing.T) {
	a := New(config.Config{}, nil, "test")
	for targets, lacks := range map[string]string{
		"survey,sms": "", "survey": "peers.sms", "score": "peers.", "survey,sms,nlp,score,charts": "", "survey,sms,voice,nlp,score,charts": "",
	} {
		running := map[string]bool{}
		for _, name := range strings.Split(targets, ",") {
			running[name] = true
		}
		err := a.missing(running)
		if (err == nil) != (lacks == "") || err != nil && !strings.Contains(err.Error(), lacks) {
			t.Errorf("%s: %v, want %q", targets, err, lacks)
		}
	}
	if err := a.connect(); err != nil {
		t.Fatal(err)
	}
	if _, err := (numbers{of: &a.peers}).Forget(t.Context(), minyi.ForgetRequest{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("an erasure without voice: %v, want a fault that says it is not finished", err)
	}
}
