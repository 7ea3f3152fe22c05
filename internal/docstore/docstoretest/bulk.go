package docstoretest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"minyi/internal/docstore"
)

type docs = []docstore.Doc[note]

func bulk(t *testing.T, open func(*testing.T) *docstore.DB) {
	t.Run("insert says which ids were free", func(t *testing.T) {
		c, ctx := notes(t, open(t), byCity), t.Context()
		must[docstore.Doc[note]](t)(c.Insert(ctx, "b", note{Text: "first"}))
		got := must[[]bool](t)(c.InsertMany(ctx, docs{
			{ID: "a", Rev: 9, Body: note{Text: "a"}}, {ID: "b", Body: note{Text: "second"}},
			{ID: "c", Body: note{Text: "c"}}, {ID: "a", Body: note{Text: "again"}},
		}))
		if want := []bool{true, false, true, false}; !slices.Equal(got, want) {
			t.Fatalf("inserted %v, want %v", got, want)
		}
		all := must[map[string]docstore.Doc[note]](t)(c.GetMany(ctx, []string{"a", "b", "c", "x", "a"}))
		if len(all) != 3 || all["a"].Body.Text != "a" || all["a"].Rev != 1 || all["b"].Body.Text != "first" {
			t.Fatalf("stored %+v", all)
		}
	})
	t.Run("replace says which won", func(t *testing.T) {
		c, ctx := notes(t, open(t), byCity), t.Context()
		seed(t, c, 3)
		got := must[[]bool](t)(c.ReplaceMany(ctx, docs{
			{ID: "n000", Rev: 1, Body: note{Text: "won"}}, {ID: "n001", Rev: 7, Body: note{Text: "stale"}},
			{ID: "gone", Rev: 1}, {ID: "n002", Rev: 1, Body: note{Text: "won"}},
		}))
		if want := []bool{true, false, false, true}; !slices.Equal(got, want) {
			t.Fatalf("won %v, want %v", got, want)
		}
		all := must[map[string]docstore.Doc[note]](t)(c.GetMany(ctx, []string{"n000", "n001", "n002", "gone"}))
		if len(all) != 3 || all["n000"].Rev != 2 || all["n001"].Rev != 1 || all["n001"].Body.Text != "" || all["n002"].Body.Text != "won" {
			t.Fatalf("stored %+v", all)
		}
	})
	t.Run("nothing at all", func(t *testing.T) {
		c, ctx := notes(t, open(t)), t.Context()
		if got, err := c.InsertMany(ctx, nil); err != nil || len(got) != 0 {
			t.Fatal(got, err)
		}
		if got, err := c.GetMany(ctx, nil); err != nil || len(got) != 0 {
			t.Fatal(got, err)
		}
		if err := errors.Join(c.DeleteMany(ctx, nil), c.UpdateMany(ctx, nil, nil), c.PutMany(ctx, nil, nil)); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("update, put, delete", func(t *testing.T) { bulkChanges(t, notes(t, open(t), byCity)) })
	t.Run("more than one command carries", func(t *testing.T) { bulkLarge(t, notes(t, open(t), byCity)) })
}

func bulkChanges(t *testing.T, c *docstore.Collection[note]) {
	ctx := t.Context()
	seed(t, c, 4)
	err := c.UpdateMany(ctx, []string{"n000", "gone", "n001", "n000", "n002"}, func(id string, n *note) error {
		if id == "n002" {
			return docstore.Unchanged
		}
		n.Text += "+"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.PutMany(ctx, []string{"n003", "new", "left"}, func(id string, n *note, exists bool) error {
		if exists != (id == "n003") {
			t.Errorf("%s: exists is %v", id, exists)
		}
		if id == "left" {
			return docstore.Unchanged
		}
		n.Text = "put"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := must[map[string]docstore.Doc[note]](t)(c.GetMany(ctx, []string{"n000", "n001", "n002", "n003", "new", "gone", "left"}))
	want := map[string]string{"n000": "2+", "n001": "2+", "n002": "1", "n003": "2put", "new": "1put"}
	for id, d := range all {
		if got := fmt.Sprint(d.Rev, d.Body.Text); got != want[id] {
			t.Errorf("%s is %q, want %q", id, got, want[id])
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d documents, want %d", len(all), len(want))
	}
	stop := errors.New("stop")
	if err := c.UpdateMany(ctx, []string{"n000"}, func(string, *note) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of change came back as %v", err)
	}
	if err := c.DeleteMany(ctx, []string{"n000", "gone", "n001", "n000"}); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, c, docstore.Query{}); !slices.Equal(got, []string{"n002", "n003", "new"}) {
		t.Errorf("left after the delete: %v", got)
	}
}

// bulkLarge crosses every limit that an engine has on one command. Documents
// that stand before lie beyond the first thousand.
func bulkLarge(t *testing.T, c *docstore.Collection[note]) {
	const n, from, to = 1234, 1100, 1160
	ctx := t.Context()
	var all docs
	var names []string
	for i := range n {
		id := fmt.Sprintf("d%05d", i)
		names = append(names, id)
		all = append(all, docstore.Doc[note]{ID: id, Body: note{City: "台州", Stars: i}})
	}
	if got := must[[]bool](t)(c.InsertMany(ctx, all[from:to])); slices.Contains(got, false) {
		t.Fatal("some were not inserted")
	}
	if err := c.UpdateMany(ctx, names[from:to], func(_ string, n *note) error { n.Text = "seen"; return nil }); err != nil {
		t.Fatal(err)
	}
	for i, inserted := range must[[]bool](t)(c.InsertMany(ctx, all)) {
		if inserted != (i < from || i >= to) {
			t.Fatalf("document %d: inserted is %v", i, inserted)
		}
	}
	back := must[map[string]docstore.Doc[note]](t)(c.GetMany(ctx, names))
	for i, id := range names {
		if d := back[id]; d.Body.Stars != i || (d.Body.Text == "seen") != (i >= from && i < to) {
			t.Fatalf("%s is %+v", id, d)
		}
	}
	if got := ids(t, c, docstore.Query{Index: "city", Part: docstore.Part("台州")}); !slices.Equal(got, names) {
		t.Fatalf("%d of %d in the index, or out of order", len(got), n)
	}
	if err := c.DeleteMany(ctx, names); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, c, docstore.Query{}); len(got) != 0 {
		t.Fatalf("%d are left", len(got))
	}
}
