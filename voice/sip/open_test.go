package sip

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/voice"
)

// run keeps a trunk running until the test ends.
func run(t *testing.T, trunk *Trunk) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { trunk.Run(ctx) })
	t.Cleanup(func() { stop(); wg.Wait() })
}

// TestOpensLate: what keeps a trunk from opening at the start (here a port
// that is taken; a name that does not resolve goes the same way) is no reason
// to stop. The trunk is down, calls over it are faults, and it opens once it
// can.
func TestOpensLate(t *testing.T) {
	t.Parallel()
	taken := listen(t)
	c := newCarrier(t, func(c *carrier, req request) { c.respond(req, "486 Busy Here", "") })
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.Bind = taken.LocalAddr().String() })
	if s := trunk.Status(); s.Up || s.Detail != "not_open" {
		t.Errorf("%+v", s)
	}
	if r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t)); r.Outcome != voice.OutcomeTrunk || r.Detail != "not_open" || r.Rang {
		t.Errorf("%+v", r)
	}
	run(t, trunk)
	taken.Close()
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Up }, "did not open")
	if r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t)); r.Outcome != voice.OutcomeBusy {
		t.Errorf("%+v", r)
	}
}

// TestUnknownNameIsNoFaultOfTheStart: New gives a trunk, which says why it is
// down.
func TestUnknownNameIsNoFaultOfTheStart(t *testing.T) {
	t.Parallel()
	trunk, err := New(Config{Name: "far", Server: "no-such-host.invalid", Caller: "1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer trunk.Close()
	if s := trunk.Status(); s.Up || s.Detail != "not_open" {
		t.Errorf("%+v", s)
	}
	if _, err := Probe(t.Context(), Config{Name: "far", Server: "no-such-host.invalid", Caller: "1"}); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("%v", err)
	}
}

// TestMuteTrunk: a carrier that answers nothing takes its trunk down, and is
// asked with OPTIONS until it is back.
func TestMuteTrunk(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	mute := true
	c := newCarrier(t, func(c *carrier, req request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case mute:
		case req.method == "OPTIONS":
			c.respond(req, "403 Not You", "")
		case req.method == "INVITE":
			c.respond(req, "486 Busy Here", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.Silent = 2 * time.Second })
	run(t, trunk)
	if r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t)); r.Outcome != voice.OutcomeTrunk || r.Detail != "no_provisional" {
		t.Errorf("%+v", r)
	}
	if s := trunk.Status(); s.Up || s.Detail != "no_answer" {
		t.Errorf("%+v", s)
	}
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("OPTIONS") > 0 }, "nobody asks")
	mu.Lock()
	mute = false
	mu.Unlock()
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Up }, "not used again")
	if r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t)); r.Outcome != voice.OutcomeBusy {
		t.Errorf("%+v", r)
	}
}

// TestProbe: any status shows that somebody is there; silence, and a port
// where nobody listens, do not.
func TestProbe(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, func(c *carrier, req request) { c.respond(req, "404 Not Found", "") })
	if status, err := Probe(t.Context(), Config{Name: "a", Server: c.conn.LocalAddr().String(), Caller: "1", Bind: "127.0.0.1:5060"}); err != nil || status != 404 {
		t.Errorf("%d %v", status, err)
	}
	silent := listen(t)
	defer silent.Close()
	if _, err := Probe(t.Context(), Config{Name: "a", Server: silent.LocalAddr().String(), Caller: "1"}); err == nil || !strings.Contains(err.Error(), "OPTIONS") {
		t.Errorf("%v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := Probe(t.Context(), Config{Name: "a", Server: l.Addr().String(), Caller: "1", Transport: "tcp"}); err == nil {
		t.Error("nobody listens, and yet it is there")
	}
}

// TestDeafServerOverTCP: a server that takes no connection costs the time that
// a response may take, not the minute that dialling may.
func TestDeafServerOverTCP(t *testing.T) {
	t.Parallel()
	trunk, err := New(Config{Name: "a", Server: "10.255.255.1:5060", Caller: "1", Transport: "tcp", Bind: "127.0.0.1", Silent: 300 * time.Millisecond}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer trunk.Close()
	start := time.Now()
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
	if r.Outcome != voice.OutcomeTrunk || time.Since(start) > 30*time.Second {
		t.Errorf("%+v after %s", r, time.Since(start))
	}
}

// TestOtherStreamsAreRefusedInPlace: an offer of video and a whiteboard beside sound is
// answered stream by stream.
func TestOtherStreamsAreRefusedInPlace(t *testing.T) {
	offer := "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 31\r\nm=audio 9 RTP/AVP 0 8\r\nm=application 9 UDP wb\r\n"
	spec, err := readSDP([]byte(offer), []law{pcma, pcmu})
	if err != nil {
		t.Fatal(err)
	}
	answer := string(accept(spec, netip.MustParseAddrPort("127.0.0.1:4000"), 1, 2))
	video, audio, image := strings.Index(answer, "m=video 0 RTP/AVP 31\r\n"), strings.Index(answer, "m=audio 4000 RTP/AVP 0\r\n"), strings.Index(answer, "m=application 0 UDP wb\r\n")
	if video < 0 || audio < video || image < audio {
		t.Error(answer)
	}
}
