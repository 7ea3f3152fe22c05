package sandbox

import (
	"testing"

	"go.uber.org/goleak"
)

// Residents come by the thousand: each must leave when the carrier does, and
// the page client must keep no line open.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
