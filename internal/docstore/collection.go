package docstore

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"minyi/internal/fault"
)

// Insert stores a new document. fault.Exists if the id is taken.
func (c *Collection[T]) Insert(ctx context.Context, id string, body T) (Doc[T], error) {
	d := Doc[T]{ID: id, Rev: 1, Body: body}
	won, err := c.writeOne(ctx, OpInsert, d)
	if err != nil {
		return Doc[T]{}, err
	}
	if !won {
		return Doc[T]{}, exists(c.name)
	}
	return d, nil
}

// Get reads a document. fault.NotFound if there is none.
func (c *Collection[T]) Get(ctx context.Context, id string) (Doc[T], error) {
	d, found, err := c.find(ctx, id)
	if err == nil && !found {
		err = notFound(c.name)
	}
	return d, err
}

// Replace stores doc over the revision doc.Rev and gives it back with the next
// one. fault.Conflict if the store holds another revision, fault.NotFound if
// it holds none.
func (c *Collection[T]) Replace(ctx context.Context, doc Doc[T]) (Doc[T], error) {
	if doc.Rev < 1 {
		return Doc[T]{}, defect("replace needs the revision that was read")
	}
	doc.Rev++
	won, err := c.writeOne(ctx, OpReplace, doc)
	if err != nil {
		return Doc[T]{}, err
	}
	if won {
		return doc, nil
	}
	if _, found, err := c.find(ctx, doc.ID); err == nil && !found {
		return Doc[T]{}, notFound(c.name)
	}
	return Doc[T]{}, conflict(c.name)
}

// Delete removes a document; one that is gone already is fine.
func (c *Collection[T]) Delete(ctx context.Context, id string) error {
	return c.DeleteMany(ctx, []string{id})
}

func (c *Collection[T]) find(ctx context.Context, id string) (Doc[T], bool, error) {
	if err := checkID(id); err != nil {
		return Doc[T]{}, false, err
	}
	records, err := c.table.Read(ctx, []string{id})
	if err != nil {
		return Doc[T]{}, false, c.doing(err, "read")
	}
	if len(records) == 0 {
		return Doc[T]{}, false, nil
	}
	d, err := c.decode(records[0])
	return d, err == nil, err
}

func (c *Collection[T]) writeOne(ctx context.Context, kind OpKind, d Doc[T]) (bool, error) {
	op, err := c.op(kind, d)
	if err != nil {
		return false, err
	}
	won, err := c.table.Write(ctx, []Op{op})
	if err != nil {
		return false, c.doing(err, "write")
	}
	return won[0], nil
}

// op encodes a document with its index entries.
func (c *Collection[T]) op(kind OpKind, d Doc[T]) (Op, error) {
	if err := checkID(d.ID); err != nil {
		return Op{}, err
	}
	body, err := json.Marshal(d.Body)
	if err != nil {
		return Op{}, defect("encode a document of " + c.name + ": " + err.Error())
	}
	if len(body) > MaxBody {
		return Op{}, tooLarge(c.name)
	}
	keys, err := c.keys(d.ID, d.Body)
	if err != nil {
		return Op{}, err
	}
	return Op{Kind: kind, Record: Record{ID: d.ID, Rev: d.Rev, Body: body, Keys: keys}}, nil
}

func (c *Collection[T]) decode(r Record) (Doc[T], error) {
	d := Doc[T]{ID: r.ID, Rev: r.Rev}
	if err := json.Unmarshal(r.Body, &d.Body); err != nil {
		return Doc[T]{}, fault.New(fault.Internal, "document_unreadable",
			"存储的记录格式与当前版本不符，请联系管理员。",
			"a stored document does not fit the type of its collection").On(c.name).With(err)
	}
	return d, nil
}

func (c *Collection[T]) keys(id string, body T) ([]Entry, error) {
	entries := make([]Entry, len(c.indexes))
	for i, ix := range c.indexes {
		key, in := ix.Key(id, body)
		if !in {
			continue
		}
		if !utf8.ValidString(key.Part) || !utf8.ValidString(key.Sort) {
			return nil, defect("index " + ix.Name + " of " + c.name + ": the key is not valid UTF-8")
		}
		entries[i] = Entry{Key: key, In: true}
	}
	return entries, nil
}

// keysOf computes the entries of a stored record for the back-fill.
func (c *Collection[T]) keysOf(id string, body []byte) ([]Entry, error) {
	d, err := c.decode(Record{ID: id, Body: body})
	if err != nil {
		return nil, err
	}
	return c.keys(id, d.Body)
}

func (c *Collection[T]) doing(err error, verb string) error {
	return fault.Wrap(err, verb+" "+c.name)
}

func checkID(id string) error {
	if id == "" || len(id) > maxID || !utf8.ValidString(id) || strings.IndexByte(id, 0) >= 0 {
		return badID()
	}
	return nil
}
