package mongodb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

const (
	metaCollection = "_docstore"
	formatVersion  = 1
)

// checkFormat notes the format in a new database and refuses a newer one.
func (e *Engine) checkFormat(ctx context.Context) error {
	meta := e.db.Collection(metaCollection)
	var noted struct {
		Version int `bson:"version"`
	}
	err := meta.FindOne(ctx, bson.D{{Key: "_id", Value: "format"}}).Decode(&noted)
	if errors.Is(err, mongo.ErrNoDocuments) {
		_, err = meta.InsertOne(ctx, bson.D{{Key: "_id", Value: "format"}, {Key: "version", Value: formatVersion}})
		if mongo.IsDuplicateKeyError(err) { // another process was first
			return e.checkFormat(ctx)
		}
		return e.fault(ctx, err)
	}
	if err != nil {
		return e.fault(ctx, err)
	}
	if noted.Version > formatVersion {
		return fault.New(fault.Unavailable, "store_newer",
			fmt.Sprintf("MongoDB 数据库 %s 由更新版本的程序写成（格式 %d，本程序最高支持 %d）。请升级本程序后再启动。", e.target, noted.Version, formatVersion),
			fmt.Sprintf("the MongoDB database %s was written by a newer minyi (format %d, this one knows up to %d): upgrade minyi", e.target, noted.Version, formatVersion))
	}
	return nil
}

// Open makes the collection and its indexes if they are new and gives every
// document its entries.
func (e *Engine) Open(ctx context.Context, spec docstore.Spec) (docstore.Table, error) {
	if e.closed.Load() {
		return nil, docstore.Closed()
	}
	t := newTable(e, spec)
	if err := t.setUp(ctx); err != nil {
		return nil, e.fault(ctx, err)
	}
	// A second pass meets what changed under the first. What other processes
	// change after that is left to the watch.
	for range 3 {
		n, err := t.fill(ctx)
		if err != nil {
			return nil, e.fault(ctx, err)
		}
		if n == 0 {
			break
		}
	}
	e.mu.Lock()
	e.tables = append(e.tables, t)
	e.mu.Unlock()
	return t, nil
}

// setUp leaves indexes that are no longer declared alone: during a rolling
// upgrade they may be another process's.
func (t *table) setUp(ctx context.Context) error {
	if err := t.e.db.CreateCollection(ctx, t.spec.Name); err != nil && !isAny(err, codeNamespaceExists) {
		return err
	}
	standing, err := t.c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return err
	}
	models := slices.DeleteFunc(t.indexModels(), func(m mongo.IndexModel) bool {
		return slices.ContainsFunc(standing, func(s mongo.IndexSpecification) bool { return s.Name == nameOf(m) })
	})
	if len(models) == 0 {
		return nil
	}
	_, err = t.c.Indexes().CreateMany(ctx, models)
	return err
}

func (t *table) indexModels() []mongo.IndexModel {
	models := []mongo.IndexModel{{Keys: bson.D{{Key: "gen", Value: 1}}}}
	for _, ix := range t.spec.Indexes {
		path := "ix." + ix + "."
		models = append(models, mongo.IndexModel{
			Keys: bson.D{{Key: path + "p", Value: 1}, {Key: path + "s", Value: 1}, {Key: path + "i", Value: 1}},
			// Sparse over fields that are all in the entry: a document without
			// one takes no room in the index.
			Options: options.Index().SetSparse(true),
		})
	}
	return models
}

// nameOf gives the name that the server derives from an ascending index.
func nameOf(m mongo.IndexModel) string {
	var parts []string
	for _, e := range m.Keys.(bson.D) {
		parts = append(parts, e.Key, "1")
	}
	return strings.Join(parts, "_")
}

// fill gives entries to the documents that lack some of this table's indexes,
// and says how many it met.
func (t *table) fill(ctx context.Context) (int, error) {
	stale, err := t.staleGens(ctx)
	if err != nil || len(stale) == 0 {
		return 0, err
	}
	cursor, err := t.c.Find(ctx, bson.D{{Key: "gen", Value: bson.D{{Key: "$in", Value: stale}}}},
		options.Find().SetBatchSize(scanBatch).SetProjection(bson.D{{Key: "rev", Value: 1}, {Key: "gen", Value: 1}, {Key: "body", Value: 1}}))
	if err != nil {
		return 0, err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	var group errgroup.Group
	group.SetLimit(replacesAtOnce)
	n := 0
	for cursor.Next(ctx) {
		record, err := t.record(cursor.Current)
		if err != nil {
			return n, errors.Join(err, group.Wait())
		}
		gen, _ := cursor.Current.Lookup("gen").StringValueOK()
		group.Go(func() error { return t.rekey(ctx, record, gen) })
		n++
	}
	if err := errors.Join(cursor.Err(), group.Wait()); err != nil {
		return n, err
	}
	t.e.log.InfoContext(ctx, "collection indexed anew", slog.String("collection", t.spec.Name), slog.Int("documents", n))
	return n, nil
}

// staleGens gives the sets of indexes found in documents that do not cover
// this table's.
func (t *table) staleGens(ctx context.Context) ([]string, error) {
	if len(t.spec.Indexes) == 0 {
		return nil, nil
	}
	// Not Distinct: in driver 2.10 its result still points into a buffer that
	// the driver has given to the next command, and several collections are
	// opened at once. The sort lets the server jump along the index.
	cursor, err := t.c.Aggregate(ctx, mongo.Pipeline{
		{{Key: "$sort", Value: bson.D{{Key: "gen", Value: 1}}}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$gen"}}}},
	})
	if err != nil {
		return nil, err
	}
	var groups []struct {
		Gen string `bson:"_id"`
	}
	if err := cursor.All(ctx, &groups); err != nil {
		return nil, err
	}
	var gens []string
	for _, g := range groups {
		if !t.coveredBy(g.Gen) {
			gens = append(gens, g.Gen)
		}
	}
	return gens, nil
}

func (t *table) coveredBy(gen string) bool {
	has := strings.Split(gen, ",")
	return !slices.ContainsFunc(t.spec.Indexes, func(ix string) bool { return !slices.Contains(has, ix) })
}

// rekey writes this table's entries beside those that the document has, unless
// someone changed it meanwhile. Entries of other sets stay, and the gen becomes
// the union, so that two versions of minyi do not undo each other's work.
func (t *table) rekey(ctx context.Context, r docstore.Record, gen string) error {
	keys, err := t.spec.Keys(r.ID, r.Body)
	if err != nil {
		return err
	}
	r.Keys = keys
	has := strings.FieldsFunc(gen, func(c rune) bool { return c == ',' })
	union := append(slices.Clone(t.spec.Indexes), has...)
	slices.Sort(union)
	set := bson.D{{Key: "gen", Value: genOf(slices.Compact(union))}}
	for _, entry := range t.entries(r) {
		set = append(set, bson.E{Key: "ix." + entry.Key, Value: entry.Value})
	}
	update := bson.D{{Key: "$set", Value: set}}
	if unset := t.absent(keys); len(unset) > 0 {
		update = append(update, bson.E{Key: "$unset", Value: unset})
	}
	t.e.commands.Add(1)
	_, err = t.c.UpdateOne(ctx, bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}}, update)
	return err
}

func (t *table) absent(keys []docstore.Entry) bson.D {
	unset := bson.D{}
	for i, k := range keys {
		if !k.In {
			unset = append(unset, bson.E{Key: "ix." + t.spec.Indexes[i], Value: ""})
		}
	}
	return unset
}

// recheckLoop fills in what older processes write while they are still there.
func (e *Engine) recheckLoop(ctx context.Context) {
	tick := time.NewTicker(e.recheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		e.mu.Lock()
		tables := slices.Clone(e.tables)
		e.mu.Unlock()
		for _, t := range tables {
			if _, err := t.fill(ctx); err != nil && ctx.Err() == nil {
				e.log.WarnContext(ctx, "looking for documents without index entries failed",
					slog.String("collection", t.spec.Name), slog.Any("error", e.target.scrub(err)))
			}
		}
	}
}
