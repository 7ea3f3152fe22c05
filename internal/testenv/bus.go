package testenv

import (
	"context"
	"log/slog"
	"testing"

	"minyi"
	"minyi/internal/stream"
	"minyi/internal/stream/embedded"
)

// Readers is who reads what in tests, as the program wires it.
var readers = stream.Readers{
	minyi.TopicInvitationDue:  {"sms"},
	minyi.TopicCallDue:        {"voice"},
	minyi.TopicAnswerLanded:   {"survey", "nlp", "score"},
	minyi.TopicAnswerAnalysed: {"score"},
}

// Bus is a bus over a fresh in-process Redis.
func Bus(t testing.TB) *stream.Bus {
	t.Helper()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	bus, err := stream.Open(context.Background(), server.Addr(), readers, slog.New(slog.DiscardHandler))
	if err != nil {
		server.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close(); server.Close() })
	return bus
}
