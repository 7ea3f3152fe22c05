package sqlite_test

import (
	"fmt"
	"sync"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// TestLookUpsTogether has many callers look at once for documents that are
// there and that are not: each gets its own, none waits for ever, and a caller
// sees what was acknowledged before it asked.
func TestLookUpsTogether(t *testing.T) {
	c := stock(t, docstore.New(engine(t)), 200)
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := range 50 {
				n := (w*50 + i) % 400 // every second one is missing
				d, err := c.Get(t.Context(), smallDoc(n).ID)
				switch {
				case n < 200 && (err != nil || d.ID != smallDoc(n).ID):
					t.Errorf("document %d: got %q, %v", n, d.ID, err)
				case n >= 200 && !fault.Is(err, fault.NotFound):
					t.Errorf("document %d, which is missing: got %q, %v", n, d.ID, err)
				}
				fresh := fmt.Sprintf("fresh-%d-%d", w, i)
				if _, err := c.Insert(t.Context(), fresh, smallDoc(n).Body); err != nil {
					t.Error(err)
				}
				if _, err := c.Get(t.Context(), fresh); err != nil {
					t.Errorf("%s was acknowledged and is not found: %v", fresh, err)
				}
			}
		})
	}
	wg.Wait()
}
