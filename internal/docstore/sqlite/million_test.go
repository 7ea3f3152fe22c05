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

func median(n int, f func()) time.Duration {
	times := make([]time.Duration, n)
	for i := range times {
		start := time.Now()
		f()
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times[n/2]
}

// TestFlat holds the times at a million documents (MINYI_TEST_MILLION=1, which
// make test sets; a fifth of it otherwise) against those at ten thousand. A
// scan would be a hundred times slower; a tree is a level deeper, and the
// factor leaves room for caches and for a busy machine.
func TestFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of thousands of documents take their time")
	}
	const few, factor = 10_000, 6
	many := 200_000
	if os.Getenv("MINYI_TEST_MILLION") == "1" {
		many = 1_000_000
	}
	db := open(t, t.TempDir())
	c, err := docstore.Open(t.Context(), db, "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	g := &growth{c: c}
	measure := func() map[string]time.Duration {
		return map[string]time.Duration{
			"get by id":     median(800, func() { g.get(t) }),
			"range of 50":   median(300, func() { g.page(t) }),
			"single insert": median(300, func() { g.insert(t) }),
		}
	}
	g.grow(t, few)
	before := measure()
	start := time.Now()
	g.grow(t, many)
	t.Logf("%d documents in %v", many, time.Since(start).Round(time.Millisecond))
	for what, at := range measure() {
		t.Logf("%-13s %10v at %d, %10v at %d", what, before[what], few, at, many)
		if at > factor*before[what]+200*time.Microsecond {
			t.Errorf("%s: %v at %d documents, %v at %d", what, before[what], few, at, many)
		}
	}
}
