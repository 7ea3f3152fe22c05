package docstoretest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

const writers = 8

// together runs f in several goroutines at once and waits for them.
func together(n int, f func(w int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for w := range n {
		wg.Go(func() { <-start; f(w) })
	}
	close(start)
	wg.Wait()
}

func races(t *testing.T, open func(*testing.T) *docstore.DB) {
	t.Run("one winner for each id", func(t *testing.T) { insertRace(t, notes(t, open(t), byCity)) })
	t.Run("one winner for each id in bulk", func(t *testing.T) { bulkInsertRace(t, notes(t, open(t), byCity)) })
	t.Run("no false win of a replace", func(t *testing.T) { replaceRace(t, notes(t, open(t), byCity)) })
	t.Run("update loses nothing", func(t *testing.T) {
		c := notes(t, open(t), byCity)
		must[docstore.Doc[note]](t)(c.Insert(t.Context(), "n", note{}))
		count(t, c, "n", func() error {
			_, err := c.Update(t.Context(), "n", func(n *note) error { n.Stars++; return nil })
			return err
		})
	})
	t.Run("put loses nothing", func(t *testing.T) {
		c := notes(t, open(t), byCity)
		count(t, c, "n", func() error {
			_, err := c.Put(t.Context(), "n", func(n *note, _ bool) error { n.Stars++; return nil })
			return err
		})
	})
	t.Run("bulk changes lose nothing", func(t *testing.T) { bulkRace(t, notes(t, open(t), byCity)) })
}

func insertRace(t *testing.T, c *docstore.Collection[note]) {
	const ids = 40
	var wins [ids]atomic.Int32
	together(writers, func(w int) {
		for i := range ids {
			_, err := c.Insert(t.Context(), fmt.Sprint("case-", i), note{Stars: w})
			switch {
			case err == nil:
				wins[i].Add(1)
			case !fault.Is(err, fault.Exists):
				t.Error(err)
			}
		}
	})
	for i := range wins {
		if n := wins[i].Load(); n != 1 {
			t.Errorf("id %d was won %d times", i, n)
		}
	}
}

func bulkInsertRace(t *testing.T, c *docstore.Collection[note]) {
	const ids = 60
	var wins [ids]atomic.Int32
	together(4, func(w int) {
		var all docs
		for i := range ids {
			// Each writer goes through the ids in an order of its own; the first
			// one names them all, some of the others name some of them twice.
			all = append(all, docstore.Doc[note]{ID: fmt.Sprint("case-", (i*(2*w+1))%ids)})
		}
		inserted, err := c.InsertMany(t.Context(), all)
		if err != nil {
			t.Error(err)
			return
		}
		for i, won := range inserted {
			var id int
			if _, err := fmt.Sscanf(all[i].ID, "case-%d", &id); err != nil {
				t.Error(err)
			} else if won {
				wins[id].Add(1)
			}
		}
	})
	for i := range wins {
		if n := wins[i].Load(); n != 1 {
			t.Errorf("id %d was won %d times", i, n)
		}
	}
}

// replaceRace has all writers replace the same revision again and again; each
// must be won by exactly one, and the last body must be a winner's.
func replaceRace(t *testing.T, c *docstore.Collection[note]) {
	const rounds = 30
	must[docstore.Doc[note]](t)(c.Insert(t.Context(), "n", note{}))
	for rev := int64(1); rev <= rounds; rev++ {
		var wins atomic.Int32
		var winner atomic.Int64
		together(writers, func(w int) {
			_, err := c.Replace(t.Context(), docstore.Doc[note]{ID: "n", Rev: rev, Body: note{Stars: w + 1}})
			switch {
			case err == nil:
				wins.Add(1)
				winner.Store(int64(w + 1))
			case !fault.Is(err, fault.Conflict):
				t.Error(err)
			}
		})
		got := must[docstore.Doc[note]](t)(c.Get(t.Context(), "n"))
		if wins.Load() != 1 || got.Rev != rev+1 || int64(got.Body.Stars) != winner.Load() {
			t.Fatalf("revision %d: %d wins, winner %d, stored %+v", rev, wins.Load(), winner.Load(), got)
		}
	}
}

// count has all writers add to one document.
func count(t *testing.T, c *docstore.Collection[note], id string, add func() error) {
	t.Helper()
	const each = 25
	together(writers, func(int) {
		for range each {
			if err := add(); err != nil {
				t.Error(err)
			}
		}
	})
	got := must[docstore.Doc[note]](t)(c.Get(t.Context(), id))
	if got.Body.Stars != writers*each || got.Rev < writers*each {
		t.Fatalf("%d additions gave %d at revision %d", writers*each, got.Body.Stars, got.Rev)
	}
}

// bulkRace has writers add to overlapping sets of documents, some of which
// do not exist yet.
func bulkRace(t *testing.T, c *docstore.Collection[note]) {
	const all, each, rounds = 12, 6, 8
	together(4, func(w int) {
		for round := range rounds {
			var ids []string
			for i := range each {
				ids = append(ids, fmt.Sprint("n", (i+w*3+round)%all))
			}
			err := c.PutMany(t.Context(), ids, func(_ string, n *note, _ bool) error { n.Stars++; return nil })
			if err != nil {
				t.Error(err)
			}
		}
	})
	sum := 0
	for d, err := range c.Find(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		sum += d.Body.Stars
		if int64(d.Body.Stars) != d.Rev {
			t.Errorf("%s holds %d at revision %d", d.ID, d.Body.Stars, d.Rev)
		}
	}
	if want := 4 * rounds * each; sum != want {
		t.Fatalf("sum %d, want %d", sum, want)
	}
}
