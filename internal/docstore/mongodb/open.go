package mongodb

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"minyi/internal/docstore"
)

// Engine is a MongoDB database. It is safe for concurrent use.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database
	target target
	log    *slog.Logger

	patience time.Duration // to find a server, and for a call without a deadline
	recheck  time.Duration

	mu     sync.Mutex
	tables []*table

	closed   atomic.Bool
	stop     context.CancelFunc
	watch    sync.WaitGroup
	close    func() error
	ops      atomic.Int64
	commands atomic.Int64
}

var _ docstore.Engine = (*Engine)(nil)

// Option changes how Open works.
type Option func(*Engine)

// WithLog sends the engine's few messages (back-fill) to log.
func WithLog(log *slog.Logger) Option { return func(e *Engine) { e.log = log } }

// WithPatience bounds how long Open, and later a call without a deadline of
// its own, waits for a server. The default is 10 s.
func WithPatience(d time.Duration) Option { return func(e *Engine) { e.patience = d } }

// WithRecheck sets how often documents are looked for that an older process
// wrote without the entries of a new index. The default is 10 min.
func WithRecheck(d time.Duration) Option { return func(e *Engine) { e.recheck = d } }

// Open connects to uri (mongodb:// or mongodb+srv://) and uses its database.
// It fails with a fault of kind Unavailable (mongodb_unreachable, mongodb_auth,
// store_newer) or Invalid (mongodb_uri) that names the hosts and never the
// credentials.
func Open(ctx context.Context, uri, database string, opts ...Option) (*Engine, error) {
	e := &Engine{
		log:      slog.New(slog.DiscardHandler),
		patience: 10 * time.Second,
		recheck:  10 * time.Minute,
	}
	for _, o := range opts {
		o(e)
	}
	settings := options.Client().ApplyURI(uri)
	// The driver's own message is left out: it may quote the whole URI.
	if settings.Validate() != nil || database == "" || strings.ContainsAny(database, "/\\. \"$\x00") {
		return nil, badURI()
	}
	e.target = targetOf(settings, database)
	settings.SetAppName("minyi").
		SetServerSelectionTimeout(e.patience).
		SetConnectTimeout(e.patience).
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority())
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, badURI()
	}
	e.client, e.db = client, client.Database(database)
	background, stop := context.WithCancel(context.Background())
	e.stop = stop
	e.close = sync.OnceValue(e.shut)
	if err := e.hello(ctx); err != nil {
		_ = e.close()
		return nil, err
	}
	e.watch.Go(func() { e.recheckLoop(background) })
	return e, nil
}

// hello reaches the server and checks the format of what it holds.
func (e *Engine) hello(ctx context.Context) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if err := e.client.Ping(ctx, readpref.Primary()); err != nil {
		return e.fault(ctx, err)
	}
	return e.checkFormat(ctx)
}

// Ping asks the primary.
func (e *Engine) Ping(ctx context.Context) error {
	if e.closed.Load() {
		return docstore.Closed()
	}
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	return e.fault(ctx, e.client.Ping(ctx, readpref.Primary()))
}

// Stats gives what the server tells of the database; sizes are -1 where it
// does not.
func (e *Engine) Stats(ctx context.Context) (docstore.Stats, error) {
	s := docstore.Stats{Engine: "mongodb", Where: e.target.String(), Bytes: -1, Free: -1,
		Writes: e.ops.Load(), Commit: e.commands.Load()}
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	var told struct {
		Storage float64 `bson:"storageSize"`
		Indexes float64 `bson:"indexSize"`
		Total   float64 `bson:"fsTotalSize"`
		Used    float64 `bson:"fsUsedSize"`
	}
	if err := e.db.RunCommand(ctx, bson.D{{Key: "dbStats", Value: 1}}).Decode(&told); err != nil {
		return s, e.fault(ctx, err)
	}
	s.Bytes = int64(told.Storage + told.Indexes)
	if told.Total > 0 {
		s.Free = int64(told.Total - told.Used)
	}
	return s, nil
}

// Close ends the watch, lets calls under way finish, and disconnects.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) shut() error {
	e.closed.Store(true)
	e.stop()
	e.watch.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), e.patience)
	defer cancel()
	return e.client.Disconnect(ctx)
}

// bounded gives a call without a deadline one, so that a server that hangs is
// an error and not a worker that hangs with it.
func (e *Engine) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, 3*e.patience)
}
