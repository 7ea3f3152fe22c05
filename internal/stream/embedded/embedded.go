// Package embedded runs a Redis in the process for installations that set no
// redis.addr. It owns nothing that lasts: a restart empties it, and the
// stores' sweepers announce again what is due. It is the one place that
// imports miniredis.
package embedded

import (
	"crypto/rand"
	"fmt"

	"github.com/alicebob/miniredis/v2"
)

// Server is an in-process Redis on a loopback port.
type Server struct {
	m        *miniredis.Miniredis
	password string
}

// Start runs a server on a free port of 127.0.0.1, under a random password so
// that other users of the machine cannot write events.
func Start() (*Server, error) {
	m := miniredis.NewMiniRedis()
	password := rand.Text()
	m.RequireAuth(password)
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start in-process Redis: %w", err)
	}
	return &Server{m: m, password: password}, nil
}

// Addr is how to reach it, redis://:password@host:port.
func (s *Server) Addr() string { return "redis://:" + s.password + "@" + s.m.Addr() }

// Close stops it.
func (s *Server) Close() { s.m.Close() }
