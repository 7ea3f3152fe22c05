package testenv

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
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

// FreePort gives a loopback TCP port that was free a moment ago.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
