package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"minyi/voice"
)

func FuzzSDP(f *testing.F) {
	f.Add("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 97\r\na=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n")
	f.Add("v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nt=0 0\r\nm=video 1 RTP/AVP 31\r\nm=audio 65535/2 RTP/AVP 300 -1 8\r\nc=IN IP6 ::1\r\na=rtpmap:8\r\n")
	f.Add("v=0\nm=audio 0 RTP/AVP 8\n")
	f.Add("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 media-1.carrier.example\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=ptime:1e300\r\na=maxptime:0.1\r\n")
	f.Add("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 31\r\nm=audio 9 RTP/AVP 8\r\nm=application 9 UDP wb\r\n")
	f.Fuzz(func(t *testing.T, body string) {
		spec, err := readSDP([]byte(body), []law{pcma, pcmu})
		if err != nil {
			return
		}
		if _, known := spec.laws[spec.audio]; !known || !spec.addr.IsValid() && spec.host == "" || spec.addr.Port() == 0 || spec.samples < 80 || spec.samples > mostSamples {
			t.Fatalf("%+v from %q", spec, body)
		}
		ours := accept(spec, netip.MustParseAddrPort("127.0.0.1:4000"), 1, 2)
		again, err := readSDP(ours, []law{pcma, pcmu})
		if err != nil || again.audio != spec.audio || again.law != spec.law || again.keys != spec.keys && spec.keys != spec.audio {
			t.Fatalf("our answer reads as %+v (%v), theirs as %+v", again, err, spec)
		}
		if len(again.before) != len(spec.before) || len(again.after) != len(spec.after) {
			t.Fatalf("our answer names %d streams, the offer %d: %s", 1+len(again.before)+len(again.after), 1+len(spec.before)+len(spec.after), ours)
		}
	})
}

func FuzzRTP(f *testing.F) {
	f.Add([]byte{0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0x8a, 1, 64}, uint16(4000))
	f.Add([]byte{0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3}, uint16(4000))
	f.Add([]byte{0x9f, 8}, uint16(1))
	f.Fuzz(func(t *testing.T, raw []byte, port uint16) {
		m := &media{sounds: make(chan voice.Sound, 8), gone: make(chan struct{}), latch: port%2 == 0, answered: time.Now(),
			spec: mediaSpec{addr: netip.MustParseAddrPort("127.0.0.1:4000"), law: pcma, audio: 8, laws: map[uint8]law{8: pcma, 0: pcmu}, keys: 101}}
		n := 0
		m.Record(func(b []byte) { n += len(b) })
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, byte(port)}), port)
		m.packet(raw, from, time.Now())
		m.packet(raw, from, time.Now())
		if n > 2*len(raw)+8000 {
			t.Fatalf("%d octets recorded from packets of %d", n, len(raw))
		}
		for len(m.sounds) > 0 {
			if s := <-m.sounds; !strings.ContainsRune(keyNames, rune(s.Key)) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// FuzzSIP sends a stranger's bytes to an open trunk: the process and the
// trunk must live on. Cause and outcome are read from whatever parses.
func FuzzSIP(f *testing.F) {
	f.Add([]byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nReason: Q.850;cause=17\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nCSeq: 1 BYE\r\n\r\n"))
	f.Add([]byte("INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKq\r\nFrom: <sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nRequire: 100rel\r\nContent-Length: 9999\r\n\r\nv=0"))
	f.Add([]byte("ACK\r\n\r\n"))
	trunk, err := New(Config{Name: "fuzz", Server: "127.0.0.1:9", Caller: "1", Bind: "127.0.0.1"}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { trunk.Close() })
	conn, err := net.Dial("udp", net.JoinHostPort("127.0.0.1", "9"))
	if err == nil {
		conn.Close()
	}
	out, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: trunk.laddr.Port})
	if err != nil {
		f.Fatal(err)
	}
	parser := sip.NewParser()
	f.Fuzz(func(t *testing.T, raw []byte) {
		out.Write(raw)
		m, err := parser.ParseSIP(raw)
		if err != nil {
			return
		}
		cause := causeOf(m)
		if cause < 0 || cause > 999 {
			t.Fatalf("cause %d", cause)
		}
		if res, ok := m.(*sip.Response); ok {
			classify(int(res.StatusCode), cause)
			grantedBy(res, time.Minute)
		}
	})
}
