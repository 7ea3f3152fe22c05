package docstore

import (
	"context"
	"slices"
)

// InsertMany stores new documents (their Rev is not looked at) and says of
// each whether it was inserted: false where the id stood already, or stood
// earlier in docs. SQLite commits them as one; on MongoDB each is durable by
// itself, and after an error a part of them may have been stored: insert the
// same documents again.
func (c *Collection[T]) InsertMany(ctx context.Context, docs []Doc[T]) (inserted []bool, err error) {
	return c.writeMany(ctx, OpInsert, docs, func(Doc[T]) int64 { return 1 })
}

// ReplaceMany is Replace for many, and says of each whether it won; where it
// lost, the stored revision is not doc.Rev or the document is gone.
func (c *Collection[T]) ReplaceMany(ctx context.Context, docs []Doc[T]) (won []bool, err error) {
	for _, d := range docs {
		if d.Rev < 1 {
			return nil, defect("replace needs the revision that was read")
		}
	}
	return c.writeMany(ctx, OpReplace, docs, func(d Doc[T]) int64 { return d.Rev + 1 })
}

// writeMany writes docs, each id at most once: a second of the same id has
// lost against the first before it reaches the engine.
func (c *Collection[T]) writeMany(ctx context.Context, kind OpKind, docs []Doc[T], rev func(Doc[T]) int64) ([]bool, error) {
	var ops []Op
	var place []int
	seen := make(map[string]bool, len(docs))
	for i, d := range docs {
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		d.Rev = rev(d)
		op, err := c.op(kind, d)
		if err != nil {
			return nil, err
		}
		ops, place = append(ops, op), append(place, i)
	}
	won := make([]bool, len(docs))
	if len(ops) == 0 {
		return won, nil
	}
	done, err := c.table.Write(ctx, ops)
	if err != nil {
		return nil, c.doing(err, "write")
	}
	for k, i := range place {
		won[i] = done[k]
	}
	return won, nil
}

// GetMany reads those of ids that exist, by id.
func (c *Collection[T]) GetMany(ctx context.Context, ids []string) (map[string]Doc[T], error) {
	ids, err := distinct(ids)
	if err != nil {
		return nil, err
	}
	docs := make(map[string]Doc[T], len(ids))
	for batch := range slices.Chunk(ids, batchSize) {
		records, err := c.table.Read(ctx, batch)
		if err != nil {
			return nil, c.doing(err, "read")
		}
		for _, r := range records {
			if docs[r.ID], err = c.decode(r); err != nil {
				return nil, err
			}
		}
	}
	return docs, nil
}

// DeleteMany removes documents; those that are gone already are fine.
func (c *Collection[T]) DeleteMany(ctx context.Context, ids []string) error {
	ids, err := distinct(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	ops := make([]Op, len(ids))
	for i, id := range ids {
		ops[i] = Op{Kind: OpDelete, Record: Record{ID: id}}
	}
	_, err = c.table.Write(ctx, ops)
	return c.doing(err, "delete from")
}

// batchSize bounds what a bulk read-modify-write holds in memory at once.
const batchSize = 1000

// distinct checks ids and drops repetitions, keeping their order.
func distinct(ids []string) ([]string, error) {
	seen := make(map[string]bool, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if err := checkID(id); err != nil {
			return nil, err
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}
