package smpptest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// Conn is one connection of a client, in the hands of a test that plays a
// hostile SMSC.
type Conn struct {
	net.Conn
	in *bufio.Reader
}

// Request is a PDU that came.
type Request struct {
	Command, Sequence uint32
	Body              []byte
}

// Commands, for tests.
const (
	Bind    = bindTransceiver
	Submit  = submitSM
	Deliver = deliverSM
	Enquire = enquireLink
	Unbind  = unbind
	Answer  = response // added to a command: its answer
)

// Script listens on loopback until the test ends and lets play handle every
// connection, the n-th from 0 on; a connection ends when play returns.
func Script(t testing.TB, play func(n int, c *Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	wg.Go(func() {
		for n := 0; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			wg.Go(func() {
				play(n, &Conn{conn, bufio.NewReader(conn)})
				mu.Lock()
				delete(open, conn)
				mu.Unlock()
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// Next reads a PDU; ok is false when the client has gone.
func (c *Conn) Next() (r Request, ok bool) {
	var head [16]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil {
		return r, false
	}
	r = Request{Command: binary.BigEndian.Uint32(head[4:]), Sequence: binary.BigEndian.Uint32(head[12:]), Body: make([]byte, binary.BigEndian.Uint32(head[:])-16)}
	_, err := io.ReadFull(c.in, r.Body)
	return r, err == nil
}

// Say writes a PDU.
func (c *Conn) Say(command, status, sequence uint32, body string) {
	_, _ = c.Write(PDU(command, status, sequence, body))
}

// Accept answers a request as a friendly SMSC would; id names a submit.
func (c *Conn) Accept(r Request, id string) {
	switch r.Command {
	case Bind, Submit:
		c.Say(r.Command|Answer, 0, r.Sequence, id+"\x00")
	case Enquire, Unbind:
		c.Say(r.Command|Answer, 0, r.Sequence, "")
	}
}

// Until answers friendly up to the next request of a kind and gives that.
func (c *Conn) Until(command uint32) (Request, bool) {
	for {
		r, ok := c.Next()
		if !ok || r.Command == command {
			return r, ok
		}
		c.Accept(r, "x")
	}
}

// PDU makes a PDU's octets.
func PDU(command, status, sequence uint32, body string) []byte {
	b := make([]byte, 16, 16+len(body))
	binary.BigEndian.PutUint32(b, uint32(16+len(body)))
	binary.BigEndian.PutUint32(b[4:], command)
	binary.BigEndian.PutUint32(b[8:], status)
	binary.BigEndian.PutUint32(b[12:], sequence)
	return append(b, body...)
}
