package sms_test

import (
	"context"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/sandbox"
	"minyi/sms/smstest"
)

// sandboxFlow is a service over the sandbox carrier. It waits long for an
// answer, unless the carrier is one that loses them.
func sandboxFlow(t *testing.T, db *docstore.DB, n int, cfg sandbox.Config) (*flow, *sandbox.Carrier) {
	t.Helper()
	carrier, err := sandbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	answer := time.Minute
	if cfg.Lose > 0 {
		answer = 2 * time.Second
	}
	f := &flow{t: t, survey: &smstest.Survey{}, bus: testenv.Bus(t), numbers: numbered(n)}
	f.Service, err = sms.New(sms.Deps{DB: db, Bus: f.bus, Box: testenv.Secrets(t), Clock: clock.System(), Survey: f.survey,
		Lines:  []sms.Line{{Name: "sandbox", Gateway: carrier}},
		Config: sms.Config{Policy: sms.Policy{AlwaysOpen: true}, SubmitTimeout: answer, SweepEvery: 50 * time.Millisecond, TellAfter: 500 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	f.invite()
	return f, carrier
}

func TestALostRedisCostsNothing(t *testing.T) {
	f, carrier := sandboxFlow(t, testenv.DB(t), 600, sandbox.Config{Delay: 20 * time.Millisecond})
	f.run()
	f.announce()
	testenv.Eventually(t, 20*time.Second, func() bool { return carrier.Stats().Submitted > 100 })
	if err := f.bus.Wipe(context.Background()); err != nil {
		t.Fatal(err)
	}
	f.announce() // as survey's sweeper does
	testenv.Eventually(t, 30*time.Second, func() bool { return f.counts()[sms.StateDelivered] == 600 }, "messages are left over")
	if n := carrier.Stats().Submitted; n != 600 {
		t.Fatalf("%d messages were sent to 600 people", n)
	}
}

func TestAStopLeavesNothingUnknownAndAStartGoesOn(t *testing.T) {
	db := testenv.DB(t)
	f, first := sandboxFlow(t, db, 600, sandbox.Config{Delay: 200 * time.Millisecond})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	f.announce()
	testenv.Eventually(t, 20*time.Second, func() bool { return first.Stats().Submitted > 50 })
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	sent := first.Stats().Submitted
	if c := f.counts(); c[sms.StateUnknown]+c[sms.StateSubmitting] != 0 || sent >= 600 {
		t.Fatalf("after a stop in the midst (%d sent): %v", sent, c)
	}
	f, second := sandboxFlow(t, db, 600, sandbox.Config{})
	f.run()
	// Those that were held back by the stop wait a little before they go.
	testenv.Eventually(t, 60*time.Second, func() bool { f.announce(); return f.counts()[sms.StateSubmitted]+f.counts()[sms.StateDelivered] == 600 }, "messages are left over")
	if n := sent + second.Stats().Submitted; n != 600 {
		t.Fatalf("%d messages were sent to 600 people", n)
	}
}

func TestTroubleOfEverySortIsAccountedFor(t *testing.T) {
	const n = 500
	f, carrier := sandboxFlow(t, testenv.DB(t), n, sandbox.Config{Seed: 5, Refuse: 0.05, Throttle: 0.2, Lose: 0.05, Residents: sandbox.Residents{Dead: 0.1}})
	f.run()
	f.announce()
	testenv.Eventually(t, 60*time.Second, func() bool {
		c := f.counts()
		return c[sms.StateDelivered]+c[sms.StateFailed]+c[sms.StateUnknown] == n
	}, "messages are left over")
	c, st := f.counts(), carrier.Stats()
	if refused := n - int(st.Submitted); refused < n/50 || int(c[sms.StateFailed]) < refused || c[sms.StateFailed] < n/20 {
		t.Fatalf("%v, carrier %+v", c, st)
	}
	// What the carrier took without an answer is reported on, and the receipt
	// settles it: each number has one attempt only.
	testenv.Eventually(t, 10*time.Second, func() bool { return f.counts()[sms.StateUnknown] == 0 }, "unknown, though every receipt came")
	delivered := int(f.counts()[sms.StateDelivered])
	testenv.Eventually(t, 10*time.Second, func() bool { return f.survey.Reports(minyi.Delivered) >= delivered })
}
