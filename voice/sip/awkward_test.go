package sip

import (
	"context"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/g711"
)

// TestKeysWithoutName: an answer may repeat our 101 and leave its name out; a
// number that it gives to something else holds no keys.
func TestKeysWithoutName(t *testing.T) {
	read := func(formats, attributes string) mediaSpec {
		t.Helper()
		spec, err := readSDP([]byte("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP "+formats+"\r\n"+attributes), []law{pcma, pcmu})
		if err != nil {
			t.Fatal(err)
		}
		return spec
	}
	if s := read("8 101", ""); s.keys != 101 {
		t.Errorf("keys under %d", s.keys)
	}
	if s := read("8 127", "a=rtpmap:127 telephone-event/8000/1\r\n"); s.keys != 127 || s.ours != 101 {
		t.Errorf("keys under %d and %d", s.keys, s.ours)
	}
	if s := read("8 101", "a=rtpmap:101 iLBC/8000\r\n"); s.keys != noPayload || s.ours != noPayload {
		t.Errorf("keys under %d and %d", s.keys, s.ours)
	}
	if s := read("101", "a=rtpmap:101 PCMA/8000\r\n"); s.ours != noPayload || s.laws[101] != pcma || s.laws[8] != pcma || s.laws[0] != pcmu {
		t.Errorf("%+v", s)
	}
}

// TestComfortNoise: a telephone that sends no silence is not dead while its
// comfort noise comes.
func TestComfortNoise(t *testing.T) {
	answer, err := readSDP([]byte("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"), []law{pcma})
	if err != nil {
		t.Fatal(err)
	}
	m := &media{}
	m.answer(answer)
	noise := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: payloadNoise, SSRC: 7}, Payload: []byte{64}}
	raw, err := noise.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	later := m.answered.Add(19 * time.Second)
	if silent := m.silentFor(later); silent != 19*time.Second {
		t.Errorf("silent for %s without a sound", silent)
	}
	m.packet(raw, answer.addr, later)
	if silent := m.silentFor(later.Add(time.Second)); silent != time.Second {
		t.Errorf("silent for %s, a second after comfort noise", silent)
	}
}

// TestOldHold: 0.0.0.0 is a hold too.
func TestOldHold(t *testing.T) {
	c := answering(t, plain, nil)
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(_ context.Context, line voice.Line) {
		invite := c.invited()
		invite.from = trunkAddr(c)
		c.within(invite, "INVITE", 901, strings.Replace(plain(c), "IN IP4 127.0.0.1\r\nt=", "IN IP4 0.0.0.0\r\nt=", 1))
		testenv.Eventually(t, 30*time.Second, func() bool { return c.answered("a=recvonly") }, "the hold was not answered")
		line.Play(make([]byte, 5*g711.Frame))
		staysOnHold(t, line)
	})
}

// TestOfferInTheACK: a re-INVITE without a description asks for our offer,
// which is whole also while we are held; its answer comes with the ACK. Our
// 2xx is repeated until then.
func TestOfferInTheACK(t *testing.T) {
	c := answering(t, plain, nil)
	moved := listen(t)
	defer moved.Close()
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		invite := c.invited()
		invite.from = trunkAddr(c)
		c.within(invite, "INVITE", 901, c.sdp("8", "sendonly"))
		testenv.Eventually(t, 30*time.Second, func() bool { return c.answered("a=recvonly") }, "the hold was not answered")
		c.within(invite, "ACK", 901, "")
		c.within(invite, "INVITE", 902, "")
		offered := regexp.MustCompile(`(?s)SIP/2\.0 200.*CSeq: 902 INVITE.*RTP/AVP 8 0 101.*a=sendrecv`)
		times := func() (n int) {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, r := range c.requests {
				if offered.MatchString(r) {
					n++
				}
			}
			return n
		}
		testenv.Eventually(t, 30*time.Second, func() bool { return times() > 1 }, "an answer that is not acknowledged is not repeated")
		c.within(invite, "ACK", 902, strings.Replace(c.sdp("8"), portOf(c.rtp), portOf(moved), 1))
		hearPackets(t, moved, 3)
		if ctx.Err() != nil {
			t.Error("the call did not go on")
		}
	})
}

func portOf(conn *net.UDPConn) string {
	return regexp.MustCompile(`\d+$`).FindString(conn.LocalAddr().String())
}

// TestTwoTelephonesAnswer: where the carrier rings several and two pick up at
// once, the second is hung up and the call goes on with the first.
func TestTwoTelephonesAnswer(t *testing.T) {
	c := answering(t, plain, nil)
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		second := c.invited()
		second.from = trunkAddr(c)
		second.text = strings.Replace(second.text, "\r\nTo: ", "\r\nTo: <sip:other@127.0.0.1>;tag=second\r\nOld-To: ", 1)
		c.respond(second, "200 OK", plain(c))
		of := func(method string) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, r := range c.requests {
				if strings.HasPrefix(r, method) && strings.Contains(r, "tag=second") {
					return true
				}
			}
			return false
		}
		testenv.Eventually(t, 30*time.Second, func() bool { return of("ACK ") && of("BYE ") }, "the second telephone sits in a dead call")
		if ctx.Err() != nil {
			t.Error("the first was hung up too")
		}
	})
}

// TestEarlyMediaBindsNobody: the announcement before the answer may come from
// a server of its own; the sound of the call is heard all the same.
func TestEarlyMediaBindsNobody(t *testing.T) {
	t.Parallel()
	usual := []uint16{0, 160, 320, 480, 640, 800, 960, 960, 960}
	from := func(host byte) *net.UDPConn {
		conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, host)})
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	announcer, telephone := from(3), from(4)
	defer announcer.Close()
	defer telephone.Close()
	c := newCarrier(t, func(c *carrier, req request) {
		switch req.method {
		case "INVITE":
			c.respond(req, "183 Session Progress", plain(c))
			for _, payload := range []uint8{payloadMu, payloadA, payloadNoise, offeredKeys} {
				press(t, announcer, net.UDPAddrFromAddrPort(far(t, req)), payload, 1000, 9, usual)
			}
			time.AfterFunc(1500*time.Millisecond, func() { // the packets are read by then
				c.respond(req, "200 OK", strings.Replace(plain(c), "IN IP4 127.0.0.1\r\nt=", "IN IP4 127.0.0.9\r\nt=", 1))
			})
		case "ACK":
			press(t, telephone, net.UDPAddrFromAddrPort(far(t, c.invited())), 101, 50000, 1, usual)
		case "BYE":
			c.respond(req, "200 OK", "")
		}
	})
	trunkTo(t, c).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
		select {
		case s := <-line.Heard():
			if s.Key != '1' {
				t.Errorf("%+v", s)
			}
		case <-time.After(30 * time.Second):
			t.Error("the telephone was not heard")
		}
	})
}
