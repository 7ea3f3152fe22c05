package run

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(s string) { d.mu.Lock(); d.lines = append(d.lines, s); d.mu.Unlock() }

func (d *diary) part(name string, needs ...string) Part {
	return Part{Name: name, Needs: needs, Target: true, Start: func(context.Context) (Running, error) {
		d.note("start " + name)
		return Running{
			Run:   func(ctx context.Context) error { <-ctx.Done(); d.note("stop " + name); return nil },
			Close: func() error { d.note("close " + name); return nil },
		}, nil
	}}
}

var quiet = slog.New(slog.DiscardHandler)

func names(parts []Part) (out []string) {
	for _, p := range parts {
		out = append(out, p.Name)
	}
	return out
}

func TestSelectPutsNeedsFirst(t *testing.T) {
	d := &diary{}
	store := d.part("store")
	store.Target = false
	parts := []Part{d.part("api", "survey", "store"), d.part("survey", "store"), store, d.part("sms", "store")}
	got, err := Select(parts, []string{"api"})
	if want := []string{"store", "survey", "api"}; err != nil || !slices.Equal(names(got), want) {
		t.Errorf("%v %v, want %v", names(got), err, want)
	}
	all, err := Select(parts, nil)
	if err != nil || len(all) != 4 {
		t.Errorf("all: %v %v", names(all), err)
	}
	for _, bad := range []string{"store", "nobody"} {
		if _, err := Select(parts, []string{bad}); err == nil || !strings.Contains(err.Error(), "sms") {
			t.Errorf("target %q: %v, want a fault that lists the targets", bad, err)
		}
	}
}

func TestSelectRefusesCircles(t *testing.T) {
	d := &diary{}
	if _, err := Select([]Part{d.part("a", "b"), d.part("b", "a")}, nil); err == nil {
		t.Error("a circle was accepted")
	}
}

func TestStopsInReverse(t *testing.T) {
	d := &diary{}
	g, err := Start(context.Background(), []Part{d.part("store"), d.part("survey")}, time.Second, quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := g.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	want := []string{"start store", "start survey", "stop survey", "close survey", "stop store", "close store"}
	if !slices.Equal(d.lines, want) {
		t.Errorf("got %v", d.lines)
	}
}

func TestFailedStartStopsThoseBefore(t *testing.T) {
	d := &diary{}
	bad := Part{Name: "api", Start: func(context.Context) (Running, error) { return Running{}, errors.New("port in use") }}
	_, err := Start(context.Background(), []Part{d.part("store"), bad}, time.Second, quiet)
	if err == nil || !strings.Contains(err.Error(), "api: port in use") {
		t.Errorf("err = %v", err)
	}
	if !slices.Contains(d.lines, "close store") {
		t.Errorf("store was left open: %v", d.lines)
	}
}

func TestFailureOfOneStopsAllAndIsNamed(t *testing.T) {
	d := &diary{}
	broken := Part{Name: "sms", Start: func(context.Context) (Running, error) {
		return Running{Run: func(context.Context) error { return errors.New("account closed") }}, nil
	}}
	g, err := Start(context.Background(), []Part{d.part("store"), broken}, time.Second, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Wait(context.Background()); err == nil || !strings.Contains(err.Error(), "sms: account closed") {
		t.Errorf("err = %v", err)
	}
	if !slices.Contains(d.lines, "stop store") {
		t.Errorf("store was left running: %v", d.lines)
	}
}

func TestGraceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := Part{Name: "stuck", Start: func(context.Context) (Running, error) {
			return Running{Run: func(context.Context) error { <-release; return nil }}, nil
		}}
		g, err := Start(t.Context(), []Part{stuck}, 15*time.Second, quiet)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		err = g.Stop()
		if err == nil || !strings.Contains(err.Error(), "stuck did not stop within 15s") || time.Since(begin) != 15*time.Second {
			t.Errorf("after %s: %v", time.Since(begin), err)
		}
		close(release)
	})
}
