package sms

import (
	"context"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

func TestErasureLeavesCountsAndNobody(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.invite("other", 2, shortText)
	b.due("inv", "other")
	b.says(1, "路灯还是不亮")
	b.says(2, "路灯亮了")
	if _, err := b.OptOut(ctx, minyi.OptOutRequest{Blind: b.blind(number(1)), To: "sealed", Source: "erasure"}); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for d, err := range b.store.ledger.Find(ctx, docstore.Query{}) {
		if err != nil || (d.Body.Blind == b.blind(number(1))) != (d.Body.To == "") {
			t.Fatalf("%+v, %v", d.Body, err)
		}
		kept++
	}
	for d, err := range b.store.replies.Find(ctx, docstore.Query{}) {
		if err != nil || (d.Body.Blind == b.blind(number(1))) != (d.Body.From+d.Body.Text == "") {
			t.Fatalf("%+v, %v", d.Body, err)
		}
		kept++
	}
	if kept != 4 {
		t.Fatalf("%d documents", kept)
	}
	list, err := b.Stopped(ctx, PageRequest{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Mobile != "" || list.Items[0].Source != "erasure" {
		t.Fatalf("%+v, %v", list, err)
	}
	counts, err := b.Ledger(ctx, LedgerRequest{Campaign: "cmp"})
	if err != nil || counts.Total != 2 {
		t.Fatalf("%+v, %v", counts, err)
	}
}

func TestOrphansAreDroppedInTheEnd(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.receipt("c1", "DELIVRD", 1)
	b.receipt("never", "DELIVRD", 5)
	count := func() (n int) {
		for _, err := range b.store.segments.Find(ctx, docstore.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	b.clock.Advance(10 * 24 * time.Hour)
	b.sweep(ctx, true)
	if n := count(); n != 2 {
		t.Fatalf("%d segments while a report may still find its message", n)
	}
	b.clock.Advance(5 * 24 * time.Hour)
	b.sweep(ctx, true)
	if n := count(); n != 1 {
		t.Fatalf("%d segments left", n)
	}
}

func TestTheRateHoldsForLongMessagesToo(t *testing.T) {
	b := newBench(t)
	l := b.newLine(Line{Name: "slow", Gateway: b.carrier, Rate: 2})
	waits := make([]time.Duration, 4)
	for i := range waits {
		waits[i], _ = l.reserve(3)
	}
	// Two at once and two a second: three segments more each time.
	for i, want := range []time.Duration{500, 2000, 3500, 5000} {
		if got := waits[i].Round(50 * time.Millisecond); got != want*time.Millisecond {
			t.Errorf("message %d waits %s, want %s", i, got, want*time.Millisecond)
		}
	}
	_, undo := l.reserve(3)
	undo()
	if again, _ := l.reserve(3); again.Round(50*time.Millisecond) > 6600*time.Millisecond {
		t.Errorf("places given back are gone: %s", again)
	}
}
