package main

import (
	"context"

	"minyi/internal/run"
)

// probe starts a part and closes it again at once.
func probe(ctx context.Context, start func(context.Context) (run.Running, error), found string) (string, error) {
	running, err := start(ctx)
	if err != nil {
		return "", err
	}
	if running.Close != nil {
		err = running.Close()
	}
	return found, err
}
