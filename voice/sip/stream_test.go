package sip

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/voice"
)

// certificate makes a self-signed certificate for 127.0.0.1, changed as told,
// and the pool that trusts it.
func certificate(t *testing.T, change ...func(*x509.Certificate)) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	for _, f := range change {
		f(about)
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// streamCarrier answers every call over TCP or TLS and counts what comes; it
// hangs up once acknowledged, over the connection that stands.
type streamCarrier struct {
	*carrier
	listener net.Listener
	methods  chan string
	conns    sync.WaitGroup
}

func newStreamCarrier(t *testing.T, l net.Listener) *streamCarrier {
	c := &streamCarrier{carrier: newCarrier(t, func(*carrier, request) {}), listener: l, methods: make(chan string, 100)}
	c.conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.conns.Go(func() { c.serveStream(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); c.conns.Wait() })
	return c
}

func (c *streamCarrier) serveStream(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		req, err := readStream(in)
		if err != nil {
			return
		}
		c.methods <- req.method
		switch req.method {
		case "INVITE":
			fmt.Fprint(conn, reply(req, "180 Ringing", ""), reply(req, "200 OK", c.sdp("8")))
		case "ACK":
			fmt.Fprintf(conn, "BYE sip:x SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKbye\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n",
				req.header("To"), req.header("From"), req.header("Call-ID"))
		case "SIP/2.0":
			return
		}
	}
}

func readStream(in *bufio.Reader) (request, error) {
	var text strings.Builder
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return request{}, err
		}
		text.WriteString(line)
		if v, ok := strings.CutPrefix(strings.ToLower(line), "content-length:"); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(v))
		}
		if line == "\r\n" && text.Len() > 2 {
			break
		}
	}
	if _, err := io.CopyN(&text, in, int64(length)); err != nil {
		return request{}, err
	}
	whole := strings.TrimLeft(text.String(), "\r\n")
	method, _, _ := strings.Cut(whole, " ")
	return request{method: method, text: whole}, nil
}

func reply(req request, status, body string) string {
	kind := ""
	if body != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	return fmt.Sprintf("SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=carrier\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: <sip:far@10.255.255.1:9>\r\n%sContent-Length: %d\r\n\r\n%s", status,
		req.header("Via"), req.header("From"), req.header("To"), req.header("Call-ID"), req.header("CSeq"), kind, len(body), body)
}

// TestStreams: TCP and TLS. Everything goes over the one connection that we
// opened, the carrier's hang-up too, whatever its Contact says.
func TestStreams(t *testing.T) {
	cert, pool := certificate(t)
	for _, transport := range []string{"tcp", "tls"} {
		t.Run(transport, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if transport == "tls" {
				l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}})
			}
			c := newStreamCarrier(t, l)
			trunk := trunkTo(t, c.carrier, func(cfg *Config) {
				cfg.Server, cfg.Transport, cfg.TLS = l.Addr().String(), transport, &tls.Config{RootCAs: pool}
			})
			var last voice.Sound
			r := trunk.Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
				<-ctx.Done()
				last = <-line.Heard()
			})
			if r.Outcome != voice.OutcomeAnswered || !r.HungUp || last.Kind != voice.SoundHungUp {
				t.Errorf("%+v %+v", r, last)
			}
			for _, want := range []string{"INVITE", "ACK", "SIP/2.0"} {
				if got := <-c.methods; got != want {
					t.Errorf("%s came, not %s", got, want)
				}
			}
		})
	}
}

// TestUntrustedCertificate: a carrier that cannot prove itself gets no number,
// and the operator is told that it is the certificate.
func TestUntrustedCertificate(t *testing.T) {
	_, others := certificate(t)
	cases := []struct {
		name   string
		pool   *x509.CertPool // nil: its own
		expect string
		change func(*x509.Certificate)
	}{
		{name: "another authority", pool: others, change: func(*x509.Certificate) {}},
		{name: "another name", change: func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)} }},
		{name: "not the name that is expected", expect: "sip.carrier.cn", change: func(*x509.Certificate) {}},
		{name: "expired", change: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			cert, pool := certificate(t, one.change)
			if one.pool != nil {
				pool = one.pool
			}
			raw, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			c := newStreamCarrier(t, tls.NewListener(raw, &tls.Config{Certificates: []tls.Certificate{cert}}))
			trust := func(cfg *Config) {
				cfg.Server, cfg.Transport, cfg.TLS = raw.Addr().String(), "tls", &tls.Config{RootCAs: pool, ServerName: one.expect}
			}
			trunk := trunkTo(t, c.carrier, trust)
			r := trunk.Call(t.Context(), voice.Order{To: number(t)}, never(t))
			if s := trunk.Status(); r.Outcome != voice.OutcomeTrunk || r.Detail != "certificate" || s.Up || s.Detail != "certificate" {
				t.Errorf("%+v %+v", r, s)
			}
			if _, err := Probe(t.Context(), trunk.cfg); !strings.Contains(fault.As(err).EN, "tls_ca") {
				t.Errorf("doctor says %v", err)
			}
			if len(c.methods) > 0 {
				t.Error("an untrusted carrier saw a request")
			}
		})
	}
}

// TestRegistration: digest, refresh before it runs out, and the taking back.
func TestRegistration(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		switch {
		case req.method != "REGISTER":
		case req.header("Authorization") == "":
			c.respond(req, "401 Unauthorized", "", `WWW-Authenticate: Digest realm="carrier", nonce="abc", algorithm=MD5, qop="auth"`)
		default:
			c.respond(req, "200 OK", "", "Expires: 300")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password, cfg.Register = "minyi", "secret", true })
	if trunk.Status().Up {
		t.Error("up before it is registered")
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { trunk.Run(ctx) })
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Up }, "not registered")
	c.mu.Lock()
	last := request{text: c.requests[len(c.requests)-1]}
	c.mu.Unlock()
	if !strings.Contains(last.header("Authorization"), `username="minyi"`) || last.header("Expires") != "300" {
		t.Error(last.text)
	}
	stop()
	wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := (request{text: c.requests[len(c.requests)-1]}); last.header("Expires") != "0" {
		t.Error("the registration was not taken back")
	}
}

// TestRefusedRegistration: a wrong password leaves the trunk down and says so.
func TestRefusedRegistration(t *testing.T) {
	c := newCarrier(t, func(c *carrier, req request) {
		if req.method == "REGISTER" {
			c.respond(req, "403 Forbidden", "")
		}
	})
	trunk := trunkTo(t, c, func(cfg *Config) { cfg.User, cfg.Password, cfg.Register = "minyi", "wrong", true })
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { trunk.Run(ctx) })
	testenv.Eventually(t, 30*time.Second, func() bool { return trunk.Status().Detail == "403" }, "the refusal is not shown")
	if c.count("REGISTER") != 1 {
		t.Errorf("asked %d times: accounts lock", c.count("REGISTER"))
	}
	stop()
	wg.Wait()
}

// TestSoundFromAnotherAddress: a media server may send from an address that
// the carrier did not name; a second stranger is not heard. Strict hears
// neither.
func TestSoundFromAnotherAddress(t *testing.T) {
	usual := []uint16{0, 160, 320, 480, 640, 800, 960, 960, 960}
	for _, strict := range []bool{false, true} {
		c := answering(t, plain, onAck(func(c *carrier, req request) {
			to := net.UDPAddrFromAddrPort(far(t, c.invited()))
			for i, host := range []byte{7, 8} {
				from, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, host)})
				if err != nil {
					t.Error(err)
					return
				}
				press(t, from, to, 101, uint32(1000*(i+1)), byte(1+i), usual)
				from.Close()
			}
			press(t, c.rtp, to, 101, 9000, 9, usual)
		}))
		var keys []byte
		trunkTo(t, c, func(cfg *Config) { cfg.Strict = strict }).Call(t.Context(), voice.Order{To: number(t)}, func(ctx context.Context, line voice.Line) {
			for {
				select {
				case s := <-line.Heard():
					keys = append(keys, s.Key)
					if s.Key == '9' {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		})
		if want := map[bool]string{false: "19", true: "9"}[strict]; string(keys) != want {
			t.Errorf("strict %v: %q, want %q", strict, keys, want)
		}
	}
}
