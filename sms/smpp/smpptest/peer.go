// Package smpptest has the smallest SMSC that can be: in the process, in a few
// octets, so that benchmarks measure our side and not a counterpart. What is
// right or wrong is judged against test/smsc, which is another's SMPP.
//
// It takes in a testing.TB and gives out an address.
package smpptest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Commands that the peer knows.
const (
	bindTransceiver = 0x00000009
	submitSM        = 0x00000004
	deliverSM       = 0x00000005
	enquireLink     = 0x00000015
	unbind          = 0x00000006
	response        = 0x80000000
)

// Peer accepts everything.
type Peer struct {
	Addr     string
	Receipts bool // report each message as delivered
	submits  atomic.Int64
}

// Start listens on loopback until the test ends.
func Start(t testing.TB, receipts bool) *Peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Peer{Addr: l.Addr().String(), Receipts: receipts}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			wg.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return p
}

// Processor is the processor time that this process has used: on a busy
// machine benchmarks compare by that.
func Processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Submits counts the segments that came.
func (p *Peer) Submits() int64 { return p.submits.Load() }

func (p *Peer) serve(conn net.Conn) {
	in, out := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriterSize(conn, 64<<10)
	var head [16]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[:])-16)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		p.answer(out, binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[12:]), body)
		if in.Buffered() < 16 && out.Flush() != nil {
			return
		}
	}
}

func (p *Peer) answer(out io.Writer, command, sequence uint32, body []byte) {
	switch command {
	case bindTransceiver:
		put(out, command|response, sequence, []byte("peer\x00"))
	case submitSM:
		id := strconv.FormatInt(p.submits.Add(1), 10)
		put(out, command|response, sequence, append([]byte(id), 0))
		if p.Receipts {
			put(out, deliverSM, sequence, receipt(id, body))
		}
	case enquireLink, unbind:
		put(out, command|response, sequence, nil)
	}
}

// receipt makes the body of a deliver_sm about a submit_sm's body.
func receipt(id string, submit []byte) []byte {
	at := 1 // service_type is empty
	source := address(submit, &at)
	dest := address(submit, &at)
	text := fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2611221200 done date:2611221200 stat:DELIVRD err:000 text:", id)
	b := append([]byte{0}, dest...)
	b = append(b, source...)
	b = append(b, 4, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(text)))
	return append(b, text...)
}

// address gives ton, npi and the C string at at, and moves at behind it.
func address(b []byte, at *int) []byte {
	end := *at + 2
	for b[end] != 0 {
		end++
	}
	a := b[*at : end+1]
	*at = end + 1
	return a
}

func put(out io.Writer, command, sequence uint32, body []byte) {
	b := make([]byte, 16, 16+len(body))
	binary.BigEndian.PutUint32(b, uint32(16+len(body)))
	binary.BigEndian.PutUint32(b[4:], command)
	binary.BigEndian.PutUint32(b[12:], sequence)
	_, _ = out.Write(append(b, body...))
}
