package sip

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/voice"
)

// carrier is the other side of a trunk, written by hand on a bare socket so
// that it can misbehave in ways that no library allows.
type carrier struct {
	t    *testing.T
	conn *net.UDPConn
	rtp  *net.UDPConn

	mu       sync.Mutex
	seen     map[string]bool
	requests []string // as they came, without what came again
	play     func(c *carrier, req request)
}

// request is one SIP request as text.
type request struct {
	method string
	text   string
	from   *net.UDPAddr
}

func (r request) header(name string) string {
	m := regexp.MustCompile(`(?im)^` + name + `:\s*(.*?)\r?$`).FindStringSubmatch(r.text)
	if m == nil {
		return ""
	}
	return m[1]
}

var loopback = net.IPv4(127, 0, 0, 1)

func newCarrier(t *testing.T, play func(*carrier, request)) *carrier {
	t.Helper()
	return newCarrierAt(t, loopback, play)
}

func newCarrierAt(t *testing.T, ip net.IP, play func(*carrier, request)) *carrier {
	t.Helper()
	c := &carrier{t: t, conn: listenAt(t, ip), rtp: listenAt(t, ip), seen: map[string]bool{}, play: play}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.serve()
	}()
	t.Cleanup(func() { c.conn.Close(); c.rtp.Close(); <-done })
	return c
}

func listen(t *testing.T) *net.UDPConn {
	t.Helper()
	return listenAt(t, loopback)
}

func listenAt(t *testing.T, ip net.IP) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: ip})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (c *carrier) serve() {
	buf := make([]byte, 65536)
	for {
		n, from, err := c.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		text := string(buf[:n])
		method, _, _ := strings.Cut(text, " ")
		if method == "SIP/2.0" {
			method = "response"
		}
		req := request{method, text, from}
		c.note(req)
		c.play(c, req)
	}
}

// note keeps what came. A request that is sent again, because this machine was
// slow to answer it, is kept once.
func (c *carrier) note(req request) {
	again := strings.Join([]string{req.method, req.header("Call-ID"), req.header("CSeq"), req.header("To")}, "\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	if req.method == "response" || !c.seen[again] {
		c.requests = append(c.requests, req.text)
	}
	c.seen[again] = true
}

// count tells how many requests of a method have come.
func (c *carrier) count(method string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.requests {
		if strings.HasPrefix(r, method+" ") {
			n++
		}
	}
	return n
}

// respond answers req; body goes with a Content-Type and a Contact.
func (c *carrier) respond(req request, status string, body string, more ...string) {
	to := req.header("To")
	if !strings.HasPrefix(status, "100") && !strings.Contains(to, "tag=") {
		to += ";tag=carrier"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n", status,
		req.header("Via"), req.header("From"), to, req.header("Call-ID"), req.header("CSeq"))
	fmt.Fprintf(&b, "Contact: <sip:far@%s>\r\n", c.conn.LocalAddr())
	for _, h := range more {
		b.WriteString(h + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	c.conn.WriteToUDP([]byte(b.String()), req.from)
}

// sdp is the carrier's answer with the payloads given, e.g. "8 101".
func (c *carrier) sdp(formats string, attributes ...string) string {
	at := c.rtp.LocalAddr().(*net.UDPAddr)
	where := "IP4 " + at.IP.String()
	if at.IP.To4() == nil {
		where = "IP6 " + at.IP.String()
	}
	body := fmt.Sprintf("v=0\r\no=- 1 1 IN %s\r\ns=-\r\nc=IN %s\r\nt=0 0\r\nm=audio %d RTP/AVP %s\r\n", where, where, at.Port, formats)
	for _, a := range attributes {
		body += "a=" + a + "\r\n"
	}
	return body
}

// within sends a request of the dialog that req's INVITE made, from us.
func (c *carrier) within(req request, method string, seq int, body string, more ...string) {
	contact := regexp.MustCompile(`<(sip:[^>]+)>`).FindStringSubmatch(req.header("Contact"))[1]
	to := req.header("To")
	if !strings.Contains(to, "tag=") {
		to += ";tag=carrier"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\nContact: <sip:far@%s>\r\n",
		method, contact, c.conn.LocalAddr(), method, seq, to, req.header("From"), req.header("Call-ID"), seq, method, c.conn.LocalAddr())
	for _, h := range more {
		b.WriteString(h + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	c.conn.WriteToUDP([]byte(b.String()), req.from)
}

// far is the address at which the trunk receives sound, by its offer.
func far(t *testing.T, req request) netip.AddrPort {
	t.Helper()
	_, body, _ := strings.Cut(req.text, "\r\n\r\n")
	spec, err := readSDP([]byte(body), []law{pcma, pcmu})
	if err != nil {
		t.Fatal(err)
	}
	return spec.addr
}

// trunkTo makes a trunk to c whose waits no slow machine outlasts; a test of a
// wait shortens that one.
func trunkTo(t *testing.T, c *carrier, change ...func(*Config)) *Trunk {
	t.Helper()
	cfg := Config{Name: "test", Server: c.conn.LocalAddr().String(), Caller: "057112345", Bind: "127.0.0.1",
		Ring: time.Minute, Silent: time.Minute, RTPTimeout: time.Minute, PerSecond: 1000}
	for _, f := range change {
		f(&cfg)
	}
	trunk, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trunk.Close() })
	return trunk
}

func number(t testing.TB) voice.Number {
	t.Helper()
	n, err := voice.ParseNumber("13800000123")
	if err != nil {
		t.Fatal(err)
	}
	return n
}
