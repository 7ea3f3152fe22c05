package docstoretest

import (
	"context"
	"errors"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("error %v, want kind %s", err, kind)
	}
}

func documents(t *testing.T, open func(*testing.T) *docstore.DB) {
	c := notes(t, open(t), byCity)
	ctx := t.Context()

	t.Run("insert then get", func(t *testing.T) {
		d := must[docstore.Doc[note]](t)(c.Insert(ctx, "a", note{City: "宁波", Text: "路灯不亮", Stars: 5}))
		if d.ID != "a" || d.Rev != 1 || d.Body.Text != "路灯不亮" {
			t.Fatalf("inserted %+v", d)
		}
		got := must[docstore.Doc[note]](t)(c.Get(ctx, "a"))
		if got.Rev != 1 || got.Body.Text != "路灯不亮" || got.Body.Stars != 5 {
			t.Fatalf("got %+v", got)
		}
	})
	t.Run("a taken id says exists and changes nothing", func(t *testing.T) {
		_, err := c.Insert(ctx, "a", note{Text: "another"})
		wantKind(t, err, fault.Exists)
		if got := must[docstore.Doc[note]](t)(c.Get(ctx, "a")); got.Body.Text != "路灯不亮" {
			t.Fatalf("the standing document became %+v", got)
		}
	})
	t.Run("replace goes by revision", func(t *testing.T) {
		first := must[docstore.Doc[note]](t)(c.Get(ctx, "a"))
		second := first
		second.Body.Stars = 1
		won := must[docstore.Doc[note]](t)(c.Replace(ctx, second))
		if won.Rev != 2 {
			t.Fatalf("revision %d after the first replace, want 2", won.Rev)
		}
		_, err := c.Replace(ctx, first)
		wantKind(t, err, fault.Conflict)
		if got := must[docstore.Doc[note]](t)(c.Get(ctx, "a")); got.Rev != 2 || got.Body.Stars != 1 {
			t.Fatalf("after a lost replace: %+v", got)
		}
	})
	t.Run("what is not there", func(t *testing.T) {
		_, err := c.Get(ctx, "none")
		wantKind(t, err, fault.NotFound)
		_, err = c.Replace(ctx, docstore.Doc[note]{ID: "none", Rev: 3})
		wantKind(t, err, fault.NotFound)
		_, err = c.Update(ctx, "none", func(*note) error { t.Error("changed nothing"); return nil })
		wantKind(t, err, fault.NotFound)
		if err := c.Delete(ctx, "none"); err != nil {
			t.Fatal("deleting what is gone:", err)
		}
	})
	t.Run("ids that are refused", func(t *testing.T) {
		for _, id := range []string{"", "\xff\xfe", "a\x00b", string(make([]byte, 600))} {
			_, err := c.Insert(ctx, id, note{})
			wantKind(t, err, fault.Invalid)
			_, err = c.Get(ctx, id)
			wantKind(t, err, fault.Invalid)
		}
	})
	t.Run("delete frees the id", func(t *testing.T) {
		if err := c.Delete(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		_, err := c.Get(ctx, "a")
		wantKind(t, err, fault.NotFound)
		if d := must[docstore.Doc[note]](t)(c.Insert(ctx, "a", note{})); d.Rev != 1 {
			t.Fatalf("revision %d of a new life, want 1", d.Rev)
		}
	})
	t.Run("update and put", func(t *testing.T) { updateAndPut(t, c) })
	t.Run("cancelled context", func(t *testing.T) { cancelled(t, c) })
	t.Run("closed store", func(t *testing.T) {
		db := open(t)
		c := notes(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := c.Insert(ctx, "late", note{})
		wantKind(t, err, fault.Unavailable)
		_, err = c.Get(ctx, "late")
		wantKind(t, err, fault.Unavailable)
		wantKind(t, db.Ping(ctx), fault.Unavailable)
	})
}

func updateAndPut(t *testing.T, c *docstore.Collection[note]) {
	ctx := t.Context()
	star := func(n *note) error { n.Stars++; return nil }
	must[docstore.Doc[note]](t)(c.Insert(ctx, "u", note{Stars: 1}))
	if d := must[docstore.Doc[note]](t)(c.Update(ctx, "u", star)); d.Rev != 2 || d.Body.Stars != 2 {
		t.Fatalf("updated to %+v", d)
	}
	same := must[docstore.Doc[note]](t)(c.Update(ctx, "u", func(n *note) error { n.Stars = 99; return docstore.Unchanged }))
	if got := must[docstore.Doc[note]](t)(c.Get(ctx, "u")); same.Rev != 2 || got.Rev != 2 || got.Body.Stars != 2 {
		t.Fatalf("unchanged, yet %+v", got)
	}
	mine := errors.New("mine")
	if _, err := c.Update(ctx, "u", func(*note) error { return mine }); !errors.Is(err, mine) {
		t.Fatalf("error of change came back as %v", err)
	}

	put := func(n *note, exists bool) error {
		if exists != (n.Stars > 0) {
			t.Errorf("exists is %v for %+v", exists, n)
		}
		n.Stars++
		return nil
	}
	for want := int64(1); want <= 3; want++ {
		if d := must[docstore.Doc[note]](t)(c.Put(ctx, "p", put)); d.Rev != want || d.Body.Stars != int(want) {
			t.Fatalf("put %d gave %+v", want, d)
		}
	}
	d := must[docstore.Doc[note]](t)(c.Put(ctx, "q", func(*note, bool) error { return docstore.Unchanged }))
	if d.Rev != 0 {
		t.Fatalf("put nothing, got revision %d", d.Rev)
	}
	_, err := c.Get(ctx, "q")
	wantKind(t, err, fault.NotFound)
}

func cancelled(t *testing.T, c *docstore.Collection[note]) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Insert(ctx, "never", note{})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("insert gave %v, want context.Canceled", err)
	}
	if _, err := c.Get(ctx, "u"); !errors.Is(err, context.Canceled) {
		t.Fatalf("get gave %v, want context.Canceled", err)
	}
	for _, err := range c.Find(ctx, docstore.Query{}) {
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("find gave %v, want context.Canceled", err)
		}
	}
	_, err = c.Get(t.Context(), "never")
	wantKind(t, err, fault.NotFound)
}
