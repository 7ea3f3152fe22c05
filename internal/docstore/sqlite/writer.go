package sqlite

import (
	"context"
	"database/sql"
	"runtime"
	"sync"
	"sync/atomic"
)

// writer is the one connection that writes. Callers hand it jobs; it takes all
// that are waiting into one transaction, so that many callers share one disk
// flush, and a caller that is alone never waits for company.
type writer struct {
	db   *sql.DB
	conn *sql.Conn
	jobs chan *job
	stop chan struct{}
	done chan struct{}
	end  func() error

	// Used by the writing goroutine only.
	prepared map[string]*sql.Stmt
	crowd    bool // the last group had several jobs

	ops, commits atomic.Int64
}

// job is one caller's writes. run may be called again after a failed commit,
// so it sets its results anew each time.
type job struct {
	run    func(*writer) error
	weight int // operations, for the size of a group
	bytes  int
	done   chan error
}

// A group stays small enough that its commit takes milliseconds.
const (
	groupOps   = 2000
	groupBytes = 8 << 20
)

func newWriter(ctx context.Context, path string) (*writer, error) {
	db, err := sql.Open(driverName, dsn(path, writerCache))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		// The log is folded into the file every 16 MB, which is seldom enough
		// that a page changed often is written once, and kept from staying at
		// the size of the largest burst.
		_, err = conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864")
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	w := &writer{
		db: db, conn: conn, prepared: map[string]*sql.Stmt{},
		jobs: make(chan *job), // unbuffered: a job that was sent is being carried out
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	w.end = sync.OnceValue(w.shut)
	go w.loop()
	return w, nil
}

// do has run carried out in a transaction and waits for its commit. A context
// that ends before the writer takes the job leaves nothing written; later the
// job is carried out and its true result told.
func (w *writer) do(ctx context.Context, weight, bytes int, run func(*writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.closed() {
		return closedStore()
	}
	j := &job{run: run, weight: weight, bytes: bytes, done: make(chan error, 1)}
	select {
	case w.jobs <- j:
		return <-j.done
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return closedStore()
	}
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case <-w.stop:
			return
		case j := <-w.jobs:
			w.commit(w.gather(j))
		}
	}
}

// gather takes the jobs that are waiting now. After a group of several, whose
// callers were woken a moment ago and are about to come again, it lets them
// run first; without that every second commit would carry one job. A caller
// that is alone is not held up.
func (w *writer) gather(first *job) []*job {
	if w.crowd {
		runtime.Gosched()
	}
	group := []*job{first}
	ops, bytes := first.weight, first.bytes
	for more := true; more && ops < groupOps && bytes < groupBytes; {
		select {
		case j := <-w.jobs:
			group = append(group, j)
			ops += j.weight
			bytes += j.bytes
		default:
			more = false
		}
	}
	w.crowd = len(group) > 1
	return group
}

// commit carries out a group. If any of it fails, the jobs are carried out
// again one by one, so that each caller gets its own result.
func (w *writer) commit(group []*job) {
	err := w.transact(group)
	if err != nil && len(group) > 1 {
		for _, j := range group {
			j.done <- w.transact([]*job{j})
		}
		return
	}
	for _, j := range group {
		j.done <- err
	}
}

func (w *writer) transact(group []*job) error {
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	ops := 0
	for _, j := range group {
		if err := j.run(w); err != nil {
			w.rollback()
			return err
		}
		ops += j.weight
	}
	if _, err := w.exec("COMMIT"); err != nil {
		w.rollback()
		return err
	}
	w.ops.Add(int64(ops))
	w.commits.Add(1)
	return nil
}

// rollback's own error is of no use: after a full disk SQLite has rolled back
// by itself and says that there is nothing to roll back.
func (w *writer) rollback() { _, _ = w.exec("ROLLBACK") }

// exec runs a statement, prepared once, and gives the number of changed rows.
// It knows no context: a write that was begun is finished.
func (w *writer) exec(query string, args ...any) (int64, error) {
	ctx := context.Background()
	stmt := w.prepared[query]
	if stmt == nil {
		var err error
		if stmt, err = w.conn.PrepareContext(ctx, query); err != nil {
			return 0, err
		}
		w.prepared[query] = stmt
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// once runs a statement that is not worth keeping prepared.
func (w *writer) once(query string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), query, args...)
	return err
}

func (w *writer) closed() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

func (w *writer) close() error { return w.end() }

func (w *writer) shut() error {
	close(w.stop)
	<-w.done
	for _, stmt := range w.prepared {
		_ = stmt.Close()
	}
	_ = w.conn.Close()
	return w.db.Close()
}
