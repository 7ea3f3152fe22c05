package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/id"
)

// small is a document of some 150 bytes, like an invitation's row.
type small struct {
	Unit   string `json:"unit"`
	Day    string `json:"day"`
	N      int    `json:"n"`
	Remark string `json:"remark"`
}

const units = 100

// byUnit has an entry for every document; within a unit the documents are ordered by number.
var byUnit = docstore.Index[small]{Name: "unit", Key: func(_ string, s small) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(s.Unit), Sort: docstore.SortInt(int64(s.N))}, true
}}

func smallDoc(n int) docstore.Doc[small] {
	return docstore.Doc[small]{ID: id.Derive("million", fmt.Sprint(n)), Body: small{
		Unit: fmt.Sprintf("区划%03d", n%units), Day: "2026-11-22", N: n, Remark: "路灯不亮已报修三次,一直没有人来处理。"}}
}

// growth reads and writes a store and tells the median time of each operation.
type growth struct {
	c    *docstore.Collection[small]
	size int
}

func (g *growth) grow(t testing.TB, to int) {
	t.Helper()
	for g.size < to {
		batch := make([]docstore.Doc[small], 0, 10_000)
		for len(batch) < cap(batch) && g.size < to {
			batch = append(batch, smallDoc(g.size))
			g.size++
		}
		if _, err := g.c.InsertMany(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
}

func (g *growth) get(t testing.TB) {
	n := rand.IntN(g.size)
	d, err := g.c.Get(t.Context(), smallDoc(n).ID)
	if err != nil || d.Body.N != n {
		t.Fatal(d, err)
	}
}

// page reads 50 documents from a random place of a random unit.
func (g *growth) page(t testing.TB) {
	unit := fmt.Sprintf("区划%03d", rand.IntN(units))
	from := rand.IntN(max(1, g.size-60*units))
	rows := 0
	for _, err := range g.c.Find(t.Context(), docstore.Query{Index: "unit", Part: docstore.Part(unit), From: docstore.SortInt(int64(from)), Limit: 50}) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	if want := 50; rows != want {
		t.Fatalf("%d rows, want %d", rows, want)
	}
}

func (g *growth) insert(t testing.TB) {
	d := smallDoc(g.size)
	g.size++
	if _, err := g.c.Insert(t.Context(), d.ID, d.Body); err != nil {
		t.Fatal(err)
	}
}

// medians times an operation on two stores by turns, so that whatever else the
// machine does meets both alike.
func medians(n int, few, many func()) (atFew, atMany time.Duration) {
	var times [2][]time.Duration
	for range n {
		for i, f := range []func(){few, many} {
			start := time.Now()
			f()
			times[i] = append(times[i], time.Since(start))
		}
	}
	slices.Sort(times[0])
	slices.Sort(times[1])
	return times[0][n/2], times[1][n/2]
}

func growing(t *testing.T, to int) *growth {
	t.Helper()
	c, err := docstore.Open(t.Context(), open(t, t.TempDir()), "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	g := &growth{c: c}
	start := time.Now()
	g.grow(t, to)
	t.Logf("%d documents in %v", to, time.Since(start).Round(time.Millisecond))
	return g
}

// TestFlat holds the times at a million documents (MINYI_TEST_FULL=1, which
// make test sets; a fifth of it otherwise) against those at ten thousand. A
// scan would be a hundred times slower; a tree is a level deeper, and the
// factor leaves room for what a cache no longer holds.
func TestFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of thousands of documents take their time")
	}
	const few, factor = 10_000, 6
	many := 200_000
	if os.Getenv("MINYI_TEST_FULL") == "1" {
		many = 1_000_000
	}
	small, large := growing(t, few), growing(t, many)
	for _, op := range []struct {
		name  string
		times int
		run   func(*growth, testing.TB)
	}{
		{"get by id", 1000, (*growth).get},
		{"range of 50", 400, (*growth).page},
		{"single insert", 400, (*growth).insert},
	} {
		before, after := medians(op.times, func() { op.run(small, t) }, func() { op.run(large, t) })
		t.Logf("%-13s %10v at %d, %10v at %d", op.name, before, few, after, many)
		if after > factor*before {
			t.Errorf("%s: %v at %d documents, %v at %d", op.name, before, few, after, many)
		}
	}
}
