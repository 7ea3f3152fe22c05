package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"minyi/internal/docstore"
)

// Open makes or finds the table of spec. The meta table notes which indexes
// every row is in; what is not noted there is filled again from the start, so
// a fill that was cut off is made good at the next start.
func (e *Engine) Open(ctx context.Context, spec docstore.Spec) (docstore.Table, error) {
	e.openMu.Lock()
	defer e.openMu.Unlock()
	t := newTable(e, spec)
	stands, err := e.stands(ctx, t)
	if err != nil || stands {
		return t, e.fault(ctx, err)
	}
	if err := e.write.do(ctx, 1, 0, t.setUp); err != nil {
		return nil, e.fault(ctx, err)
	}
	if err := t.fill(ctx); err != nil {
		return nil, e.fault(ctx, err)
	}
	return t, e.fault(ctx, e.write.do(ctx, 1, 0, t.finish))
}

// stands tells whether the table is there with exactly these indexes, filled.
func (e *Engine) stands(ctx context.Context, t *table) (bool, error) {
	var noted string
	var filled bool
	err := e.db.QueryRowContext(ctx, "SELECT indexes, filled FROM "+metaTable+" WHERE name = ?", t.spec.Name).Scan(&noted, &filled)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return filled && noted == t.note(), err
}

func (t *table) note() string {
	names := slices.Sorted(slices.Values(t.spec.Indexes))
	text, _ := json.Marshal(names) // strings always encode
	return string(text)
}

// setUp makes the table and its columns and notes that it is not filled yet.
func (t *table) setUp(w *writer) error {
	if err := w.once("CREATE TABLE IF NOT EXISTS " + t.name() + " (id TEXT NOT NULL PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL)"); err != nil {
		return err
	}
	columns, err := w.texts("SELECT name FROM pragma_table_info(?)", t.spec.Name)
	if err != nil {
		return err
	}
	for _, ix := range t.spec.Indexes {
		for _, column := range []string{partColumn(ix), sortColumn(ix)} {
			if slices.ContainsFunc(columns, func(c string) bool { return quote(c) == column }) {
				continue
			}
			if err := w.once(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s TEXT", t.name(), column)); err != nil {
				return err
			}
		}
	}
	return w.once("INSERT INTO "+metaTable+" (name, indexes, filled) VALUES (?, ?, 0) ON CONFLICT (name) DO UPDATE SET indexes = excluded.indexes, filled = 0",
		t.spec.Name, t.note())
}

// fill writes the index entries of every row. Nobody else writes the table
// while it is being opened; the revision in rekey is a second bolt.
func (t *table) fill(ctx context.Context) error {
	var batch []docstore.Op
	flush := func() error {
		ops := batch
		batch = nil
		return t.e.write.do(ctx, len(ops), 0, func(w *writer) error {
			for _, op := range ops {
				if _, err := w.exec(t.rekey, append(keyArgs(op.Record.Keys), op.Record.ID, op.Record.Rev)...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	total := 0
	for record, err := range t.Scan(ctx, docstore.Range{Index: -1}) {
		if err != nil {
			return err
		}
		if record.Keys, err = t.spec.Keys(record.ID, record.Body); err != nil {
			return err
		}
		record.Body = nil
		batch = append(batch, docstore.Op{Record: record})
		total++
		if len(batch) == 1000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if total > 0 {
		t.e.log.InfoContext(ctx, "collection indexed anew", slog.String("collection", t.spec.Name), slog.Int("documents", total))
	}
	return flush()
}

// finish makes the indexes, drops those that are no longer declared, and notes
// that the table is filled.
func (t *table) finish(w *writer) error {
	standing, err := w.texts("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", t.spec.Name)
	if err != nil {
		return err
	}
	for _, name := range standing {
		declared := slices.ContainsFunc(t.spec.Indexes, func(ix string) bool { return t.index(ix) == quote(name) })
		if declared {
			continue
		}
		if err := w.once("DROP INDEX " + quote(name)); err != nil {
			return err
		}
	}
	for _, ix := range t.spec.Indexes {
		if err := w.once(t.indexSQL(ix)); err != nil {
			return err
		}
	}
	return w.once("UPDATE "+metaTable+" SET filled = 1 WHERE name = ?", t.spec.Name)
}

// texts reads one column of text on the writer's connection, so that it sees
// what the transaction has done so far.
func (w *writer) texts(query string, args ...any) ([]string, error) {
	rows, err := w.conn.QueryContext(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
