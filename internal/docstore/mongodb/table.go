package mongodb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// Limits of one command. A server takes more; these keep a command's time in
// milliseconds and its failure small.
const (
	insertsAtOnce = 1000
	idsAtOnce     = 1000
	// Replaces go out as single updates, this many at a time: the reply to a
	// bulk update tells how many filters matched, not which, and a writer that
	// cannot tell would change a document twice.
	replacesAtOnce = 16
)

// table is a collection.
type table struct {
	e    *Engine
	spec docstore.Spec
	c    *mongo.Collection
	gen  string
}

var _ docstore.Table = (*table)(nil)

func newTable(e *Engine, spec docstore.Spec) *table {
	return &table{e: e, spec: spec, c: e.db.Collection(spec.Name), gen: genOf(spec.Indexes)}
}

// genOf names a set of indexes.
func genOf(indexes []string) string {
	return strings.Join(slices.Sorted(slices.Values(indexes)), ",")
}

// Write carries out ops: inserts in bulk, replaces side by side, deletes in
// bulk.
func (t *table) Write(ctx context.Context, ops []docstore.Op) ([]bool, error) {
	if t.e.closed.Load() {
		return nil, docstore.Closed()
	}
	caller := ctx
	ctx, cancel := t.e.bounded(ctx)
	defer cancel()
	won := make([]bool, len(ops))
	at := map[docstore.OpKind][]int{}
	for i, op := range ops {
		at[op.Kind] = append(at[op.Kind], i)
	}
	err := errors.Join(
		t.insert(ctx, ops, at[docstore.OpInsert], won),
		t.replace(ctx, ops, at[docstore.OpReplace], won),
		t.remove(ctx, ops, at[docstore.OpDelete], won))
	t.e.ops.Add(int64(len(ops)))
	return won, t.e.fault(caller, err)
}

func (t *table) insert(ctx context.Context, ops []docstore.Op, at []int, won []bool) error {
	for chunk := range slices.Chunk(at, insertsAtOnce) {
		documents := make([]any, len(chunk))
		for k, i := range chunk {
			document, err := t.document(ops[i].Record)
			if err != nil {
				return err
			}
			documents[k] = document
			won[i] = true
		}
		t.e.commands.Add(1)
		_, err := t.c.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
		taken, err := takenIn(err)
		if err != nil {
			return err
		}
		for _, k := range taken {
			won[chunk[k]] = false
		}
	}
	return nil
}

// takenIn gives the places of the documents whose id stood already, and err if
// there is any other trouble in it.
func takenIn(err error) ([]int, error) {
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, err
	}
	var taken []int
	for _, w := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(w) {
			return nil, err
		}
		taken = append(taken, w.Index)
	}
	return taken, nil
}

func (t *table) replace(ctx context.Context, ops []docstore.Op, at []int, won []bool) error {
	var group errgroup.Group
	group.SetLimit(replacesAtOnce)
	for _, i := range at {
		group.Go(func() (err error) {
			won[i], err = t.replaceOne(ctx, ops[i].Record)
			return err
		})
	}
	return group.Wait()
}

func (t *table) replaceOne(ctx context.Context, r docstore.Record) (bool, error) {
	document, err := t.document(r)
	if err != nil {
		return false, err
	}
	t.e.commands.Add(1)
	result, err := t.c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev - 1}}, document)
	if err != nil {
		return false, err
	}
	return result.MatchedCount == 1, nil
}

func (t *table) remove(ctx context.Context, ops []docstore.Op, at []int, won []bool) error {
	for chunk := range slices.Chunk(at, idsAtOnce) {
		ids := make([]string, len(chunk))
		for k, i := range chunk {
			ids[k] = ops[i].Record.ID
			won[i] = true
		}
		t.e.commands.Add(1)
		var err error
		if len(ids) == 1 {
			_, err = t.c.DeleteOne(ctx, byIDs(ids))
		} else {
			_, err = t.c.DeleteMany(ctx, byIDs(ids))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// byIDs filters by ids; for one it takes the form that any server looks up in
// its primary index.
func byIDs(ids []string) bson.D {
	if len(ids) == 1 {
		return bson.D{{Key: "_id", Value: ids[0]}}
	}
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}

// document writes a record as MongoDB holds it.
func (t *table) document(r docstore.Record) (bson.D, error) {
	body, err := toBSON(r.Body)
	if err != nil {
		return nil, unreadable(t.spec.Name, err)
	}
	return bson.D{
		{Key: "_id", Value: r.ID},
		{Key: "rev", Value: r.Rev},
		{Key: "gen", Value: t.gen},
		{Key: "ix", Value: t.entries(r)},
		{Key: "body", Value: body},
	}, nil
}

func (t *table) entries(r docstore.Record) bson.D {
	entries := bson.D{}
	for i, k := range r.Keys {
		if k.In {
			entries = append(entries, bson.E{Key: t.spec.Indexes[i], Value: bson.D{
				{Key: "p", Value: k.Part}, {Key: "s", Value: k.Sort}, {Key: "i", Value: r.ID}}})
		}
	}
	return entries
}

// Read looks ids up.
func (t *table) Read(ctx context.Context, ids []string) ([]docstore.Record, error) {
	if t.e.closed.Load() {
		return nil, docstore.Closed()
	}
	caller := ctx
	ctx, cancel := t.e.bounded(ctx)
	defer cancel()
	var records []docstore.Record
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		cursor, err := t.c.Find(ctx, byIDs(chunk), options.Find().SetProjection(bson.D{{Key: "rev", Value: 1}, {Key: "body", Value: 1}}))
		if err != nil {
			return nil, t.e.fault(caller, err)
		}
		var documents []bson.Raw
		if err := cursor.All(ctx, &documents); err != nil {
			return nil, t.e.fault(caller, err)
		}
		for _, d := range documents {
			r, err := t.record(d)
			if err != nil {
				return nil, err
			}
			records = append(records, r)
		}
	}
	return records, nil
}

// record reads what MongoDB holds.
func (t *table) record(d bson.Raw) (docstore.Record, error) {
	id, idOK := d.Lookup("_id").StringValueOK()
	rev, revOK := d.Lookup("rev").AsInt64OK()
	if !idOK || !revOK {
		return docstore.Record{}, unreadable(t.spec.Name, errors.New("no _id or rev of the right type"))
	}
	body, err := fromBSON(make([]byte, 0, len(d)), d.Lookup("body"))
	if err != nil {
		return docstore.Record{}, unreadable(t.spec.Name, err)
	}
	return docstore.Record{ID: id, Rev: rev, Body: body}, nil
}

func unreadable(collection string, cause error) error {
	return fault.New(fault.Internal, "document_unreadable",
		"存储的记录格式与当前版本不符，请联系管理员。",
		"a document does not have the form in which minyi stores it").On(collection).With(cause)
}
