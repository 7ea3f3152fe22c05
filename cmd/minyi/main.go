// Command minyi asks the residents and enterprises of a 12345 hotline how it
// did, and learns from what they say.
//
// It owns the command line, one file a command, and the languages of its
// errors; program, below it, puts the parts together. It takes in settings and
// commands; gives out the running program and exit codes: 0 done, 1 failed, 2
// wrong usage or settings, 3 done but some rows of a file were refused.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the image has no zone files
)

// version is set at link time: -ldflags "-X main.version=v0.1.0".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}
