package docstore_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/fault"
	"minyi/internal/testenv"
)

type step struct {
	Due  time.Time `json:"due,omitzero"`
	Note string    `json:"note"`
}

var nextStep = docstore.Index[step]{Name: "next_step", Key: func(_ string, s step) (docstore.Key, bool) {
	return docstore.Key{Sort: docstore.SortTime(s.Due)}, !s.Due.IsZero()
}}

// A sparse index finds what is due; a change that clears the time takes the
// document out of it.
func Example() {
	dir, _ := os.MkdirTemp("", "docstore")
	defer os.RemoveAll(dir)
	ctx := context.Background()
	engine, err := sqlite.Open(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	db := docstore.New(engine)
	defer db.Close()
	steps, err := docstore.Open(ctx, db, "steps", nextStep)
	if err != nil {
		fmt.Println(err)
		return
	}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i, name := range []string{"回访", "补发", "归档"} {
		_, err := steps.Insert(ctx, name, step{Due: noon.Add(time.Duration(i) * time.Hour)})
		fmt.Println(name, err)
	}
	_, err = steps.Insert(ctx, "回访", step{})
	fmt.Println("again:", fault.KindOf(err))

	_, err = steps.Update(ctx, "回访", func(s *step) error { s.Due = time.Time{}; return nil })
	fmt.Println("done:", err)
	for d, err := range steps.Find(ctx, docstore.Query{Index: "next_step", To: docstore.SortTime(noon.Add(90 * time.Minute))}) {
		fmt.Println("due:", d.ID, d.Rev, err)
	}
	// Output:
	// 回访 <nil>
	// 补发 <nil>
	// 归档 <nil>
	// again: exists
	// done: <nil>
	// due: 补发 1 <nil>
}

// FuzzCursor gives Find what a stranger puts into a link: it must answer with
// documents of the list or with a fault of kind Invalid.
func FuzzCursor(f *testing.F) {
	db := testenv.DB(f)
	steps, err := docstore.Open(f.Context(), db, "steps", nextStep)
	if err != nil {
		f.Fatal(err)
	}
	q := docstore.Query{Index: "next_step", Limit: 3}
	for i := range 9 {
		d, err := steps.Insert(f.Context(), fmt.Sprint(i), step{Due: time.Unix(int64(i/2), 0)})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(steps.Cursor(q, d), i%2 == 0)
	}
	f.Add("eyJ4IjoibmV4dF9zdGVwIn0", true)
	f.Add("\xff", false)
	f.Fuzz(func(t *testing.T, after string, desc bool) {
		q := q
		q.After, q.Desc = after, desc
		for d, err := range steps.Find(t.Context(), q) {
			if err != nil && !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			if err == nil && d.Body.Due.IsZero() {
				t.Fatalf("%+v is not in the index", d)
			}
		}
	})
}
