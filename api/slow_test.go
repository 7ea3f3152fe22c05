package api

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// oneConn is a listener of a single connection.
type oneConn struct {
	conn chan net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *oneConn) Close() error   { close(l.done); return nil }
func (l *oneConn) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// TestSlowClientsAreCutOff dribbles a header, then a body: neither may hold a
// connection for longer than the door allows.
func TestSlowClientsAreCutOff(t *testing.T) {
	for name, c := range map[string]struct {
		sent   string
		within time.Duration
	}{
		"header": {"POST /s/x HTTP/1.1\r\nHost: x\r\nX-A: ", 10 * time.Second},
		"body":   {"POST /s/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=", 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &oneConn{conn: make(chan net.Conn, 1), done: make(chan struct{})}
				s := server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
				}), 20*time.Second, 30*time.Second)
				ended := make(chan error, 1)
				go func() { ended <- s.Serve(l) }()
				mine, theirs := net.Pipe()
				l.conn <- theirs
				begin := time.Now()
				var dribble sync.WaitGroup
				dribble.Go(func() {
					tick := time.NewTicker(time.Second)
					defer tick.Stop()
					_, err := io.WriteString(mine, c.sent)
					for ; err == nil; <-tick.C { // a byte a second, for ever
						_, err = io.WriteString(mine, "b")
					}
				})
				_, _ = io.Copy(io.Discard, mine)
				if took := time.Since(begin); took > c.within+time.Second {
					t.Errorf("held for %s, want %s at most", took, c.within)
				}
				_ = mine.Close()
				dribble.Wait()
				_ = s.Close()
				if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			})
		})
	}
}
