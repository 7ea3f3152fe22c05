// Package docstoretest is the contract of a docstore engine, as tests. Each
// engine runs it; what passes here, services may rely on.
package docstoretest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"minyi/internal/docstore"
)

// Run tests the engine below the stores that open makes; each must be empty.
func Run(t *testing.T, open func(t *testing.T) *docstore.DB) {
	for _, group := range []struct {
		name string
		test func(*testing.T, func(*testing.T) *docstore.DB)
	}{
		{"documents", documents},
		{"bulk", bulk},
		{"races", races},
		{"ranges", ranges},
		{"values", values},
		{"indexes", indexes},
	} {
		t.Run(group.name, func(t *testing.T) { group.test(t, open) })
	}
}

// note is the document of the suite: enough of every JSON shape.
type note struct {
	City  string         `json:"city"`
	Text  string         `json:"text"`
	Stars int            `json:"stars"`
	Due   time.Time      `json:"due,omitzero"`
	Tags  []string       `json:"tags,omitempty"`
	Marks map[string]any `json:"marks,omitempty"`
}

// byCity orders the notes of a city by their stars.
var byCity = docstore.Index[note]{Name: "city", Key: func(_ string, n note) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(n.City), Sort: docstore.SortInt(int64(n.Stars))}, true
}}

// byDue holds only notes that are due, and of all cities.
var byDue = docstore.Index[note]{Name: "next_step", Key: func(_ string, n note) (docstore.Key, bool) {
	return docstore.Key{Sort: docstore.SortTime(n.Due)}, !n.Due.IsZero()
}}

func notes(t *testing.T, db *docstore.DB, indexes ...docstore.Index[note]) *docstore.Collection[note] {
	t.Helper()
	c, err := docstore.Open(t.Context(), db, "notes", indexes...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seed inserts n notes "n000"… into 宁波 with stars 0, 0, 1, 1, 2, 2 …
func seed(t *testing.T, c *docstore.Collection[note], n int) {
	t.Helper()
	docs := make([]docstore.Doc[note], n)
	for i := range docs {
		docs[i] = docstore.Doc[note]{ID: fmt.Sprintf("n%03d", i), Body: note{City: "宁波", Stars: i / 2}}
	}
	inserted, err := c.InsertMany(t.Context(), docs)
	if err != nil || slices.Contains(inserted, false) {
		t.Fatal("seed:", inserted, err)
	}
}

func must[V any](t *testing.T) func(V, error) V {
	return func(v V, err error) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// ids reads a query to its end.
func ids(t *testing.T, c *docstore.Collection[note], q docstore.Query) []string {
	t.Helper()
	var out []string
	for d, err := range c.Find(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d.ID)
	}
	return out
}
