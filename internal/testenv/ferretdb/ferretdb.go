// Package ferretdb runs an in-process server that speaks MongoDB's protocol,
// FerretDB v1 on SQLite, so that the MongoDB engine is tested where no MongoDB
// can be had. It owns a listener on a loopback port and a temporary directory,
// takes in a testing.TB and gives out a mongodb:// URI.
//
// It stands apart from testenv so that only tests that ask for it link it. It
// is for small data: except by a single _id it reads by scanning, at some
// 15,000 documents a second.
//
// Left to itself FerretDB v1 scans for _id too, loses concurrent updates and
// hangs on large bulk updates. The cures are here (index.go, proxy.go), and a
// fourth rule is the engine's: never more than 50 updates in one command.
package ferretdb

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start runs a server until the test ends and gives its URI. Clients must
// disconnect before: register their cleanup after calling Start.
func Start(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/?_pragma=synchronous(off)",
		Logger:    slog.New(slog.DiscardHandler), // it dumps every error reply
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = server.Run(ctx) })
	upstream := strings.TrimSuffix(strings.TrimPrefix(server.MongoDBURI(), "mongodb://"), "/")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		running.Wait()
		t.Fatal(err)
	}
	p := &proxy{dir: dir, upstream: upstream, listener: listener, open: map[net.Conn]bool{}}
	running.Go(p.serve)
	t.Cleanup(func() {
		p.close()
		cancel()
		running.Wait()
		if p.failed != nil {
			t.Error("making the stand-in's index anew:", p.failed)
		}
	})
	return "mongodb://" + listener.Addr().String() + "/"
}
