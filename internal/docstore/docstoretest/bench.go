package docstoretest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/id"
)

// Bench measures the operations of an engine on documents of about 500 bytes.
// Each gives its rate as ops/s, bulk forms as docs/s. open gives an empty store.
func Bench(b *testing.B, open func(b *testing.B) *docstore.DB) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("insert/clients=%d", clients), func(b *testing.B) { benchInsert(b, open(b), clients) })
	}
	for _, clients := range []int{1, 8} {
		b.Run(fmt.Sprintf("get/clients=%d", clients), func(b *testing.B) { benchGet(b, open(b), clients) })
		b.Run(fmt.Sprintf("update/clients=%d", clients), func(b *testing.B) { benchUpdate(b, open(b), clients) })
	}
	b.Run("range=50", func(b *testing.B) { benchRange(b, open(b)) })
	b.Run("insert-many=500", func(b *testing.B) { benchInsertMany(b, open(b)) })
	b.Run("update-many=50", func(b *testing.B) { benchUpdateMany(b, open(b)) })
}

const benchStock = 400 // documents that stand before; few, because a stand-in scans

var remark = strings.Repeat("小区门口路灯不亮已报修三次。", 9)

func benchNote(n int) note {
	return note{City: fmt.Sprintf("区划%d", n%4), Text: remark, Stars: n, Tags: []string{"市政", "路灯"}}
}

func benchID(n int) string { return id.Derive("bench", fmt.Sprint(n)) }

func benchNotes(b *testing.B, db *docstore.DB, stock int) *docstore.Collection[note] {
	b.Helper()
	c, err := docstore.Open(context.Background(), db, "notes", byCity)
	if err != nil {
		b.Fatal(err)
	}
	docs := make([]docstore.Doc[note], stock)
	for i := range docs {
		docs[i] = docstore.Doc[note]{ID: benchID(i), Body: benchNote(i)}
	}
	if _, err := c.InsertMany(context.Background(), docs); err != nil {
		b.Fatal(err)
	}
	return c
}

// spread runs f(0) … f(b.N-1) from so many clients.
func spread(b *testing.B, clients int, f func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				if err := f(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	rate(b, 1, "ops/s")
}

func rate(b *testing.B, each int, unit string) {
	b.ReportMetric(float64(b.N*each)/b.Elapsed().Seconds(), unit)
	b.ReportMetric(0, "ns/op")
}

func benchInsert(b *testing.B, db *docstore.DB, clients int) {
	c := benchNotes(b, db, 0)
	before, err := db.Stats(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	spread(b, clients, func(i int) error {
		_, err := c.Insert(context.Background(), benchID(i), benchNote(i))
		return err
	})
	after, err := db.Stats(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(after.Writes-before.Writes)/float64(after.Commit-before.Commit), "docs/commit")
}

func benchGet(b *testing.B, db *docstore.DB, clients int) {
	c := benchNotes(b, db, benchStock)
	spread(b, clients, func(i int) error {
		_, err := c.Get(context.Background(), benchID(i%benchStock))
		return err
	})
}

// benchUpdate reads and compare-and-swaps one document after the other.
func benchUpdate(b *testing.B, db *docstore.DB, clients int) {
	c := benchNotes(b, db, benchStock)
	spread(b, clients, func(i int) error {
		_, err := c.Update(context.Background(), benchID(i%benchStock), func(n *note) error { n.Stars++; return nil })
		return err
	})
}

func benchRange(b *testing.B, db *docstore.DB) {
	c := benchNotes(b, db, benchStock)
	spread(b, 1, func(i int) error {
		rows := 0
		for _, err := range c.Find(context.Background(), docstore.Query{Index: "city", Part: docstore.Part("区划1"), Limit: 50}) {
			if err != nil {
				return err
			}
			rows++
		}
		if rows != 50 {
			return fmt.Errorf("%d rows", rows)
		}
		return nil
	})
}

func benchInsertMany(b *testing.B, db *docstore.DB) {
	const each = 500
	c := benchNotes(b, db, 0)
	spread(b, 1, func(i int) error {
		docs := make([]docstore.Doc[note], each)
		for k := range docs {
			docs[k] = docstore.Doc[note]{ID: benchID(i*each + k), Body: benchNote(k)}
		}
		_, err := c.InsertMany(context.Background(), docs)
		return err
	})
	rate(b, each, "docs/s")
}

func benchUpdateMany(b *testing.B, db *docstore.DB) {
	const each = 50
	c := benchNotes(b, db, benchStock)
	spread(b, 1, func(i int) error {
		ids := make([]string, each)
		for k := range ids {
			ids[k] = benchID((i*each + k) % benchStock)
		}
		return c.UpdateMany(context.Background(), ids, func(_ string, n *note) error { n.Stars++; return nil })
	})
	rate(b, each, "docs/s")
}
