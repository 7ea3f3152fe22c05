package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"minyi/internal/docstore"
)

// FileName is the store's file within the data directory; SQLite keeps a -wal
// and a -shm file beside it while it is open.
const FileName = "minyi.db"

// Engine is a SQLite store. It is safe for concurrent use.
type Engine struct {
	dir   string
	lock  *dirLock
	read  *readers
	write *writer
	db    *sql.DB // for checks and set-up; it cannot write
	log   *slog.Logger

	openMu sync.Mutex // one collection is set up at a time
	close  func() error
}

var _ docstore.Engine = (*Engine)(nil)

// Option changes how Open works.
type Option func(*Engine)

// WithLog sends the engine's few messages (recovery, back-fill) to log.
func WithLog(log *slog.Logger) Option { return func(e *Engine) { e.log = log } }

// Open opens the store in dir and makes both if they are new. It fails with a
// fault of kind Unavailable (code data_dir_in_use, data_dir_unusable,
// store_damaged, store_foreign, store_newer, disk_full …) that says what to
// do. After an unclean end SQLite recovers its log by itself, and the file is
// checked before it is used.
func Open(ctx context.Context, dir string, options ...Option) (*Engine, error) {
	e := &Engine{dir: dir, log: slog.New(slog.DiscardHandler)}
	for _, o := range options {
		o(e)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	e.lock = lock
	e.close = sync.OnceValue(e.shut)
	if err := e.start(ctx); err != nil {
		_ = e.close()
		return nil, err
	}
	lock.noteLog(e.path())
	return e, nil
}

func (e *Engine) start(ctx context.Context) error {
	path := filepath.Join(e.dir, FileName)
	state, err := inspect(path)
	if err != nil {
		return err
	}
	if err := e.lock.missingLog(path); err != nil {
		return err
	}
	if state == fileAbsent {
		if err := create(ctx, path); err != nil {
			return err
		}
	}
	if state == fileUnclean {
		if err := e.inspectRecovered(ctx, path); err != nil {
			return err
		}
	}
	if e.write, err = newWriter(ctx, path); err != nil {
		return refine(path, err)
	}
	if e.db, err = sql.Open(driverName, dsn(path, readerCache)+"&_query_only=1"); err != nil {
		return refine(path, err)
	}
	e.db.SetMaxOpenConns(1)
	if err := checkFormat(ctx, e.db, path); err != nil {
		return e.fault(ctx, err)
	}
	// Reads never block each other; a few more than the cores hide disk waits.
	e.read, err = openReaders(path, max(4, 2*runtime.GOMAXPROCS(0)))
	return e.fault(ctx, err)
}

// inspectRecovered reads through a file whose last user ended without closing
// it. It does so by a connection that cannot write: where the file is spoilt,
// closing a writing one would fold the log into it and lose a way back.
func (e *Engine) inspectRecovered(ctx context.Context, path string) error {
	start := time.Now()
	db, err := sql.Open(driverName, dsn(path, readerCache)+"&mode=ro")
	if err != nil {
		return refine(path, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := checkFormat(ctx, db, path); err != nil {
		return e.fault(ctx, err)
	}
	if err := check(ctx, db, path); err != nil {
		return e.fault(ctx, err)
	}
	e.log.InfoContext(ctx, "store recovered after an unclean end", slog.Duration("check", time.Since(start)))
	return nil
}

// Check reads the whole file and tests its structure. It takes about a second
// for each gigabyte.
func (e *Engine) Check(ctx context.Context) error {
	return e.fault(ctx, check(ctx, e.db, e.path()))
}

func check(ctx context.Context, db *sql.DB, path string) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return damaged(path, verdict)
	}
	return nil
}

// Ping reads from the file.
func (e *Engine) Ping(ctx context.Context) error {
	if e.write.closed() {
		return closedStore()
	}
	var n int
	return e.fault(ctx, e.db.QueryRowContext(ctx, "SELECT count(*) FROM "+metaTable).Scan(&n))
}

// Stats gives sizes and counters.
func (e *Engine) Stats(context.Context) (docstore.Stats, error) {
	s := docstore.Stats{Engine: "sqlite", Where: e.dir, Free: freeBytes(e.dir)}
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(e.path() + suffix); err == nil {
			s.Bytes += info.Size()
		}
	}
	s.Writes, s.Commit = e.write.ops.Load(), e.write.commits.Load()
	return s, nil
}

// Close finishes the writes under way, folds the log into the file and lets
// the directory go.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) shut() error {
	if e.write != nil {
		e.lock.sign("") // before the log is folded and removed
	}
	var err error
	if e.read != nil {
		err = e.read.close()
	}
	if e.db != nil {
		err = errors.Join(err, e.db.Close())
	}
	// The writer's connection goes last: SQLite folds and removes the log when
	// the last connection closes, and only a writing one may.
	if e.write != nil {
		err = errors.Join(err, e.write.close())
	}
	if e.write == nil {
		return errors.Join(err, e.lock.leave())
	}
	return errors.Join(err, e.lock.release())
}

func (e *Engine) path() string { return filepath.Join(e.dir, FileName) }
