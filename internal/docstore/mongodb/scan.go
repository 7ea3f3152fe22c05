package mongodb

import (
	"context"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"minyi/internal/docstore"
)

// scanBatch is how many documents one reply holds (16 MB at most, whatever
// their number).
const scanBatch = 500

// Scan streams r through a server's cursor. A cursor that the server dropped,
// because the caller was slow or the primary moved, is opened again behind the
// last record.
func (t *table) Scan(ctx context.Context, r docstore.Range) iter.Seq2[docstore.Record, error] {
	return func(yield func(docstore.Record, error) bool) {
		for {
			start := r.After
			again, err := t.scanOnce(ctx, &r, yield)
			if err == nil || again && r.After != start {
				if !again {
					return
				}
				continue // at least one record came: no endless loop
			}
			yield(docstore.Record{}, t.e.fault(ctx, err))
			return
		}
	}
}

// scanOnce streams r and moves it on as records are given out. again says that
// the rest of r may be asked for anew.
func (t *table) scanOnce(ctx context.Context, r *docstore.Range, yield func(docstore.Record, error) bool) (again bool, err error) {
	if t.e.closed.Load() {
		return false, docstore.Closed()
	}
	cursor, err := t.c.Find(ctx, t.filter(*r), t.findOptions(*r))
	if err != nil {
		return false, err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	for cursor.Next(ctx) {
		record, err := t.record(cursor.Current)
		if err != nil {
			return false, err
		}
		place := docstore.Place{Sort: record.ID, ID: record.ID}
		if r.Index >= 0 {
			place.Sort, _ = cursor.Current.Lookup("ix", t.spec.Indexes[r.Index], "s").StringValueOK()
		}
		if !yield(record, nil) {
			return false, nil
		}
		r.After = &place
		if r.Limit--; r.Limit == 0 {
			return false, nil
		}
	}
	err = cursor.Err()
	dropped := isAny(err, codeCursorNotFound, codeCursorKilled) || mongo.IsNetworkError(err)
	return dropped && ctx.Err() == nil, err
}

func (t *table) findOptions(r docstore.Range) *options.FindOptionsBuilder {
	dir := 1
	if r.Desc {
		dir = -1
	}
	projection := bson.D{{Key: "rev", Value: 1}, {Key: "body", Value: 1}}
	order := bson.D{{Key: "_id", Value: dir}}
	if r.Index >= 0 {
		entry := t.entry(r)
		projection = append(projection, bson.E{Key: entry + "s", Value: 1})
		order = bson.D{{Key: entry + "s", Value: dir}, {Key: entry + "i", Value: dir}}
	}
	o := options.Find().SetSort(order).SetProjection(projection).SetBatchSize(scanBatch)
	if r.Limit > 0 {
		o.SetLimit(int64(r.Limit))
	}
	return o
}

// Count counts the entries of r.
func (t *table) Count(ctx context.Context, r docstore.Range) (int64, error) {
	if t.e.closed.Load() {
		return 0, docstore.Closed()
	}
	o := options.Count()
	if r.Limit > 0 {
		o.SetLimit(int64(r.Limit))
	}
	n, err := t.c.CountDocuments(ctx, t.filter(r), o)
	return n, t.e.fault(ctx, err)
}

// Tally has the server group the entries of r.
func (t *table) Tally(ctx context.Context, r docstore.Range) (map[string]int64, error) {
	if t.e.closed.Load() {
		return nil, docstore.Closed()
	}
	cursor, err := t.c.Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: t.filter(r)}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + t.entry(r) + "s"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: int64(1)}}}}}},
	})
	if err != nil {
		return nil, t.e.fault(ctx, err)
	}
	var groups []struct {
		Sort string `bson:"_id"`
		N    int64  `bson:"n"`
	}
	if err := cursor.All(ctx, &groups); err != nil {
		return nil, t.e.fault(ctx, err)
	}
	counts := make(map[string]int64, len(groups))
	for _, g := range groups {
		counts[g.Sort] = g.N
	}
	return counts, nil
}

// entry is the path of an index's entries, with its dot.
func (t *table) entry(r docstore.Range) string { return "ix." + t.spec.Indexes[r.Index] + "." }

// filter writes r. Behind a cursor it is an $or of two ranges at the top
// level, each with all its bounds: the same Sort beyond the id, and the Sorts
// beyond; the server walks both in the index and merges them in order.
func (t *table) filter(r docstore.Range) bson.D {
	if r.Index < 0 {
		return t.idFilter(r)
	}
	part := bson.E{Key: t.entry(r) + "p", Value: r.Part}
	sort, id := t.entry(r)+"s", t.entry(r)+"i"
	if r.After == nil {
		return append(bson.D{part}, bounds(sort, r, "")...)
	}
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{part, {Key: sort, Value: r.After.Sort}, {Key: id, Value: bson.D{{Key: beyond(r), Value: r.After.ID}}}},
		append(bson.D{part}, bounds(sort, r, r.After.Sort)...),
	}}}
}

func (t *table) idFilter(r docstore.Range) bson.D {
	after := ""
	if r.After != nil {
		after = r.After.ID
	}
	return append(bson.D{}, bounds("_id", r, after)...)
}

// bounds limits field to [From, To), or to what lies beyond after in it.
func bounds(field string, r docstore.Range, after string) bson.D {
	limits := bson.D{}
	behind := r.After != nil
	if r.From != "" && (!behind || r.Desc) {
		limits = append(limits, bson.E{Key: "$gte", Value: r.From})
	}
	if r.To != "" && (!behind || !r.Desc) {
		limits = append(limits, bson.E{Key: "$lt", Value: r.To})
	}
	if behind {
		limits = append(limits, bson.E{Key: beyond(r), Value: after})
	}
	if len(limits) == 0 {
		return nil
	}
	return bson.D{{Key: field, Value: limits}}
}

func beyond(r docstore.Range) string {
	if r.Desc {
		return "$lt"
	}
	return "$gt"
}
