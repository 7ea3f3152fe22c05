package sms

import (
	"testing"

	"go.uber.org/goleak"
)

// The service runs for months: whatever it starts must end with it, batches
// and sweepers too.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
