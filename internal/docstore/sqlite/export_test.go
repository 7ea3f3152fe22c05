package sqlite

import (
	"context"
	"fmt"

	"minyi/internal/docstore"
)

// Do has run carried out by the writer, as Write does.
func (e *Engine) Do(ctx context.Context, run func(exec func(string, ...any) (int64, error)) error) error {
	return e.fault(ctx, e.write.do(ctx, 1, 0, func(w *writer) error { return run(w.exec) }))
}

// MaxPages makes the file full at n pages.
func (e *Engine) MaxPages(n int) error {
	return e.write.do(context.Background(), 1, 0, func(w *writer) error {
		_, err := w.texts(fmt.Sprint("PRAGMA max_page_count = ", n))
		return err
	})
}

// Pages gives the file's size in pages.
func (e *Engine) Pages(ctx context.Context) (n int, err error) {
	err = e.db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&n)
	return n, err
}

// Plan tells how SQLite reads r.
func (e *Engine) Plan(ctx context.Context, name string, indexes []string, r docstore.Range) (string, error) {
	t := newTable(e, docstore.Spec{Name: name, Indexes: indexes})
	query, values := t.pieceQuery(r, 10)
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	rows, err := e.db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	plan := ""
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", err
		}
		plan += detail + "\n"
	}
	return plan, rows.Err()
}
