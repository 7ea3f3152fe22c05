package sms

import (
	"context"
	"testing"
	"time"

	"minyi"
)

func TestALeaseThatRanOutIsUnknownUnlessTheSegmentsTell(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	// The crash is played on the store: the row is put back to how it stood
	// when the carrier was called. (crash_test.go kills a real process.)
	rewind := func() {
		_, err := b.store.ledger.Update(ctx, string(AttemptIDFor("inv", 0, 0)), func(a *attempt) error {
			a.lend(noon, noon.Add(b.cfg.Lease), 1)
			a.Told = ""
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rewind()
	b.sweep(ctx, true)
	if got := b.state("inv"); got.State != StateSubmitting {
		t.Fatalf("before the lease ran out: %s", got.State)
	}
	b.clock.Advance(b.cfg.Lease + time.Second)
	b.sweep(ctx, true)
	if got := b.state("inv"); got.State != StateSubmitted || got.Parts[0].ID != "c1" {
		t.Fatalf("the segments tell that it was accepted, but: %+v", got)
	}
	b.clock.Advance(-b.cfg.Lease - time.Second)
	rewind()
	if err := b.store.segments.Delete(ctx, segmentID("test", "c1")); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(b.cfg.Lease + time.Second)
	b.sweep(ctx, true)
	if got := b.state("inv"); got.State != StateUnknown {
		t.Fatalf("nobody can know, but: %s", got.State)
	}
}

func TestAnOrphanReceiptSettlesTheOnlyUnknownAttempt(t *testing.T) {
	unknown := func(Message) ([]string, error) { return nil, &SubmitError{Outcome: OutcomeUnknown, Code: "broken"} }
	t.Run("receipt after", func(t *testing.T) {
		b := newBench(t)
		b.invite("inv", 1, longText)
		b.carrier.say(unknown)
		b.due("inv")
		b.receipt("x1", "DELIVRD", 1)
		if got := b.state("inv"); got.State != StateUnknown {
			t.Fatalf("with one of two: %s", got.State)
		}
		b.receipt("x2", "DELIVRD", 1)
		if got, p := b.state("inv"), b.survey.Last("inv"); got.State != StateDelivered || p.Disposition != minyi.Delivered {
			t.Fatalf("%s, told %s", got.State, p.Disposition)
		}
	})
	t.Run("receipt before", func(t *testing.T) {
		b := newBench(t)
		b.invite("inv", 1, shortText)
		b.carrier.say(func(m Message) ([]string, error) { b.receipt("x1", "DELIVRD", 1); return unknown(m) })
		b.due("inv")
		b.sweep(context.Background(), true)
		if got := b.state("inv"); got.State != StateDelivered {
			t.Fatalf("%s", got.State)
		}
	})
	t.Run("before the second", func(t *testing.T) { // a kill left the invitation and our thanks for its reply
		b := newBench(t, func(d *Deps) { d.Config.Policy = Policy{AlwaysOpen: true} })
		b.invite("a", 1, shortText)
		b.invite("b", 1, shortText)
		b.carrier.say(unknown)
		b.due("a")
		b.clock.Advance(2 * time.Second)
		b.due("b")
		b.clock.Advance(-time.Second)
		b.receipt("x1", "DELIVRD", 1)
		if a, second := b.state("a").State, b.state("b").State; a != StateDelivered || second != StateUnknown {
			t.Fatalf("%s and %s, want the first delivered and the second unknown", a, second)
		}
	})
	t.Run("two unknown", func(t *testing.T) {
		b := newBench(t, func(d *Deps) { d.Config.Policy = Policy{AlwaysOpen: true} })
		b.invite("a", 1, shortText)
		b.invite("b", 1, shortText)
		b.carrier.say(unknown)
		b.due("a", "b")
		b.receipt("x1", "DELIVRD", 1)
		b.sweep(context.Background(), true)
		if b.state("a").State != StateUnknown || b.state("b").State != StateUnknown {
			t.Fatal("a receipt was given to one of two attempts by guess")
		}
	})
}
