package survey

import (
	"testing"
	"time"

	"minyi"
)

// A message that failed for a time may go once more as long as the ladder has
// not gone on past it.
func TestAStepMayBeTakenAgainUntilTheNext(t *testing.T) {
	sent := minyi.Progress{Disposition: minyi.Sent, At: noon}
	reminded := ladder{remind: 48 * time.Hour}
	for name, c := range map[string]struct {
		ladder ladder
		after  func(*Invitation)
		step   int
		at     time.Duration
		why    string
	}{
		"no ladder":               {ladder{}, nil, 0, 4 * time.Hour, ""},
		"the reminder is to come": {reminded, nil, 0, 24 * time.Hour, ""},
		"the reminder is due":     {reminded, nil, 0, 48 * time.Hour, "gone"},
		"the call is to come":     {ladder{call: 72 * time.Hour}, nil, 0, 24 * time.Hour, ""},
		"the call is due":         {ladder{call: 72 * time.Hour}, nil, 0, 73 * time.Hour, "gone"},
		"the reminder itself":     {reminded, func(i *Invitation) { i.report(minyi.Progress{Step: 1, Disposition: minyi.Sent, At: noon}, reminded) }, 1, time.Hour, ""},
		"past the reminder":       {reminded, func(i *Invitation) { i.report(minyi.Progress{Step: 1, Disposition: minyi.Sent, At: noon}, reminded) }, 0, time.Hour, "gone"},
		"opened all the same":     {ladder{}, func(i *Invitation) { i.Disposition = minyi.Opened }, 0, time.Hour, "gone"},
		"past the deadline":       {ladder{}, nil, 0, 8 * 24 * time.Hour, "expired"},
	} {
		t.Run(name, func(t *testing.T) {
			inv := fresh()
			inv.report(sent, c.ladder)
			if c.after != nil {
				c.after(&inv)
			}
			now := noon.Add(c.at)
			back := inv.back(c.step, now)
			ok, why := back.sendable(Running, false, now)
			if why != c.why || ok != (why == "") || ok && back.Step != c.step {
				t.Errorf("%v %q at step %d, want %q", ok, why, back.Step, c.why)
			}
		})
	}
}
