package docstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

// Update reads a document, changes it and replaces it, again and again until
// no one else came in between. change sees a fresh copy each time, so it must
// have no effect but on its argument; its error ends Update and is returned as
// it is, except Unchanged, which leaves the document alone.
// fault.NotFound if there is none.
func (c *Collection[T]) Update(ctx context.Context, id string, change func(*T) error) (Doc[T], error) {
	return c.modify(ctx, id, func(body *T, exists bool) error {
		if !exists {
			return notFound(c.name)
		}
		return change(body)
	})
}

// Put is Update for a document that may not exist yet: then change gets a zero
// body and exists false, and what it makes is inserted. With Unchanged nothing
// is inserted and the Doc that is returned has Rev 0.
func (c *Collection[T]) Put(ctx context.Context, id string, change func(body *T, exists bool) error) (Doc[T], error) {
	return c.modify(ctx, id, change)
}

func (c *Collection[T]) modify(ctx context.Context, id string, change func(*T, bool) error) (Doc[T], error) {
	for try := range maxTries {
		if err := pause(ctx, try); err != nil {
			return Doc[T]{}, c.doing(err, "update")
		}
		d, found, err := c.find(ctx, id)
		if err != nil {
			return Doc[T]{}, err
		}
		d.ID = id
		if err := change(&d.Body, found); errors.Is(err, Unchanged) {
			return d, nil
		} else if err != nil {
			return Doc[T]{}, err
		}
		d.Rev++
		won, err := c.writeOne(ctx, kindFor(d.Rev), d)
		if err != nil {
			return Doc[T]{}, err
		}
		if won {
			return d, nil
		}
	}
	return Doc[T]{}, conflict(c.name)
}

// UpdateMany is Update for many: documents are read together, changed one by
// one and written together, and those that lost a race are read and changed
// again. Ids that are gone are passed over, ids named twice are changed once.
// An error of change ends it; documents of earlier batches (1,000 each) and
// winners of earlier rounds stay written.
func (c *Collection[T]) UpdateMany(ctx context.Context, ids []string, change func(id string, body *T) error) error {
	return c.modifyMany(ctx, ids, func(id string, body *T, exists bool) error {
		if !exists {
			return Unchanged
		}
		return change(id, body)
	})
}

// PutMany is Put for many, in the manner of UpdateMany.
func (c *Collection[T]) PutMany(ctx context.Context, ids []string, change func(id string, body *T, exists bool) error) error {
	return c.modifyMany(ctx, ids, change)
}

func (c *Collection[T]) modifyMany(ctx context.Context, ids []string, change func(string, *T, bool) error) error {
	ids, err := distinct(ids)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, batchSize) {
		if err := c.modifyBatch(ctx, batch, change); err != nil {
			return err
		}
	}
	return nil
}

func (c *Collection[T]) modifyBatch(ctx context.Context, ids []string, change func(string, *T, bool) error) error {
	for try := range maxTries {
		if err := pause(ctx, try); err != nil {
			return c.doing(err, "update")
		}
		lost, err := c.modifyOnce(ctx, ids, change)
		if err != nil || len(lost) == 0 {
			return err
		}
		ids = lost
	}
	return conflict(c.name)
}

// modifyOnce gives the ids that lost their race.
func (c *Collection[T]) modifyOnce(ctx context.Context, ids []string, change func(string, *T, bool) error) ([]string, error) {
	docs, err := c.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var ops []Op
	for _, id := range ids {
		d, found := docs[id]
		if err := change(id, &d.Body, found); errors.Is(err, Unchanged) {
			continue
		} else if err != nil {
			return nil, err
		}
		d.ID, d.Rev = id, d.Rev+1
		op, err := c.op(kindFor(d.Rev), d)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	if len(ops) == 0 {
		return nil, nil
	}
	won, err := c.table.Write(ctx, ops)
	if err != nil {
		return nil, c.doing(err, "write")
	}
	var lost []string
	for i, op := range ops {
		if !won[i] {
			lost = append(lost, op.Record.ID)
		}
	}
	return lost, nil
}

// kindFor tells how a document reaches revision rev.
func kindFor(rev int64) OpKind {
	if rev == 1 {
		return OpInsert
	}
	return OpReplace
}

// maxTries with pause's waits is some ten seconds: a document that is lost
// that often is a design fault of the caller, not bad luck.
const maxTries = 200

// pause waits a little before a repeated try, longer each time and at random,
// so that many writers of one document do not march in step.
func pause(ctx context.Context, try int) error {
	if try == 0 {
		return ctx.Err()
	}
	longest := min(time.Duration(try)*time.Millisecond, 100*time.Millisecond)
	t := time.NewTimer(rand.N(longest))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
