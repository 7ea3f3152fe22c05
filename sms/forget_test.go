package sms

import (
	"context"
	"testing"
	"testing/synctest"
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

func TestWhatIsPastItsTimeGoes(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.invite("other", 2, shortText)
	b.due("inv")
	b.due("other")
	b.receipt("c1", "DELIVRD", 1)
	b.receipt("never", "DELIVRD", 5)
	b.says(1, "1")
	b.says(2, "退订")
	sizes := func() [4]int {
		return [4]int{size(t, b.store.segments), size(t, b.store.ledger), size(t, b.store.replies), size(t, b.store.recipients)}
	}
	b.later(13 * 24 * time.Hour)
	if got := sizes(); got != [4]int{4, 3, 2, 2} {
		t.Fatalf("after two weeks less a day: %v", got)
	}
	b.later(2 * 24 * time.Hour)
	if got := sizes(); got != [4]int{0, 3, 2, 2} {
		t.Fatalf("after two weeks the carriers' ids go: %v", got)
	}
	b.later(164 * 24 * time.Hour)
	if got := b.state("inv"); got.To == "" || got.Blind == "" {
		t.Fatal("a number went too early")
	}
	b.later(2 * 24 * time.Hour)
	if got := sizes(); got != [4]int{0, 3, 0, 1} {
		t.Fatalf("after half a year only what happened is left, and 请勿打扰: %v", got)
	}
	if got := b.state("inv"); got.To != "" || got.Blind != "" || got.State != StateDelivered {
		t.Fatalf("%+v", got)
	}
	counts, err := b.Ledger(ctx, LedgerRequest{Campaign: "cmp"})
	if err != nil || counts.Total != 2 {
		t.Fatalf("%+v, %v", counts, err)
	}
	b.invite("next", 2, shortText)
	b.due("next")
	if got := b.state("next"); got.Reason != ReasonDoNotContact {
		t.Fatalf("请勿打扰 was forgotten: %+v", got)
	}
}

func size[T any](t *testing.T, c *docstore.Collection[T]) (n int) {
	t.Helper()
	for _, err := range c.Find(context.Background(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestTheRateHoldsForLongMessagesToo(t *testing.T) {
	b := newBench(t)
	synctest.Test(t, func(t *testing.T) { // the time stands still
		l := b.newLine(Line{Name: "slow", Gateway: b.carrier, Rate: 2})
		// Two at once and two a second: three segments more each time.
		for i, want := range []time.Duration{500, 2000, 3500, 5000} {
			if got, _ := l.reserve(3); got != want*time.Millisecond {
				t.Errorf("message %d waits %s, want %s", i, got, want*time.Millisecond)
			}
		}
		_, undo := l.reserve(3)
		undo()
		if again, _ := l.reserve(3); again != 6500*time.Millisecond {
			t.Errorf("places given back are gone: %s", again)
		}
	})
}
