package sip

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi/internal/testenv"
	"minyi/voice"
)

// TestWhereSoundGoes: a carrier may name its media server by host; where there
// is no way to it the call ends as a fault of the trunk that says so.
func TestWhereSoundGoes(t *testing.T) {
	for name, one := range map[string]struct {
		connection string
		want       voice.Outcome
		detail     string
	}{
		"a host":                   {"IN IP4 localhost", voice.OutcomeAnswered, ""},
		"a host that is not":       {"IN IP4 media.invalid", voice.OutcomeTrunk, "sound_address"},
		"IPv6 on an IPv4 trunk":    {"IN IP6 2001:db8::1", voice.OutcomeTrunk, "sound_address"},
		"everybody":                {"IN IP4 224.2.1.1/127", voice.OutcomeTrunk, "no_common_codec"},
		"no name and no address":   {"IN IP4 256.1.1.1", voice.OutcomeTrunk, "no_common_codec"},
		"nowhere: held from start": {"IN IP4 0.0.0.0", voice.OutcomeAnswered, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := answering(t, func(c *carrier) string {
				return strings.Replace(c.sdp("8"), "c=IN IP4 127.0.0.1", "c="+one.connection, 1)
			}, nil)
			heard := false
			r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(context.Context, voice.Line) {
				if name == "a host" {
					heard = len(hearPackets(t, c.rtp, 1)) == 1
				}
			})
			if r.Outcome != one.want || r.Detail != one.detail || name == "a host" && !heard {
				t.Errorf("%+v", r)
			}
			testenv.Eventually(t, 10*time.Second, func() bool { return c.count("ACK") > 0 && c.count("BYE") > 0 }, "the callee sits in a dead call")
		})
	}
}

// TestIPv6: signalling, sound and keys of a carrier that has IPv6 alone.
func TestIPv6(t *testing.T) {
	probe, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		testenv.Require(t, "IPv6 on the loopback")
	}
	probe.Close()
	c := newCarrierAt(t, net.IPv6loopback, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "200 OK", c.sdp("8 101", "rtpmap:101 telephone-event/8000"))
		case "ACK":
			press(t, c.rtp, net.UDPAddrFromAddrPort(far(t, c.invited())), 101, 1000, 7, []uint16{160, 320, 480, 480, 480})
		case "BYE":
			c.respond(req, "200 OK", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.Bind = "::1" })
	var key byte
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		if packets := hearPackets(t, c.rtp, 2); len(packets) == 2 {
			key = (<-line.Heard()).Key
		}
	})
	if r.Outcome != voice.OutcomeAnswered || key != '7' {
		t.Errorf("%+v, key %q", r, key)
	}
	invite := c.invited()
	for _, want := range []string{`^INVITE sip:\d+@\[::1\] SIP`, `(?m)^Contact: <sip:057112345@\[::1\]:\d+>`, `(?m)^Via: SIP/2.0/UDP \[::1\]:\d+;`, `(?m)^c=IN IP6 ::1\r$`} {
		if !regexp.MustCompile(want).MatchString(invite.text) {
			t.Errorf("no %s in\n%s", want, invite.text)
		}
	}
}

// TestBehindNAT: the carrier sees the public address alone, for signalling and
// for sound, and hangs up by it.
func TestBehindNAT(t *testing.T) {
	c := answering(t, plain, onAck(func(c *carrier, req request) {
		invite := c.invited()
		invite.from = req.from
		c.within(invite, "BYE", 900, "")
	}))
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.External, cfg.Asserted = "203.0.113.7", true })
	r := trunk.Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, _ voice.Line) { <-ctx.Done() })
	if r.Outcome != voice.OutcomeAnswered || !r.HungUp {
		t.Errorf("%+v", r)
	}
	port := trunk.laddr.Port
	for _, want := range []string{fmt.Sprintf(`(?m)^Contact: <sip:057112345@203\.0\.113\.7:%d>`, port), fmt.Sprintf(`(?m)^Via: SIP/2.0/UDP 203\.0\.113\.7:%d;`, port), `(?m)^c=IN IP4 203\.0\.113\.7\r$`} {
		if !regexp.MustCompile(want).MatchString(c.invited().text) {
			t.Errorf("no %s in\n%s", want, c.invited().text)
		}
	}
}
