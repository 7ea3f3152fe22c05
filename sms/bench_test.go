package sms_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/sandbox"
	"minyi/sms/smpp"
	"minyi/sms/smpp/smpptest"
	"minyi/sms/smstest"
)

const benchMessages = 5000

// BenchmarkQueueToCarrier is the whole road of a message, from the event to
// the ledger row that says delivered: brief, policy, history, ledger, carrier,
// receipt, progress, on SQLite and the in-process Redis. The bare library on
// the same socket is BenchmarkBareLibrary in sms/smpp.
func BenchmarkQueueToCarrier(b *testing.B) {
	carriers := map[string]func(*testing.B) sms.Gateway{
		"sandbox": func(b *testing.B) sms.Gateway {
			c, err := sandbox.New(sandbox.Config{})
			if err != nil {
				b.Fatal(err)
			}
			return c
		},
	}
	for _, window := range []int{16, 64} {
		carriers[fmt.Sprintf("smpp,window=%d", window)] = func(b *testing.B) sms.Gateway {
			c, err := smpp.New(smpp.Config{Addr: smpptest.Start(b, true).Addr, SystemID: "minyi", Window: window, AllowTestNumbers: true}, nil)
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
	}
	for name, carrier := range carriers {
		b.Run(name, func(b *testing.B) {
			var used time.Duration
			for b.Loop() {
				b.StopTimer()
				f := benchFlow(b, carrier(b))
				before := smpptest.Processor()
				b.StartTimer()
				f.announce()
				testenv.Eventually(b, 2*time.Minute, func() bool { return f.survey.Reports(minyi.Delivered) >= benchMessages })
				used += smpptest.Processor() - before
			}
			b.ReportMetric(benchMessages*float64(b.N)/b.Elapsed().Seconds(), "msg/s")
			b.ReportMetric(float64(used.Microseconds())/benchMessages/float64(b.N), "cpu-µs/msg")
		})
	}
}

func benchFlow(b *testing.B, gateway sms.Gateway) *flow {
	b.Helper()
	f := &flow{t: b, survey: &smstest.Survey{}, bus: testenv.Bus(b), numbers: numbered(benchMessages)}
	var err error
	f.Service, err = sms.New(sms.Deps{DB: testenv.DB(b), Bus: f.bus, Box: testenv.Secrets(b), Clock: clock.System(), Survey: f.survey,
		Lines: []sms.Line{{Name: "bench", Gateway: gateway}}, Config: sms.Config{Policy: sms.Policy{AlwaysOpen: true}}})
	if err != nil {
		b.Fatal(err)
	}
	box := testenv.Secrets(b)
	for i, m := range f.numbers {
		sealed, err := box.Seal(m.Reveal())
		if err != nil {
			b.Fatal(err)
		}
		f.survey.Invite(minyi.Brief{Tenant: minyi.DefaultTenant, Invitation: invitation(m), Campaign: campaign, Go: true, To: sealed,
			Blind: box.Blind("mobile", m.Reveal()), Text: fmt.Sprintf("【XX市12345热线】您反映的问题(尾号%04d)已办结,请评价:满意回1。", i)})
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = f.Run(ctx); close(done) }()
	b.Cleanup(func() { cancel(); <-done })
	testenv.Eventually(b, 5*time.Second, func() bool { return gateway.Status().Bound })
	return f
}
