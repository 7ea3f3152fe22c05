// Package streamtest is the contract of the event bus. Every Redis that minyi
// may run on (in-process, real) must pass it.
package streamtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/stream"
	"minyi/internal/testenv"
)

const topic = minyi.TopicAnswerLanded

// Run runs the contract on fresh buses; each bus must know the readers
// "survey", "nlp" and "score" of answer.landed.
func Run(t *testing.T, fresh func(t *testing.T) *stream.Bus) {
	for name, test := range map[string]func(*testing.T, *stream.Bus){
		"every group gets every event":           everyGroup,
		"a failing batch is tried singly":        singly,
		"poison goes to the dead and comes back": poison,
		"an unavailable store is no poison":      unavailable,
		"a wiped Redis is survived":              wiped,
		"unfinished work is handed out again":    unfinished,
		"undeclared readers are refused":         undeclared,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, fresh(t)) })
	}
}

// reader collects what a handler is given until its consumer is stopped.
type reader struct {
	mu   sync.Mutex
	seen []string
	stop func()
}

func (r *reader) note(batch []stream.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range batch {
		var e minyi.AnswerLanded
		_ = json.Unmarshal(d.Body, &e)
		r.seen = append(r.seen, string(e.Answer))
	}
}

func (r *reader) sorted() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(slices.Values(r.seen))
}

func consume(t *testing.T, b *stream.Bus, group string, o stream.Options, h stream.Handler) *reader {
	t.Helper()
	r := &reader{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.Consume(ctx, topic, group, o, func(ctx context.Context, batch []stream.Delivery) error {
			if h != nil {
				if err := h(ctx, batch); err != nil {
					return err
				}
			}
			r.note(batch)
			return nil
		})
	}()
	r.stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(r.stop)
	return r
}

func publish(t *testing.T, b *stream.Bus, ids ...string) {
	t.Helper()
	bodies := make([]any, len(ids))
	for i, id := range ids {
		bodies[i] = minyi.AnswerLanded{Tenant: minyi.DefaultTenant, Answer: minyi.AnswerID(id)}
	}
	if err := b.Publish(context.Background(), topic, bodies...); err != nil {
		t.Fatal(err)
	}
}

func drained(t *testing.T, b *stream.Bus, group string) {
	t.Helper()
	testenv.Eventually(t, 10*time.Second, func() bool {
		n, err := b.Backlog(context.Background(), topic, group)
		return err == nil && n == 0
	}, "stream of ", group, " is not empty")
}

func everyGroup(t *testing.T, b *stream.Bus) {
	var ids []string
	for i := range 1200 { // more than one pipeline and one batch
		ids = append(ids, fmt.Sprintf("a%04d", i))
	}
	early := consume(t, b, "nlp", stream.Options{Workers: 2}, nil)
	publish(t, b, ids...)
	drained(t, b, "nlp")
	// A reader that comes late still gets all of it: nobody else's
	// acknowledgement deleted its entries.
	late := consume(t, b, "score", stream.Options{}, nil)
	drained(t, b, "score")
	for name, r := range map[string]*reader{"nlp": early, "score": late} {
		if got := r.sorted(); !slices.Equal(got, ids) {
			t.Errorf("%s got %d events, want %d", name, len(got), len(ids))
		}
	}
}

func singly(t *testing.T, b *stream.Bus) {
	r := consume(t, b, "nlp", stream.Options{}, func(_ context.Context, batch []stream.Delivery) error {
		if len(batch) > 1 {
			return errors.New("one of these is bad")
		}
		return nil
	})
	publish(t, b, "a", "b", "c")
	drained(t, b, "nlp")
	if got := r.sorted(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %v", got)
	}
}

func poison(t *testing.T, b *stream.Bus) {
	ctx := context.Background()
	var healed sync.Map
	r := consume(t, b, "nlp", stream.Options{}, func(_ context.Context, batch []stream.Delivery) error {
		if _, ok := healed.Load("yes"); !ok && slices.ContainsFunc(batch, func(d stream.Delivery) bool { return contains(d, "bad") }) {
			return errors.New("cannot read this")
		}
		return nil
	})
	publish(t, b, "good", "bad")
	testenv.Eventually(t, 20*time.Second, func() bool { n, _ := b.Dead(ctx, topic, "nlp"); return n == 1 }, "poison not buried")
	drained(t, b, "nlp")
	if got := r.sorted(); !slices.Equal(got, []string{"good"}) {
		t.Errorf("got %v", got)
	}
	healed.Store("yes", true)
	if n, err := b.Revive(ctx, topic, "nlp"); n != 1 || err != nil {
		t.Fatalf("Revive = %d, %v", n, err)
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return len(r.sorted()) == 2 }, "revived event not handled")
}

func contains(d stream.Delivery, id string) bool {
	var e minyi.AnswerLanded
	_ = json.Unmarshal(d.Body, &e)
	return string(e.Answer) == id
}

func unavailable(t *testing.T, b *stream.Bus) {
	var mu sync.Mutex
	failures := 0
	r := consume(t, b, "nlp", stream.Options{}, func(context.Context, []stream.Delivery) error {
		mu.Lock()
		defer mu.Unlock()
		if failures++; failures < 8 { // more often than poison is allowed to fail
			return context.DeadlineExceeded
		}
		return nil
	})
	publish(t, b, "a")
	testenv.Eventually(t, 30*time.Second, func() bool { return len(r.sorted()) == 1 }, "event lost while the store was away")
}

func wiped(t *testing.T, b *stream.Bus) {
	r := consume(t, b, "nlp", stream.Options{}, nil)
	publish(t, b, "before")
	testenv.Eventually(t, 10*time.Second, func() bool { return len(r.sorted()) == 1 }, "first event")
	if err := b.Wipe(context.Background()); err != nil {
		t.Fatal(err)
	}
	publish(t, b, "after")
	testenv.Eventually(t, 10*time.Second, func() bool { return slices.Contains(r.sorted(), "after") }, "reader did not come back after the wipe")
}

func unfinished(t *testing.T, b *stream.Bus) {
	started := make(chan struct{})
	first := consume(t, b, "nlp", stream.Options{}, func(ctx context.Context, _ []stream.Delivery) error {
		close(started)
		<-ctx.Done() // stopped in the middle of the work
		return ctx.Err()
	})
	publish(t, b, "a")
	<-started
	first.stop()
	second := consume(t, b, "nlp", stream.Options{}, nil)
	testenv.Eventually(t, 10*time.Second, func() bool { return len(second.sorted()) == 1 }, "event lost at a stop")
	drained(t, b, "nlp")
}

func undeclared(t *testing.T, b *stream.Bus) {
	if err := b.Consume(context.Background(), topic, "nobody", stream.Options{}, nil); err == nil {
		t.Error("an undeclared group may read")
	}
	if err := b.Publish(context.Background(), "no.such", 1); err == nil {
		t.Error("an undeclared topic may be published")
	}
}
