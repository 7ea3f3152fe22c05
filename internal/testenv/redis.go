package testenv

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minyi/internal/stream"
)

// RealRedis runs redis-server on a free loopback port without persistence and
// gives its address.
func RealRedis(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		Require(t, "redis-server (apt-get install redis-server)")
	}
	port := FreePort(t)
	cmd := exec.Command(path, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// RealBus is a bus over a redis-server of its own.
func RealBus(t testing.TB) *stream.Bus {
	t.Helper()
	addr := RealRedis(t)
	var bus *stream.Bus
	Eventually(t, 10*time.Second, func() (ok bool) {
		var err error
		bus, err = stream.Open(context.Background(), addr, readers, slog.New(slog.DiscardHandler))
		return err == nil
	}, "redis-server does not answer")
	t.Cleanup(func() { _ = bus.Close() })
	return bus
}

// asked counts the ports that were given, from a place of this process's own.
var asked = sync.OnceValue(func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(rand.N(int64(3000)))
	return &n
})

// FreePort gives a loopback port that was free for TCP and UDP a moment ago,
// each time another, divisible by four: the three above it are given to nobody,
// for programs that take them too (SIP over TLS, RTCP). It is below those that the kernel gives to connections, so
// that none of them takes it before the test does, or while the test restarts
// its program.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20000 + 4*int(asked().Add(1)%3000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		u, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		l.Close()
		if err == nil {
			u.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}
