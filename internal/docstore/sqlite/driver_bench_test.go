package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"

	"minyi/internal/id"
)

// BenchmarkDriver compares the two drivers that could be had, below
// everything else in this package; docs/adr/0002-sqlite-driver.md has the
// figures. µs-cpu/op is processor time of the whole process, which a busy
// machine bends less than the clock.
func BenchmarkDriver(b *testing.B) {
	for _, d := range []struct{ name, dsn string }{
		{"sqlite3", "file:%s?_journal_mode=WAL&_synchronous=FULL"},                // mattn, cgo
		{"sqlite", "file:%s?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"}, // modernc, pure Go
	} {
		for _, op := range []struct {
			name string
			run  func(*rawStore, int) error
		}{
			{"commit=1", func(s *rawStore, i int) error { return s.insert(i, 1) }},
			{"commit=32", func(s *rawStore, i int) error { return s.insert(i, 32) }},
			{"get", (*rawStore).get},
			{"cas", (*rawStore).cas},
			{"range=50", (*rawStore).scan},
		} {
			b.Run(op.name+"/"+d.name, func(b *testing.B) {
				s := openRaw(b, d.name, fmt.Sprintf(d.dsn, filepath.Join(b.TempDir(), "raw.db")))
				b.ResetTimer()
				before := cpuTime()
				for i := range b.N {
					if err := op.run(s, i); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cpuTime()-before)/float64(b.N)/1e3, "µs-cpu/op")
			})
		}
	}
}

// cpuTime is user and system time of this process in nanoseconds.
func cpuTime() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

const rawStock = 20_000

type rawStore struct {
	conn                               *sql.Conn
	begin, commit, put, read, swap, by *sql.Stmt
}

var rawBody = `{"text":"` + strings.Repeat("小区门口路灯不亮已报修三次。", 11) + `"}`

func openRaw(b *testing.B, driver, dsn string) *rawStore {
	b.Helper()
	ctx := context.Background()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s := &rawStore{}
	if s.conn, err = db.Conn(ctx); err != nil {
		b.Fatal(err)
	}
	_, err = s.conn.ExecContext(ctx, `CREATE TABLE d (id TEXT PRIMARY KEY, rev INTEGER, body TEXT, p TEXT, s TEXT); CREATE INDEX d_ps ON d (p, s, id)`)
	if err != nil {
		b.Fatal(err)
	}
	for stmt, text := range map[**sql.Stmt]string{
		&s.begin:  "BEGIN IMMEDIATE",
		&s.commit: "COMMIT",
		&s.put:    "INSERT INTO d (id, rev, body, p, s) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
		&s.read:   "SELECT id, rev, body FROM d WHERE id = ?",
		&s.swap:   "UPDATE d SET rev = ?, body = ?, p = ?, s = ? WHERE id = ? AND rev = ?",
		&s.by:     "SELECT id, rev, body, s FROM d WHERE p = ? AND s >= ? ORDER BY s, id LIMIT 50",
	} {
		if *stmt, err = s.conn.PrepareContext(ctx, text); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.insert(-1, rawStock); err != nil {
		b.Fatal(err)
	}
	return s
}

func rawID(n int) string { return id.Derive("raw", fmt.Sprint(n)) }

// insert puts n documents in one commit; call -1 makes 0…n-1.
func (s *rawStore) insert(call, n int) error {
	if _, err := s.begin.Exec(); err != nil {
		return err
	}
	first := 0
	if call >= 0 {
		first = rawStock + call*n
	}
	for i := first; i < first+n; i++ {
		if _, err := s.put.Exec(rawID(i), 1, rawBody, fmt.Sprint(i%100), fmt.Sprintf("%020d", i)); err != nil {
			return err
		}
	}
	_, err := s.commit.Exec()
	return err
}

func (s *rawStore) get(i int) error {
	var id, body string
	var rev int64
	return s.read.QueryRow(rawID(i*7919%rawStock)).Scan(&id, &rev, &body)
}

func (s *rawStore) cas(i int) error {
	n := i % rawStock
	rev := i/rawStock + 1
	result, err := s.swap.Exec(rev+1, rawBody, fmt.Sprint(n%100), fmt.Sprintf("%020d", n), rawID(n), rev)
	if err != nil {
		return err
	}
	if won, err := result.RowsAffected(); err != nil || won != 1 {
		return fmt.Errorf("revision %d of %d was not there: %w", rev, n, err)
	}
	return nil
}

func (s *rawStore) scan(i int) error {
	rows, err := s.by.Query(fmt.Sprint(i%100), fmt.Sprintf("%020d", i*7919%(rawStock/3)))
	if err != nil {
		return err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id, body, sort string
		var rev int64
		if err := rows.Scan(&id, &rev, &body, &sort); err != nil {
			return err
		}
		n++
	}
	if n != 50 {
		return fmt.Errorf("%d rows: %w", n, rows.Err())
	}
	return rows.Err()
}
