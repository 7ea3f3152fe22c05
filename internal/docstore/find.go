package docstore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"unicode/utf8"
)

// Query names a part of one index, in order.
type Query struct {
	Index    string // "": the whole collection by id, From and To range over ids
	Part     string // exactly the Key.Part of the entries wanted
	From, To string // From ≤ Sort < To; "" leaves that end open
	After    string // a Cursor: go on behind that document
	Limit    int    // 0: all
	Desc     bool   // greatest first
}

// Find streams the documents of q in order of (Sort, id). It sees each
// document as it is when the stream reaches it; a document whose Sort is moved
// while the stream runs may be seen twice or not at all. The loop may read and
// write the collection. An error is the last thing that the stream gives.
func (c *Collection[T]) Find(ctx context.Context, q Query) iter.Seq2[Doc[T], error] {
	return func(yield func(Doc[T], error) bool) {
		r, empty, err := c.rangeOf(q)
		if err != nil {
			yield(Doc[T]{}, err)
			return
		}
		if empty {
			return
		}
		for record, err := range c.table.Scan(ctx, r) {
			if err != nil {
				yield(Doc[T]{}, c.doing(err, "find in"))
				return
			}
			d, err := c.decode(record)
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// Count counts the documents of q. It takes time in proportion to their
// number: not for hot paths.
func (c *Collection[T]) Count(ctx context.Context, q Query) (int64, error) {
	r, empty, err := c.rangeOf(q)
	if err != nil || empty {
		return 0, err
	}
	n, err := c.table.Count(ctx, r)
	return n, c.doing(err, "count in")
}

// Tally counts the documents of q by their Sort, from the index alone: a
// million of them take about half a second, and the counts are as exact as the
// documents, since an entry is written with its document. Limit and After
// are not looked at.
func (c *Collection[T]) Tally(ctx context.Context, q Query) (map[string]int64, error) {
	q.After, q.Limit = "", 0
	r, empty, err := c.rangeOf(q)
	if err != nil || empty {
		return nil, err
	}
	if r.Index < 0 {
		return nil, defect("a tally of " + c.name + " needs an index")
	}
	counts, err := c.table.Tally(ctx, r)
	return counts, c.doing(err, "tally")
}

// Cursor gives the text which, as q.After, goes on behind d. It holds d's
// place in the index (its Sort and id) in readable form. It is empty if d is
// not in the index.
func (c *Collection[T]) Cursor(q Query, d Doc[T]) string {
	sort := d.ID
	if i := c.indexAt(q.Index); i >= 0 {
		key, in := c.indexes[i].Key(d.ID, d.Body)
		if !in {
			return ""
		}
		sort = key.Sort
	}
	text, err := json.Marshal(cursor{Index: q.Index, Sort: sort, ID: d.ID})
	if err != nil {
		return "" // strings always encode
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

type cursor struct {
	Index string `json:"x"`
	Sort  string `json:"s"`
	ID    string `json:"i"`
}

// rangeOf checks q; empty says that nothing can be in it.
func (c *Collection[T]) rangeOf(q Query) (r Range, empty bool, err error) {
	r = Range{Index: c.indexAt(q.Index), Part: q.Part, From: q.From, To: q.To, Desc: q.Desc, Limit: q.Limit}
	if r.Index < 0 && (q.Index != "" || q.Part != "") {
		return r, false, defect("collection " + c.name + " has no index " + q.Index)
	}
	if q.Limit < 0 {
		return r, false, defect("negative limit")
	}
	if !utf8.ValidString(q.Part) || !utf8.ValidString(q.From) || !utf8.ValidString(q.To) {
		return r, false, badQuery()
	}
	if q.To != "" && q.From >= q.To {
		return r, true, nil
	}
	if q.After == "" {
		return r, false, nil
	}
	at, err := c.parseCursor(q)
	if err != nil {
		return r, false, err
	}
	below := at.Sort < q.From
	above := q.To != "" && at.Sort >= q.To
	switch {
	case !below && !above:
		r.After = &at
	case below == q.Desc: // the range lies behind the cursor already
		return r, true, nil
	}
	return r, false, nil
}

func (c *Collection[T]) parseCursor(q Query) (Place, error) {
	text, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil {
		return Place{}, badCursor()
	}
	var at cursor
	if json.Unmarshal(text, &at) != nil || at.Index != q.Index || at.ID == "" {
		return Place{}, badCursor()
	}
	return Place{Sort: at.Sort, ID: at.ID}, nil
}

func (c *Collection[T]) indexAt(name string) int {
	return slices.IndexFunc(c.indexes, func(ix Index[T]) bool { return ix.Name == name })
}
