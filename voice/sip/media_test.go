package sip

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/g711"
)

// answering is a carrier that answers every call with body and hangs up when
// told.
func answering(t *testing.T, body func(*carrier) string, also func(*carrier, request)) *carrier {
	return newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "200 OK", body(c))
		case "BYE":
			c.respond(req, "200 OK", "")
		}
		if also != nil {
			also(c, req)
		}
	})
}

func plain(c *carrier) string { return c.sdp("8 101", "rtpmap:101 telephone-event/8000") }

// onAck runs f once, when the call stands.
func onAck(f func(*carrier, request)) func(*carrier, request) {
	var once sync.Once
	return func(c *carrier, req request) {
		if req.method == "ACK" {
			once.Do(func() { f(c, req) })
		}
	}
}

// invited gives the INVITE that c got.
func (c *carrier) invited() request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return request{"INVITE", c.requests[0], nil}
}

// press sends one key as RFC 4733 packets, those whose index drop names lost.
func press(t *testing.T, conn *net.UDPConn, to *net.UDPAddr, payload uint8, stamp uint32, event byte, durations []uint16, drop ...int) {
	t.Helper()
	for i, d := range durations {
		if slices.Contains(drop, i) {
			continue
		}
		flags := byte(10)
		if i >= len(durations)-3 {
			flags |= 0x80
		}
		p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: payload, SequenceNumber: uint16(stamp) + uint16(i), Timestamp: stamp, SSRC: 7},
			Payload: []byte{event, flags, byte(d >> 8), byte(d)}}
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		conn.WriteToUDP(raw, to)
	}
}

// TestKeysOnTheWire: keys under the payload type that the carrier chose, with
// packets lost, and a stranger's that must not count.
func TestKeysOnTheWire(t *testing.T) {
	usual := []uint16{0, 160, 320, 480, 640, 800, 960, 960, 960}
	c := answering(t, func(c *carrier) string { return c.sdp("8 97", "rtpmap:97 telephone-event/8000") }, onAck(func(c *carrier, req request) {
		to := net.UDPAddrFromAddrPort(far(t, c.invited()))
		press(t, c.rtp, to, 97, 1000, 1, usual)
		press(t, c.rtp, to, 97, 5000, 2, usual, 6, 7, 8)         // all ends lost
		press(t, c.rtp, to, 97, 9000, 3, usual, 0, 1, 2, 3)      // the beginning lost
		press(t, c.rtp, to, 97, 13000, 3, usual)                 // the same key again
		press(t, c.rtp, to, 97, 17000, 10, []uint16{80, 80, 80}) // a short one, with its ends
		press(t, c.rtp, to, 97, 21000, 11, usual)
		press(t, c.rtp, to, 97, 25000, 16, usual) // flash is no key
		press(t, c.rtp, to, 102, 29000, 5, usual) // no number that anybody named
		press(t, c.rtp, to, 101, 29000, 8, usual) // the number of our offer, as RFC 3264 has it
		stranger, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)})
		if err != nil {
			t.Error(err)
			return
		}
		press(t, stranger, to, 97, 33000, 6, usual)
		stranger.Close()
		press(t, c.rtp, to, 97, 37000, 0, usual)
	}))
	var got []byte
	r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		for {
			select {
			case s := <-line.Heard():
				if s.Kind == voice.SoundKey {
					got = append(got, s.Key)
				}
				if s.Key == '0' {
					return
				}
			case <-time.After(30 * time.Second):
				t.Error("no more keys")
				return
			}
		}
	})
	if string(got) != "1233*#80" {
		t.Errorf("heard %q", got)
	}
	if r.BadParts == 0 || r.Packets == 0 {
		t.Errorf("%+v", r)
	}
}

// TestSoundOnTheWire: what the other side receives is the prompt, in the law
// that it chose, on a clock that never stands still.
func TestSoundOnTheWire(t *testing.T) {
	for name, one := range map[string]struct {
		formats    string
		attributes []string
		samples    int // a packet
	}{
		"A-law":                      {"8", nil, g711.Frame},
		"µ-law":                      {"0", nil, g711.Frame},
		"40 ms are wanted":           {"8", []string{"ptime:40"}, 2 * g711.Frame},
		"no more than 30 are wanted": {"0", []string{"maxptime:30", "ptime:60"}, 3 * g711.Frame / 2},
		"10 ms are wanted":           {"8", []string{"ptime: 10.0"}, g711.Frame / 2},
		"nonsense is wanted":         {"8", []string{"ptime:NaN", "maxptime:-3"}, g711.Frame},
		"far too much is wanted":     {"8", []string{"ptime:1e9"}, 3 * g711.Frame},
	} {
		t.Run(name, func(t *testing.T) {
			c := answering(t, func(c *carrier) string { return c.sdp(one.formats, one.attributes...) }, nil)
			prompt := make([]byte, 20*g711.Frame+57)
			for i := range prompt {
				prompt[i] = byte(i * 7)
			}
			var packets []rtp.Packet
			played := false
			trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
				n := line.Play(prompt)
				packets = hearPackets(t, c.rtp, 2*len(prompt)/one.samples)
				s := <-line.Heard()
				played = s.Kind == voice.SoundPlayed && s.Played == n
			})
			if !played {
				t.Error("the end of the prompt was not told")
			}
			checkStream(t, packets, one.samples)
			want := slices.Clone(prompt)
			if one.formats == "0" {
				g711.AToMu(want, prompt)
			}
			if !containsRun(joined(packets), want) {
				t.Error("the prompt did not come through as it is")
			}
		})
	}
}

func hearPackets(t *testing.T, conn *net.UDPConn, n int) []rtp.Packet {
	t.Helper()
	var packets []rtp.Packet
	buf := make([]byte, 1500)
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	for len(packets) < n {
		size, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("after %d packets: %v", len(packets), err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(slices.Clone(buf[:size])); err != nil {
			t.Fatal(err)
		}
		packets = append(packets, p)
	}
	return packets
}

// checkStream holds a stream to one frame a packet. A machine that stood still
// for more than ten frames leaves them out, and its clock goes on.
func checkStream(t *testing.T, packets []rtp.Packet, samples int) {
	t.Helper()
	for i, p := range packets[1:] {
		passed := p.Timestamp - packets[i].Timestamp
		if passed != uint32(samples) && (passed <= 10*g711.Frame || (passed-uint32(samples))%g711.Frame != 0) || p.SequenceNumber-packets[i].SequenceNumber != 1 || p.SSRC != packets[0].SSRC || p.Marker || len(p.Payload) != samples {
			t.Fatalf("packet %d: %+v after %+v", i+1, p.Header, packets[i].Header)
		}
	}
}

func joined(packets []rtp.Packet) (all []byte) {
	for _, p := range packets {
		all = append(all, p.Payload...)
	}
	return all
}

func containsRun(all, run []byte) bool {
	for i := 0; i+len(run) <= len(all); i++ {
		if slices.Equal(all[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// TestHangUpByTheOtherSide: BYE with a cause ends the talk.
func TestHangUpByTheOtherSide(t *testing.T) {
	c := answering(t, plain, onAck(func(c *carrier, req request) {
		invite := c.invited()
		invite.from = req.from
		c.within(invite, "BYE", 900, "", "Reason: Q.850;cause=16")
	}))
	var last voice.Sound
	r := trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		<-ctx.Done()
		last = <-line.Heard()
	})
	if last.Kind != voice.SoundHungUp || !r.HungUp || r.Cause != 16 || r.Outcome != voice.OutcomeAnswered {
		t.Errorf("%+v %+v", last, r)
	}
	if c.count("BYE") != 0 {
		t.Error("a call that was hung up was hung up again")
	}
	testenv.Eventually(t, 30*time.Second, func() bool { return c.count("SIP/2.0") > 0 }, "the BYE was not answered")
}

// TestDeadCall: no sound for too long ends the call.
func TestDeadCall(t *testing.T) {
	c := answering(t, plain, nil)
	var last voice.Sound
	trunkTo(t, c, func(cfg *Config) { cfg.RTPTimeout = 200 * time.Millisecond }).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		<-ctx.Done()
		last = <-line.Heard()
	})
	if last.Kind != voice.SoundLost {
		t.Errorf("%+v", last)
	}
	if c.count("BYE") != 1 {
		t.Error("the dead call was not hung up")
	}
}

// TestHoldAndResume: the prompt waits while the other side holds, and the RTP
// timeout with it.
func TestHoldAndResume(t *testing.T) {
	hold := make(chan string)
	c := answering(t, plain, nil)
	go func() {
		for n := 901; ; n++ {
			dir, ok := <-hold
			if !ok {
				return
			}
			invite := c.invited()
			invite.from = trunkAddr(c)
			c.within(invite, "INVITE", n, c.sdp("8 101", "rtpmap:101 telephone-event/8000", dir))
		}
	}()
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(_ context.Context, line voice.Line) {
		hearPackets(t, c.rtp, 3)
		hold <- "inactive"
		testenv.Eventually(t, 30*time.Second, func() bool { return c.answered("a=inactive") }, "the hold was not answered")
		hold <- "sendonly" // and yet nothing is sent
		testenv.Eventually(t, 30*time.Second, func() bool { return c.answered("a=recvonly") }, "the hold was not answered")
		drain(c.rtp)
		line.Play(make([]byte, 5*g711.Frame))
		staysOnHold(t, line)
		hold <- "sendrecv"
		hearPackets(t, c.rtp, 6)
		if s := <-line.Heard(); s.Kind != voice.SoundPlayed {
			t.Errorf("%+v after the hold", s)
		}
	})
	close(hold)
}

// staysOnHold looks whether a held call neither goes on nor is taken for dead.
func staysOnHold(t *testing.T, line voice.Line) {
	t.Helper()
	select {
	case s := <-line.Heard():
		t.Errorf("%+v while on hold", s)
	case <-time.After(600 * time.Millisecond):
	}
	if silent := line.(*media).silentFor(time.Now().Add(time.Hour)); silent != 0 {
		t.Errorf("a held call counts as silent for %s", silent)
	}
}

func trunkAddr(c *carrier) *net.UDPAddr {
	spec := c.invited().header("Via")
	host := spec[len("SIP/2.0/UDP "):]
	host = host[:slices.Index([]byte(host), ';')]
	a, _ := net.ResolveUDPAddr("udp", host)
	return a
}

// answered tells whether a 200 with text in it came from the trunk.
func (c *carrier) answered(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.requests, func(r string) bool {
		return len(r) > 11 && r[:11] == "SIP/2.0 200" && containsRun([]byte(r), []byte(text))
	})
}

func drain(conn *net.UDPConn) {
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	buf := make([]byte, 1500)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

// TestWhatIsNotOffered: SIP INFO, UPDATE, PRACK, 100rel and calls to us are
// refused cleanly, and the call goes on.
func TestWhatIsNotOffered(t *testing.T) {
	c := answering(t, plain, nil)
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		invite := c.invited()
		invite.from = trunkAddr(c)
		for i, one := range []struct{ method, header, want string }{
			{"INFO", "Content-Type: application/dtmf-relay", "SIP/2.0 405"},
			{"UPDATE", "Session-Expires: 90", "SIP/2.0 405"},
			{"PRACK", "RAck: 1 1 INVITE", "SIP/2.0 405"},
			{"MESSAGE", "X: y", "SIP/2.0 405"},
			{"INVITE", "Require: 100rel", "SIP/2.0 420"},
			{"OPTIONS", "X: y", "SIP/2.0 200"},
		} {
			c.within(invite, one.method, 910+i, "", one.header)
			testenv.Eventually(t, 30*time.Second, func() bool { return c.count(one.want) > 0 && c.count("SIP/2.0") > i }, one.method)
		}
		outside := invite
		outside.text = "INVITE sip:x SIP/2.0\r\nContact: <sip:" + trunkAddr(c).String() + ">\r\nFrom: <sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: another\r\n"
		c.within(outside, "INVITE", 990, "")
		testenv.Eventually(t, 30*time.Second, func() bool { return c.count("SIP/2.0 403") > 0 }, "a call to us")
		c.within(outside, "BYE", 991, "")
		testenv.Eventually(t, 30*time.Second, func() bool { return c.count("SIP/2.0 481") > 0 }, "a BYE of no call")
		outside.text = strings.Replace(outside.text, "<sip:a@b>", "<sip:a@b>;tag=other", 1)
		c.within(outside, "INVITE", 992, "")
		testenv.Eventually(t, 30*time.Second, func() bool { return c.count("SIP/2.0 481") > 1 }, "a change of a call that is over")
		if ctx.Err() != nil {
			t.Error("the call did not survive what was refused")
		}
	})
	if invite := c.invited().text; containsRun([]byte(invite), []byte("100rel")) || containsRun([]byte(invite), []byte("timer")) {
		t.Error("offers what it cannot do")
	}
}

// TestRecording: what is heard is laid out by its timestamps.
func TestRecording(t *testing.T) {
	frame := func(v byte) []byte { return slices.Repeat([]byte{v}, g711.Frame) }
	var got []byte
	var g gapFiller
	sink := func(b []byte) { got = append(got, b...) }
	g.take(1000, frame(1), pcma, sink)
	g.take(1160, frame(2), pcma, sink)
	g.take(1480, frame(4), pcma, sink) // one is lost
	g.take(1320, frame(3), pcma, sink) // and comes too late
	g.take(900000, frame(5), pcma, sink)
	want := slices.Concat(frame(1), frame(2), frame(g711.SilenceA), frame(4), frame(5))
	if !slices.Equal(got, want) {
		t.Errorf("%d octets, want %d", len(got), len(want))
	}
}
