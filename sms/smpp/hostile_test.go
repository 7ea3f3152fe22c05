package smpp

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/gatewaytest"
	"minyi/sms/smpp/smpptest"
	"minyi/test/smsc"
)

// hasty is a configuration whose patience for a submit's answer is over within
// a test.
func hasty(addr string) Config {
	cfg := config(addr)
	cfg.ResponseTimeout, cfg.EnquireEvery = time.Second, 5*time.Second
	return cfg
}

// friendly answers everything until the client goes.
func friendly(c *smpptest.Conn) {
	for n := 0; ; n++ {
		r, ok := c.Next()
		if !ok {
			return
		}
		c.Accept(r, fmt.Sprintf("f%d", n))
	}
}

// On its first connection an SMSC does something that no SMSC should; what was
// under way gets the only outcome that is true, and the client comes back.
func TestAHostileSMSC(t *testing.T) {
	type outcome = sms.Outcome
	const took outcome = "took"
	for name, c := range map[string]struct {
		play func(c *smpptest.Conn)
		want outcome
		// stays: the line is not given up, so that the SMSC sees one connection.
		stays bool
	}{
		"cut within an answer": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			whole := smpptest.PDU(smpptest.Submit|smpptest.Answer, 0, r.Sequence, "77\x00")
			_, _ = c.Write(whole[:len(whole)-2])
		}, sms.OutcomeUnknown, false},
		"cut within a header": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			_, _ = c.Write(smpptest.PDU(smpptest.Submit|smpptest.Answer, 0, r.Sequence, "77\x00")[:7])
		}, sms.OutcomeUnknown, false},
		"noise in place of an answer": {func(c *smpptest.Conn) {
			_, _ = c.Until(smpptest.Submit)
			noise := make([]byte, 500)
			for i := range noise {
				noise[i] = byte(rand.N(256))
			}
			noise[0] = 0x7f // a length of two gigabytes
			_, _ = c.Write(noise)
			friendly(c)
		}, sms.OutcomeUnknown, false},
		"a length of nothing": {func(c *smpptest.Conn) {
			_, _ = c.Until(smpptest.Submit)
			_, _ = c.Write(make([]byte, 64))
			friendly(c)
		}, sms.OutcomeUnknown, false},
		"unbind with an answer owing": {func(c *smpptest.Conn) {
			_, _ = c.Until(smpptest.Submit)
			c.Say(smpptest.Unbind, 0, 9, "")
			_, _ = c.Next()
		}, sms.OutcomeUnknown, false},
		"no answer, and one that comes late": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			next, _ := c.Until(smpptest.Submit)
			c.Accept(r, "late")
			c.Accept(next, "next")
			friendly(c)
		}, sms.OutcomeUnknown, true},
		"an answer to what was never asked": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Submit|smpptest.Answer, 0, r.Sequence+1000, "5\x00")
			friendly(c)
		}, sms.OutcomeUnknown, true},
		"taken, but without a number": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Submit|smpptest.Answer, 0, r.Sequence, "\x00")
			friendly(c)
		}, sms.OutcomeUnknown, true},
		"taken, but without a body": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Submit|smpptest.Answer, 0, r.Sequence, "")
			friendly(c)
		}, sms.OutcomeUnknown, true},
		"an answer of another kind": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Enquire|smpptest.Answer, 0, r.Sequence, "")
			friendly(c)
		}, sms.OutcomeUnknown, true},
		"not bound, it says": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Submit|smpptest.Answer, 0x04, r.Sequence, "")
			friendly(c)
		}, sms.OutcomeRetry, false},
		"throttled": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(smpptest.Submit|smpptest.Answer, 0x58, r.Sequence, "")
			friendly(c)
		}, sms.OutcomeRetry, true},
		"generic_nack": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(0x80000000, 0x03, r.Sequence, "")
			friendly(c)
		}, sms.OutcomeRefused, true},
		"requests that nobody knows": {func(c *smpptest.Conn) {
			r, _ := c.Until(smpptest.Submit)
			c.Say(0x00000777, 0, 1, strings.Repeat("x", 300))
			c.Say(smpptest.Deliver, 0, 2, "\x00\x01")
			c.Say(smpptest.Deliver, 0, 3, strings.Repeat("\xff", 90))
			c.Accept(r, "1")
			friendly(c)
		}, took, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var binds atomic.Int32
			addr := smpptest.Script(t, func(n int, conn *smpptest.Conn) {
				binds.Add(1)
				if n > 0 {
					friendly(conn)
					return
				}
				r, _ := conn.Until(smpptest.Bind)
				conn.Accept(r, "smsc")
				c.play(conn)
			})
			cfg := hasty(addr)
			if c.want != sms.OutcomeUnknown {
				cfg.ResponseTimeout = time.Minute // an answer comes
			}
			client := client(t, cfg)
			run(t, client)
			bound(t, client)
			got := took
			if _, err := submit(client, 1, text); err != nil {
				got = err.Outcome
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			testenv.Eventually(t, 10*time.Second, func() bool { _, err := submit(client, 2, text); return err == nil }, "nothing goes any more")
			if st := client.Status(); st.InFlight != 0 {
				t.Errorf("%d places in the window are lost", st.InFlight)
			}
			if c.stays != (binds.Load() == 1) {
				t.Errorf("%d connections, stays %v", binds.Load(), c.stays)
			}
		})
	}
}

// The SMSC takes the beginning of a long message, and no more in the time left.
func TestATorsoIsPartial(t *testing.T) {
	addr := smpptest.Script(t, func(_ int, c *smpptest.Conn) {
		r, _ := c.Until(smpptest.Bind)
		c.Accept(r, "smsc")
		r, _ = c.Until(smpptest.Submit)
		c.Accept(r, "torso")
		for ok := true; ok; {
			if r, ok = c.Until(smpptest.Submit); ok {
				c.Say(smpptest.Submit|smpptest.Answer, 0x14, r.Sequence, "") // its queue is full
			}
		}
	})
	c := client(t, config(addr))
	run(t, c)
	bound(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // less than the rest would have to wait twice over
	defer cancel()
	ids, err := c.Submit(ctx, sms.Message{ID: "1", To: gatewaytest.Number(1), Text: text + strings.Repeat("请您评价。", 30), Ref: 7})
	if e := sms.AsSubmitError(err); err == nil || e.Outcome != sms.OutcomePartial || e.Code != "partial" || ids[0] != "torso" {
		t.Errorf("%q %v", ids, err)
	}
}

func TestBindsThatFailAreTriedAgain(t *testing.T) {
	for name, first := range map[string]func(*smpptest.Conn){
		"refused":           func(c *smpptest.Conn) { r, _ := c.Next(); c.Say(r.Command|smpptest.Answer, 0x0d, r.Sequence, "") },
		"refused by a nack": func(c *smpptest.Conn) { r, _ := c.Next(); c.Say(0x80000000, 0x03, r.Sequence, "") },
		"never answered":    func(c *smpptest.Conn) { _, _ = c.Next(); _, _ = c.Next() },
		"cut":               func(*smpptest.Conn) {},
		"answered in noise": func(c *smpptest.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); _, _ = c.Next() },
		"another's answer":  func(c *smpptest.Conn) { r, _ := c.Next(); c.Say(smpptest.Enquire|smpptest.Answer, 0, r.Sequence, "") },
	} {
		t.Run(name, func(t *testing.T) {
			addr := smpptest.Script(t, func(n int, c *smpptest.Conn) {
				if n < 2 {
					first(c)
					return
				}
				friendly(c)
			})
			cfg := hasty(addr)
			cfg.DialTimeout = time.Second
			c := client(t, cfg)
			run(t, c)
			bound(t, c)
			if _, err := submit(c, 1, text); err != nil || c.Status().LastError == "" {
				t.Errorf("%v, last error %q", err, c.Status().LastError)
			}
		})
	}
}

func TestALineThatDoesNotAnswerIsGivenUp(t *testing.T) {
	addr := smpptest.Script(t, func(n int, c *smpptest.Conn) {
		r, _ := c.Until(smpptest.Bind)
		c.Accept(r, "smsc")
		for n == 0 { // takes everything and says nothing
			if _, ok := c.Next(); !ok {
				return
			}
		}
		friendly(c)
	})
	cfg := hasty(addr)
	cfg.EnquireEvery, cfg.DialTimeout, cfg.ResponseTimeout = 50*time.Millisecond, 2*time.Second, time.Minute
	c := client(t, cfg)
	run(t, c)
	bound(t, c)
	begin := time.Now()
	if _, err := submit(c, 1, text); err == nil || err.Outcome != sms.OutcomeUnknown || time.Since(begin) > 30*time.Second {
		t.Fatalf("%v after %s", err, time.Since(begin))
	}
	bound(t, c)
	if _, err := submit(c, 2, text); err != nil {
		t.Fatal(err)
	}
}

// stuck is a sink whose store hangs.
type stuck struct{ gatewaytest.Sink }

func (*stuck) Receipt(ctx context.Context, _ sms.Receipt) error { <-ctx.Done(); return ctx.Err() }

func TestAStoreThatHangsDoesNotHoldTheLineForEver(t *testing.T) {
	var second atomic.Bool
	addr := smpptest.Script(t, func(n int, c *smpptest.Conn) {
		r, _ := c.Until(smpptest.Bind)
		c.Accept(r, "smsc")
		if n > 0 {
			second.Store(true)
			friendly(c)
			return
		}
		body := "\x00\x01\x0119900000001\x00\x00\x00106\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x11id:1 stat:DELIVRD"
		for i := range uint32(400) { // more than are handled side by side
			c.Say(smpptest.Deliver, 0, i+1, body)
		}
		_, _ = c.Until(smpptest.Unbind)
	})
	cfg := hasty(addr)
	cfg.EnquireEvery, cfg.DialTimeout = 100*time.Millisecond, time.Second
	c := client(t, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = c.Run(ctx, &stuck{}); close(done) }()
	testenv.Eventually(t, 10*time.Second, second.Load, "the line was never given up")
	cancel()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("Run does not end")
	}
}

// A line that was told to wait lets go at the last moment: what goes then has
// no time left for its answer, and would be unknown though nothing went wrong.
func TestWhatHasNoTimeForItsAnswerIsNotSent(t *testing.T) {
	server := smsc.Start(t)
	c := client(t, config(server.Addr))
	run(t, c)
	bound(t, c)
	server.Set(map[string]any{"delayMs": 3000})
	before := server.Stats().Submits
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	c.mu.Lock()
	c.holdTill = time.Now().Add(3500 * time.Millisecond) // as when the SMSC throttles
	c.mu.Unlock()
	_, err := c.Submit(ctx, sms.Message{ID: "late", To: gatewaytest.Number(2), Text: text})
	if e := sms.AsSubmitError(err); err == nil || e.Outcome != sms.OutcomeRetry || server.Stats().Submits != before {
		t.Fatalf("%+v, %d sent", err, server.Stats().Submits-before)
	}
}
