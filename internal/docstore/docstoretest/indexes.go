package docstoretest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

func indexes(t *testing.T, open func(*testing.T) *docstore.DB) {
	t.Run("entries follow the document", func(t *testing.T) { followUpdates(t, notes(t, open(t), byCity, byDue)) })
	t.Run("misdeclared", func(t *testing.T) { misdeclared(t, open(t)) })
}

func followUpdates(t *testing.T, c *docstore.Collection[note]) {
	ctx := t.Context()
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	due := docstore.Query{Index: "next_step", To: docstore.SortTime(noon.Add(time.Nanosecond))}
	set := func(id string, at time.Time) {
		t.Helper()
		must[docstore.Doc[note]](t)(c.Put(ctx, id, func(n *note, _ bool) error { n.Due = at; return nil }))
	}
	expect := func(want ...string) {
		t.Helper()
		if got := ids(t, c, due); !slices.Equal(got, want) {
			t.Fatalf("due: %v, want %v", got, want)
		}
	}
	expect()
	set("a", noon)
	set("b", noon.Add(-time.Hour))
	set("c", time.Time{})
	set("d", noon.Add(time.Hour))
	expect("b", "a")
	set("d", noon.Add(-2*time.Hour))
	set("a", time.Time{})
	expect("d", "b")
	set("c", noon)
	expect("d", "b", "c")
	if err := c.Delete(ctx, "b"); err != nil {
		t.Fatal(err)
	}
	expect("d", "c")
	if n := must[int64](t)(c.Count(ctx, docstore.Query{Index: "next_step"})); n != 2 {
		t.Fatalf("%d in the sparse index, want 2", n)
	}
	if n := must[int64](t)(c.Count(ctx, docstore.Query{})); n != 3 {
		t.Fatalf("%d in all, want 3", n)
	}
}

func misdeclared(t *testing.T, db *docstore.DB) {
	ctx := t.Context()
	for _, name := range []string{"", "Notes", "9", "a-b", "sqlite_x", "system.x"} {
		_, err := docstore.Open[note](ctx, db, name)
		wantKind(t, err, fault.Internal)
	}
	_, err := docstore.Open(ctx, db, "twice", byCity, byCity)
	wantKind(t, err, fault.Internal)
	c := notes(t, db, byCity)
	_, err = docstore.Open[note](ctx, db, "notes")
	wantKind(t, err, fault.Internal)
	for _, err := range c.Find(ctx, docstore.Query{Index: "nowhere"}) {
		wantKind(t, err, fault.Internal)
	}
}

// Reopen tests what an engine keeps over a restart: open is called several
// times and must give the same store each time. It back-fills n documents.
func Reopen(t *testing.T, n int, open func(t *testing.T) *docstore.DB) {
	ctx := t.Context()
	db := open(t)
	c := notes(t, db)
	seed(t, c, n)
	closeStore(t, db)

	t.Run("a new index holds the old documents", func(t *testing.T) {
		db := open(t)
		defer closeStore(t, db)
		c := notes(t, db, byCity)
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("n%03d", i))
		}
		if got := ids(t, c, docstore.Query{Index: "city", Part: docstore.Part("宁波")}); !slices.Equal(got, want) {
			t.Fatalf("%d documents in the new index, want %d in order", len(got), n)
		}
		if d := must[docstore.Doc[note]](t)(c.Get(ctx, "n007")); d.Rev != 1 {
			t.Fatalf("the back-fill moved the revision to %d", d.Rev)
		}
	})
	t.Run("an index that comes back is filled anew", func(t *testing.T) {
		db := open(t)
		c := notes(t, db, byDue) // without the city
		for _, id := range []string{"n000", "n001"} {
			must[docstore.Doc[note]](t)(c.Update(ctx, id, func(n *note) error { n.City = "温州"; return nil }))
		}
		must[docstore.Doc[note]](t)(c.Insert(ctx, "new", note{City: "温州"}))
		closeStore(t, db)

		db = open(t)
		defer closeStore(t, db)
		c = notes(t, db, byDue, byCity)
		if got := ids(t, c, docstore.Query{Index: "city", Part: docstore.Part("温州")}); fmt.Sprint(got) != "[n000 n001 new]" {
			t.Fatalf("温州 holds %v", got)
		}
		if got := must[int64](t)(c.Count(ctx, docstore.Query{Index: "city", Part: docstore.Part("宁波")})); got != int64(n)-2 {
			t.Fatalf("宁波 holds %d, want %d", got, n-2)
		}
	})
}

func closeStore(t *testing.T, db *docstore.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
