package mongodb_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/mongodb"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/internal/testenv/ferretdb"
)

// wire is a line to a server that can be cut and mended.
type wire struct {
	listener net.Listener
	server   string

	mu    sync.Mutex
	down  bool
	conns []net.Conn
	wg    sync.WaitGroup
}

func newWire(t *testing.T, uri string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, server: strings.Trim(strings.TrimPrefix(uri, "mongodb://"), "/")}
	w.wg.Go(w.serve)
	t.Cleanup(func() { _ = l.Close(); w.cut(); w.wg.Wait() })
	return w
}

func (w *wire) uri() string { return "mongodb://" + w.listener.Addr().String() + "/" }

func (w *wire) serve() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.server)
		if err != nil || !w.keep(client, server) {
			_ = client.Close()
			continue
		}
		for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
			w.wg.Go(func() {
				_, _ = io.Copy(way[0], way[1])
				_ = way[0].Close()
			})
		}
	}
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		_ = conns[1].Close()
		return false
	}
	w.conns = append(w.conns, conns...)
	return true
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) mend() { w.mu.Lock(); defer w.mu.Unlock(); w.down = false }

// visits opens a database with so much patience.
func visits(t *testing.T, uri, database string, patience time.Duration) (*docstore.DB, *docstore.Collection[visit]) {
	t.Helper()
	engine, err := mongodb.Open(t.Context(), uri, database, mongodb.WithPatience(patience))
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() { _ = db.Close() })
	c, err := docstore.Open(t.Context(), db, "visits", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	return db, c
}

func TestOutage(t *testing.T) {
	ctx := t.Context()
	w, database := newWire(t, ferretdb.Start(t)), fresh()
	db, c := visits(t, w.uri(), database, time.Minute)
	hasty, inHaste := visits(t, w.uri(), database, time.Second)
	const n = 1100 // the server sends them in three pieces
	var all []docstore.Doc[visit]
	for i := range n {
		all = append(all, docstore.Doc[visit]{ID: fmt.Sprintf("v%04d", i), Body: visit{Unit: "宁波"}})
	}
	if _, err := c.InsertMany(ctx, all); err != nil {
		t.Fatal(err)
	}

	t.Run("a scan goes on where the line broke", func(t *testing.T) {
		for _, desc := range []bool{false, true} {
			seen := 0
			for d, err := range c.Find(ctx, docstore.Query{Index: "unit", Part: "宁波", Limit: n - 1, Desc: desc}) {
				if err != nil {
					t.Fatalf("after %d: %v", seen, err)
				}
				want := all[seen].ID
				if desc {
					want = all[n-1-seen].ID
				}
				if d.ID != want {
					t.Fatalf("document %d is %s, want %s", seen, d.ID, want)
				}
				if seen++; seen%300 == 0 {
					w.cut()
					w.mend()
				}
			}
			if seen != n-1 {
				t.Errorf("saw %d of %d", seen, n-1)
			}
		}
	})
	t.Run("a lost server is told and comes back", func(t *testing.T) {
		w.cut()
		_, err := inHaste.Insert(ctx, "during", visit{})
		wantUnavailable(t, err)
		_, err = inHaste.Get(ctx, "v0001")
		wantUnavailable(t, err)
		wantUnavailable(t, hasty.Ping(ctx))
		for _, err := range inHaste.Find(ctx, docstore.Query{Index: "unit", Part: "宁波"}) {
			wantUnavailable(t, err)
		}
		w.mend()
		testenv.Eventually(t, 20*time.Second, func() bool { return db.Ping(ctx) == nil }, "the server is back")
		// The outcome of a write in an outage is unknown; its id settles it.
		if _, err := c.Insert(ctx, "during", visit{}); err != nil && !fault.Is(err, fault.Exists) {
			t.Error(err)
		}
		if _, err := c.Get(ctx, "during"); err != nil {
			t.Error(err)
		}
	})
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a server: %v", err)
	}
}
