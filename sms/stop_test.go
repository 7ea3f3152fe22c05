package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/stream"
)

// A line slower than its messages keeps them waiting, marked as being handed
// over. Whoever says stop or pause meanwhile is heard within two seconds.
func TestAStopIsHeardByMessagesThatWaitForTheRate(t *testing.T) {
	for _, why := range []string{"stopped", "paused", "answered"} {
		t.Run(why, func(t *testing.T) {
			b := newBench(t, func(d *Deps) { d.Lines[0].Rate, d.Lines[0].Burst = 5, 1 })
			ids := []minyi.InvitationID{"inv-0", "inv-1", "inv-2", "inv-3"}
			for i, id := range ids {
				b.invite(id, i, shortText)
			}
			b.carrier.say(func(Message) ([]string, error) { // the first goes; then the word comes
				for _, id := range ids {
					b.survey.Withdraw(id, why)
				}
				b.clock.Advance(2 * time.Second)
				return nil, nil
			})
			b.due(ids...)
			if sent := b.carrier.texts(); len(sent) != 1 {
				t.Fatalf("%d messages went, three of them two seconds after the word", len(sent))
			}
			if n := b.submitting(); n != 0 {
				t.Fatalf("%d are left as being handed over", n)
			}
		})
	}
}

// What is marked as being handed over when the process dies becomes unknown:
// no more may be marked than the line lets through in two seconds.
func TestNoMoreIsMarkedThanTheRateLetsThrough(t *testing.T) {
	for _, c := range []struct {
		rate    float64
		workers int
		most    int // marked by one worker
	}{
		{0, 1, 10}, // the carrier's window
		{100, 1, 10},
		{100, 4, 10},
		{4, 2, 4},
		{3, 1, 6},
		{3, 4, 1},
		{0.2, 4, 1}, // one, however slow
	} {
		t.Run(fmt.Sprintf("%g a second, %d workers", c.rate, c.workers), func(t *testing.T) {
			b := newBench(t, func(d *Deps) {
				d.Lines[0].Rate, d.Lines[0].Burst, d.Config.Workers = c.rate, 100, c.workers
			})
			var batch []stream.Delivery
			for i := range 12 {
				due := minyi.InvitationDue{Tenant: minyi.DefaultTenant, Invitation: minyi.InvitationID(fmt.Sprintf("inv-%d", i))}
				b.invite(due.Invitation, i, shortText)
				body, err := json.Marshal(due)
				if err != nil {
					t.Fatal(err)
				}
				batch = append(batch, stream.Delivery{Body: body})
			}
			marked := make(chan int, len(batch))
			b.carrier.say(func(Message) ([]string, error) { marked <- b.submitting(); return nil, nil })
			if err := b.takeDue(context.Background(), batch); err != nil {
				t.Fatal(err)
			}
			close(marked)
			most := 0
			for n := range marked {
				most = max(most, n)
			}
			if most != c.most || len(b.carrier.texts()) != len(batch) {
				t.Fatalf("%d of %d marked at once, %d sent; want %d and all", most, len(batch), len(b.carrier.texts()), c.most)
			}
		})
	}
}

// submitting counts what the ledger has as being handed over.
func (b *bench) submitting() (n int) {
	b.t.Helper()
	for r, err := range b.store.ledger.Find(context.Background(), docstore.Query{}) {
		if err != nil {
			b.t.Error(err)
		}
		if r.Body.State == StateSubmitting {
			n++
		}
	}
	return n
}
