package sip

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/voice"
)

// never fails when a call is answered that should not be.
func never(t *testing.T) voice.Talk {
	return func(context.Context, voice.Line) { t.Error("the dialogue ran on a call that was not answered") }
}

func brief(context.Context, voice.Line) {}

// TestOutcomes: what carriers answer, and what it means.
func TestOutcomes(t *testing.T) {
	cases := []struct {
		status, reason string
		ring           bool
		want           voice.Outcome
	}{
		{"486 Busy Here", "", true, voice.OutcomeBusy},
		{"600 Busy Everywhere", "", false, voice.OutcomeBusy},
		{"480 Temporarily Unavailable", "", true, voice.OutcomeNoAnswer},
		{"480 Temporarily Unavailable", "Q.850;cause=20;text=\"absent\"", true, voice.OutcomeUnreachable},
		{"480 Temporarily Unavailable", "Q.850;cause=34", false, voice.OutcomeCongestion},
		{"480 Temporarily Unavailable", "SIP;cause=480, Q.850;cause=17", true, voice.OutcomeBusy},
		{"408 Request Timeout", "", true, voice.OutcomeNoAnswer},
		{"404 Not Found", "", false, voice.OutcomeUnreachable},
		{"404 Not Found", "Q.850;cause=1", false, voice.OutcomeUnreachable},
		{"484 Address Incomplete", "", false, voice.OutcomeUnreachable},
		{"604 Does Not Exist Anywhere", "", false, voice.OutcomeUnreachable},
		{"603 Decline", "", true, voice.OutcomeRejected},
		{"403 Forbidden", "", true, voice.OutcomeRejected},
		{"403 Forbidden", "", false, voice.OutcomeTrunk},
		{"403 Forbidden", "Q.850;cause=21", false, voice.OutcomeRejected},
		{"503 Service Unavailable", "", false, voice.OutcomeTrunk},
		{"503 Service Unavailable", "Q.850;cause=42", false, voice.OutcomeCongestion},
		{"500 Server Internal Error", "Q.850;cause=31", false, voice.OutcomeTrunk},
		{"302 Moved Temporarily", "", false, voice.OutcomeTrunk},
		{"401 Unauthorized", "", false, voice.OutcomeTrunk},
		{"500 Server Internal Error", "Q.850;cause=banana", false, voice.OutcomeTrunk},
	}
	for _, one := range cases {
		t.Run(one.status+" "+one.reason, func(t *testing.T) {
			t.Parallel()
			c := newCarrier(t, func(c *carrier, req request) {
				if req.method != "INVITE" {
					return
				}
				c.respond(req, "100 Trying", "")
				var more []string
				if one.reason != "" {
					more = append(more, "Reason: "+one.reason)
				}
				refuse := func() { c.respond(req, one.status, "", more...) }
				if !one.ring {
					refuse()
					return
				}
				c.respond(req, "180 Ringing", "")
				time.AfterFunc(time.Second, refuse) // the library takes responses side by side
			})
			r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, never(t))
			if r.Outcome != one.want || r.Rang != one.ring || fmt.Sprint(r.Code) != one.status[:3] {
				t.Errorf("%+v, want %s", r, one.want)
			}
			testenv.Eventually(t, 30*time.Second, func() bool { return c.count("ACK") > 0 }, "the refusal was not acknowledged")
		})
	}
}

// TestManyRings: any number of 18x before the answer.
func TestManyRings(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "100 Trying", "")
			for i := range 25 {
				c.respond(req, []string{"180 Ringing", "183 Session Progress", "181 Call Is Being Forwarded"}[i%3], c.sdp("8"))
			}
			c.respond(req, "200 OK", c.sdp("8 101", "rtpmap:101 telephone-event/8000"))
		case "BYE":
			c.respond(req, "200 OK", "")
		}
	})
	talked := false
	r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(context.Context, voice.Line) { talked = true })
	if r.Outcome != voice.OutcomeAnswered || !talked || !r.Rang || r.Answered.IsZero() {
		t.Errorf("%+v", r)
	}
	if c.count("ACK") != 1 || c.count("BYE") != 1 {
		t.Errorf("%d ACK, %d BYE", c.count("ACK"), c.count("BYE"))
	}
}

// TestAnswerCrossesCancel: the answer that comes while we cancel is
// acknowledged and hung up.
func TestAnswerCrossesCancel(t *testing.T) {
	t.Parallel()
	var invite request
	ctx, stop := context.WithCancel(t.Context())
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			invite = req
			c.respond(req, "180 Ringing", "")
			time.AfterFunc(time.Second, stop)
		case "CANCEL":
			c.respond(invite, "200 OK", c.sdp("8"))
			c.respond(req, "200 OK", "")
		case "BYE":
			c.respond(req, "200 OK", "")
		}
	})
	r := trunkTo(t, c).Call(ctx, voice.Order{To: number(t)}, never(t))
	if r.Outcome != voice.OutcomeStopped || !strings.Contains(r.Detail, "stopped") {
		t.Errorf("%+v", r)
	}
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("ACK") == 1 && c.count("BYE") == 1 }, "the callee sits in a dead call")
}

// TestRingLimit: a telephone that rings for ever is cancelled.
func TestRingLimit(t *testing.T) {
	t.Parallel()
	var invite request
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			invite = req
			c.respond(req, "180 Ringing", "")
		case "CANCEL":
			c.respond(req, "200 OK", "")
			c.respond(invite, "487 Request Terminated", "")
		}
	})
	r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t), Ring: 2 * time.Second}, never(t))
	if r.Outcome != voice.OutcomeNoAnswer || r.Detail != "ring_limit" || r.Code != 487 {
		t.Errorf("%+v", r)
	}
	if c.count("CANCEL") != 1 {
		t.Errorf("%d CANCELs", c.count("CANCEL"))
	}
}

// TestNobodyAnswersAtAll: a server that says nothing costs Silent, not the 32
// seconds of the protocol; its late ring is cancelled, its late answer hung up.
func TestNobodyAnswersAtAll(t *testing.T) {
	t.Parallel()
	var invite atomic.Pointer[request]
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			invite.CompareAndSwap(nil, &req)
		case "BYE", "CANCEL":
			c.respond(req, "200 OK", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.Silent = 300 * time.Millisecond })
	start := time.Now()
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
	if r.Outcome != voice.OutcomeTrunk || r.Detail != "no_provisional" || time.Since(start) > 20*time.Second {
		t.Errorf("%+v after %s", r, time.Since(start))
	}
	testenv.Eventually(t, 30*time.Second, func() bool { return invite.Load() != nil }, "nothing came")
	c.respond(*invite.Load(), "180 Ringing", "")
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("CANCEL") == 1 }, "a late ring was not cancelled")
	c.respond(*invite.Load(), "200 OK", c.sdp("8"))
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("ACK") == 1 && c.count("BYE") == 1 }, "a late answer was not hung up")
}

// TestRepeatedAnswerIsAcknowledgedAgain: a lost ACK.
func TestRepeatedAnswerIsAcknowledgedAgain(t *testing.T) {
	var acks atomic.Int32
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "200 OK", c.sdp("8"))
			c.respond(req, "200 OK", c.sdp("8"))
		case "BYE":
			c.respond(req, "200 OK", "")
		case "ACK":
			if acks.Add(1) == 1 {
				c.mu.Lock()
				first := c.requests[0]
				c.mu.Unlock()
				c.respond(request{"INVITE", first, req.from}, "200 OK", c.sdp("8"))
			}
		}
	})
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(context.Context, voice.Line) {
		testenv.Eventually(t, 30*time.Second, func() bool { return acks.Load() >= 2 }, "one ACK only")
	})
}

// TestCodecs: what the carrier may answer to our offer.
func TestCodecs(t *testing.T) {
	cases := []struct {
		name, formats string
		attributes    []string
		answered      bool
	}{
		{"A-law", "8", nil, true},
		{"µ-law", "0", nil, true},
		{"A-law under a number of its own", "108 96", []string{"rtpmap:108 PCMA/8000", "rtpmap:96 telephone-event/8000"}, true},
		{"a codec that was not offered", "18", []string{"rtpmap:18 G729/8000"}, false},
		{"A-law's number for something else", "8", []string{"rtpmap:8 opus/48000/2"}, false},
		{"keys only", "101", []string{"rtpmap:101 telephone-event/8000"}, false},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			c := newCarrier(t, func(c *carrier, req request) {
				switch req.method {
				case "INVITE":
					c.respond(req, "200 OK", c.sdp(one.formats, one.attributes...))
				case "BYE":
					c.respond(req, "200 OK", "")
				}
			})
			talked := false
			r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(context.Context, voice.Line) { talked = true })
			if talked != one.answered || (r.Outcome == voice.OutcomeAnswered) != one.answered {
				t.Errorf("%+v talked=%v", r, talked)
			}
			if c.count("BYE") != 1 || c.count("ACK") != 1 {
				t.Errorf("%d BYE, %d ACK: the call was not taken down", c.count("BYE"), c.count("ACK"))
			}
		})
	}
}

// TestWrongPassword: a carrier that keeps asking is not asked for ever.
func TestWrongPassword(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		if req.method == "INVITE" {
			c.respond(req, "407 Proxy Authentication Required", "", `Proxy-Authenticate: Digest realm="carrier", nonce="n`+fmt.Sprint(c.count("INVITE"))+`", algorithm=MD5, qop="auth"`)
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password = "u", "wrong" })
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
	if r.Outcome != voice.OutcomeTrunk || r.Code != 407 || r.Detail != "password" {
		t.Errorf("%+v", r)
	}
	if n := c.count("INVITE"); n != 1+authTries {
		t.Errorf("%d INVITEs", n)
	}
}

// TestLimits: no more calls at once than the trunk allows.
func TestLimits(t *testing.T) {
	var live, most atomic.Int32
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "200 OK", c.sdp("8"))
		case "BYE":
			c.respond(req, "200 OK", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.MaxCalls = 3 })
	done := make(chan voice.Result)
	for range 12 {
		go func() {
			done <- trunk.Call(t.Context(), voice.Order{To: number(t)}, func(context.Context, voice.Line) {
				if n := live.Add(1); n > most.Load() {
					most.Store(n)
				}
				testenv.Eventually(t, 30*time.Second, func() bool { return live.Load() == 3 || c.count("INVITE") >= 10 })
				live.Add(-1)
			})
		}()
	}
	for range 12 {
		if r := <-done; r.Outcome != voice.OutcomeAnswered {
			t.Errorf("%+v", r)
		}
	}
	if most.Load() > 3 {
		t.Errorf("%d calls at once on a trunk of 3", most.Load())
	}
}

func TestPace(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		if req.method == "INVITE" {
			c.respond(req, "486 Busy Here", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.PerSecond = 20 })
	start := time.Now()
	for range 30 {
		trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
	}
	if took := time.Since(start); took < 450*time.Millisecond {
		t.Errorf("30 calls in %s at 20 a second with a burst of 20", took)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no name":       {Server: "127.0.0.1", Caller: "1"},
		"no server":     {Name: "x", Caller: "1"},
		"no caller":     {Name: "x", Server: "127.0.0.1"},
		"transport":     {Name: "x", Server: "127.0.0.1", Caller: "1", Transport: "carrier-pigeon"},
		"no password":   {Name: "x", Server: "127.0.0.1", User: "u", Register: true},
		"few ports":     {Name: "x", Server: "127.0.0.1", Caller: "1", RTPFrom: 10000, RTPTo: 10010, MaxCalls: 30},
		"unknown codec": {Name: "x", Server: "127.0.0.1", Caller: "1", Laws: []string{"opus"}},
		"external name": {Name: "x", Server: "127.0.0.1", Caller: "1", External: "sip.example.cn"},
		"bind name":     {Name: "x", Server: "127.0.0.1", Caller: "1", Bind: "eth0"},
	} {
		if trunk, err := New(cfg, nil); err == nil {
			trunk.Close()
			t.Errorf("%s: taken", name)
		}
	}
}
