package docstoretest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// ranges reads along an index. Notes are n000…n0nn with stars i/2, so every
// Sort value stands twice and only the id tells its two notes apart.
func ranges(t *testing.T, open func(*testing.T) *docstore.DB) {
	const n = 41
	c := notes(t, open(t), byCity)
	seed(t, c, n)
	for i, city := range []string{"", "宁", "宁波|", "宁波2", "n000"} { // neighbours that must not be met
		must[docstore.Doc[note]](t)(c.Insert(t.Context(), fmt.Sprint("other", i), note{City: city, Stars: 7}))
	}
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("n%03d", i))
	}
	ningbo := docstore.Query{Index: "city", Part: docstore.Part("宁波")}
	star := func(n int) string { return docstore.SortInt(int64(n)) }

	for _, test := range []struct {
		name     string
		from, to string
		limit    int
		want     []string
	}{
		{"whole", "", "", 0, all},
		{"from", star(5), "", 0, all[10:]},
		{"to", "", star(5), 0, all[:10]},
		{"between", star(3), star(5), 0, all[6:10]},
		{"limit", star(3), "", 3, all[6:9]},
		{"empty", star(5), star(5), 0, nil},
		{"reversed", star(6), star(5), 0, nil},
		{"beyond", star(900), "", 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := ningbo
			q.From, q.To, q.Limit = test.from, test.to, test.limit
			if got := ids(t, c, q); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := must[int64](t)(c.Count(t.Context(), q)); got != int64(len(test.want)) {
				t.Errorf("counted %d, want %d", got, len(test.want))
			}
			if test.limit > 0 {
				return
			}
			q.Desc = true
			want := slices.Clone(test.want)
			slices.Reverse(want)
			if got := ids(t, c, q); !slices.Equal(got, want) {
				t.Errorf("descending: got %v, want %v", got, want)
			}
		})
	}
	t.Run("pages", func(t *testing.T) {
		for _, size := range []int{1, 2, 3, 7, n, n + 1} {
			page(t, c, ningbo, size, all)
			within := ningbo
			within.From, within.To = star(4), star(15)
			page(t, c, within, size, all[8:30])
		}
		page(t, c, docstore.Query{From: "n", To: "o"}, 4, all)
	})
	t.Run("cursors that do not fit", func(t *testing.T) { badCursors(t, c, ningbo, star) })
	t.Run("by id", func(t *testing.T) {
		if got := ids(t, c, docstore.Query{From: "n03", To: "n04"}); !slices.Equal(got, all[30:40]) {
			t.Errorf("got %v", got)
		}
		if got := ids(t, c, docstore.Query{Limit: 2, Desc: true}); !slices.Equal(got, []string{"other4", "other3"}) {
			t.Errorf("last two: %v", got)
		}
	})
	t.Run("tally", func(t *testing.T) { tallies(t, c, ningbo, star) })
	t.Run("writing within the loop", func(t *testing.T) { writeWhileReading(t, c, ningbo, n) })
}

// page walks q in pages both ways and must see each document once, in order.
func page(t *testing.T, c *docstore.Collection[note], q docstore.Query, size int, want []string) {
	t.Helper()
	want = slices.Clone(want)
	for _, desc := range []bool{false, true} {
		q.Desc, q.Limit, q.After = desc, size, ""
		var got []string
		for range len(want) + 2 {
			before := len(got)
			for d, err := range c.Find(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, d.ID)
				q.After = c.Cursor(q, d)
			}
			if len(got) == before {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d, descending %v: got %v, want %v", size, desc, got, want)
		}
		slices.Reverse(want)
	}
}

func badCursors(t *testing.T, c *docstore.Collection[note], q docstore.Query, star func(int) string) {
	first := func(q docstore.Query) error {
		for _, err := range c.Find(t.Context(), q) {
			return err
		}
		return nil
	}
	d := must[docstore.Doc[note]](t)(c.Get(t.Context(), "n020")) // stars 10
	at := c.Cursor(q, d)
	for _, after := range []string{"?", "AAAA", at[:len(at)-3], c.Cursor(docstore.Query{}, d)} {
		q.After = after
		wantKind(t, first(q), fault.Invalid)
	}
	q.After = ""
	for _, q := range []docstore.Query{{Index: "city", Part: "\xff"}, {From: "\xfe"}, {To: "\xfe"}} {
		wantKind(t, first(q), fault.Invalid)
	}
	// A cursor outside the range: all of the range lies behind it, or before it.
	q.After = at
	q.From, q.To = star(15), star(16)
	if got := ids(t, c, q); !slices.Equal(got, []string{"n030", "n031"}) {
		t.Errorf("range ahead of the cursor gave %v", got)
	}
	q.Desc = true
	if got := ids(t, c, q); len(got) != 0 {
		t.Errorf("range behind the cursor gave %v", got)
	}
}

func writeWhileReading(t *testing.T, c *docstore.Collection[note], q docstore.Query, n int) {
	seen := 0
	for d, err := range c.Find(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Update(t.Context(), d.ID, func(n *note) error { n.Text = "seen"; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, err := range c.Find(t.Context(), docstore.Query{Limit: 1}) { // a loop within the loop
			if err != nil {
				t.Fatal(err)
			}
		}
		seen++
	}
	if seen != n {
		t.Errorf("saw %d documents, want %d", seen, n)
	}
}

// tallies counts by Sort and follows every write.
func tallies(t *testing.T, c *docstore.Collection[note], q docstore.Query, star func(int) string) {
	want := map[string]int64{}
	for d, err := range c.Find(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		want[star(d.Body.Stars)]++
	}
	same := func(what string, q docstore.Query) {
		t.Helper()
		if got := must[map[string]int64](t)(c.Tally(t.Context(), q)); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	same("as it stands", q)
	must[docstore.Doc[note]](t)(c.Insert(t.Context(), "tallied", note{City: "宁波", Stars: 900}))
	want[star(900)]++
	same("after an insert", q)
	must[docstore.Doc[note]](t)(c.Update(t.Context(), "tallied", func(n *note) error { n.Stars = 901; return nil }))
	delete(want, star(900))
	want[star(901)]++
	same("after a change", q)
	if err := c.Delete(t.Context(), "tallied"); err != nil {
		t.Fatal(err)
	}
	delete(want, star(901))
	same("after a delete", q)
	q.From, q.To = star(3), star(5)
	maps.DeleteFunc(want, func(sort string, _ int64) bool { return sort < q.From || sort >= q.To })
	same("of a range", q)
	_, err := c.Tally(t.Context(), docstore.Query{})
	wantKind(t, err, fault.Internal)
}
