package stream_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"minyi/internal/fault"
	"minyi/internal/stream"
	"minyi/internal/stream/streamtest"
	"minyi/internal/testenv"
)

func TestContractInProcess(t *testing.T) {
	streamtest.Run(t, func(t *testing.T) *stream.Bus { return testenv.Bus(t) })
}

func TestContractRealRedis(t *testing.T) {
	streamtest.Run(t, func(t *testing.T) *stream.Bus { return testenv.RealBus(t) })
}

func TestUnreachableRedisSaysWhatToDo(t *testing.T) {
	_, err := stream.Open(context.Background(), "redis://user:hunter2@127.0.0.1:1", nil, slog.New(slog.DiscardHandler))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable {
		t.Fatalf("err = %v", err)
	}
	if !strings.Contains(f.ZH, "redis.addr") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("message must name the setting and never the password: %v", err)
	}
}
