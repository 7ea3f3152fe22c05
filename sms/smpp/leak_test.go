package smpp

import (
	"testing"

	"go.uber.org/goleak"
)

// A session lives as long as its account is contracted: whatever it starts
// must end with it.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
