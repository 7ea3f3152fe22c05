package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"minyi/internal/docstore"
)

// table is a collection: id, rev, body, and two columns for each index.
type table struct {
	e    *Engine
	spec docstore.Spec

	insert, replace, remove, rekey string
	lookUp                         map[int]string // by the number of marks
	single                         *lookUps
}

var _ docstore.Table = (*table)(nil)

func newTable(e *Engine, spec docstore.Spec) *table {
	t := &table{e: e, spec: spec, lookUp: map[int]string{}}
	var places, marks, sets strings.Builder
	for _, ix := range spec.Indexes {
		fmt.Fprintf(&places, ", %s, %s", partColumn(ix), sortColumn(ix))
		marks.WriteString(", ?, ?")
		fmt.Fprintf(&sets, "%s = ?, %s = ?, ", partColumn(ix), sortColumn(ix))
	}
	name := t.name()
	t.insert = "INSERT INTO " + name + " (id, rev, body" + places.String() + ") VALUES (?, ?, ?" + marks.String() + ") ON CONFLICT (id) DO NOTHING"
	t.replace = "UPDATE " + name + " SET " + sets.String() + "rev = ?, body = ? WHERE id = ? AND rev = ?"
	t.remove = "DELETE FROM " + name + " WHERE id = ?"
	t.rekey = "UPDATE " + name + " SET " + sets.String() + "rev = rev WHERE id = ? AND rev = ?"
	t.single = &lookUps{t: t}
	for _, n := range markSizes {
		t.lookUp[n] = "SELECT " + columns + " FROM " + name + " WHERE id IN (?" + strings.Repeat(", ?", n-1) + ")"
	}
	return t
}

// Names were checked by docstore; the quotes keep SQL's own words usable.
func (t *table) name() string           { return quote(t.spec.Name) }
func quote(name string) string          { return `"` + name + `"` }
func partColumn(index string) string    { return quote(index + ".part") }
func sortColumn(index string) string    { return quote(index + ".sort") }
func (t *table) index(ix string) string { return quote(t.spec.Name + "." + ix) }
func (t *table) indexSQL(ix string) string {
	return fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s, %s, id) WHERE %s IS NOT NULL",
		t.index(ix), t.name(), partColumn(ix), sortColumn(ix), partColumn(ix))
}

// Write carries out ops in one transaction.
func (t *table) Write(ctx context.Context, ops []docstore.Op) ([]bool, error) {
	won := make([]bool, len(ops))
	bytes := 0
	for _, op := range ops {
		bytes += len(op.Record.Body)
	}
	err := t.e.write.do(ctx, len(ops), bytes, func(w *writer) error {
		for i, op := range ops {
			var err error
			if won[i], err = t.apply(w, op); err != nil {
				return err
			}
		}
		return nil
	})
	return won, t.e.fault(ctx, err)
}

func (t *table) apply(w *writer, op docstore.Op) (won bool, err error) {
	r := op.Record
	var n int64
	switch op.Kind {
	case docstore.OpInsert:
		n, err = w.exec(t.insert, append([]any{r.ID, r.Rev, text(r.Body)}, keyArgs(r.Keys)...)...)
	case docstore.OpReplace:
		n, err = w.exec(t.replace, append(keyArgs(r.Keys), r.Rev, text(r.Body), r.ID, r.Rev-1)...)
	case docstore.OpDelete:
		_, err = w.exec(t.remove, r.ID)
		n = 1
	}
	return n == 1, err
}

// text makes the body TEXT and not BLOB, so that the sqlite3 shell shows it
// and its JSON functions take it.
func text(body []byte) string { return string(body) }

func keyArgs(keys []docstore.Entry) []any {
	args := make([]any, 0, 2*len(keys)+4)
	for _, k := range keys {
		if k.In {
			args = append(args, k.Part, k.Sort)
		} else {
			args = append(args, nil, nil)
		}
	}
	return args
}

// Read looks ids up.
func (t *table) Read(ctx context.Context, ids []string) ([]docstore.Record, error) {
	if len(ids) == 1 {
		return t.single.read(ctx, ids[0])
	}
	return t.readAll(ctx, ids)
}

// readAll looks ids up. Statements exist for a few numbers of ids only, and the
// rest of a row of marks is filled with the last id, so that each is prepared
// once.
func (t *table) readAll(ctx context.Context, ids []string) ([]docstore.Record, error) {
	var records []docstore.Record
	for len(ids) > 0 {
		marks := marksFor(len(ids))
		n := min(len(ids), marks)
		args := make([]driver.Value, marks)
		for i := range args {
			args[i] = ids[min(i, n-1)]
		}
		err := t.e.read.query(ctx, t.lookUp[marks], args, func(row []driver.Value) bool {
			records = append(records, record(row))
			return true
		})
		if err != nil {
			return nil, t.e.fault(ctx, err)
		}
		ids = ids[n:]
	}
	return records, nil
}

// record takes the columns id, rev and body.
func record(row []driver.Value) docstore.Record {
	id, _ := row[0].(string)
	rev, _ := row[1].(int64)
	body, _ := row[2].([]byte)
	return docstore.Record{ID: id, Rev: rev, Body: body}
}

// columns of a record. The body is TEXT on disk and comes as bytes, so that it
// is copied once.
const columns = "id, rev, CAST(body AS BLOB)"

// markSizes are the numbers of ids that statements exist for.
var markSizes = []int{1, 10, 100, 1000}

func marksFor(n int) int {
	for _, marks := range markSizes {
		if n <= marks {
			return marks
		}
	}
	return markSizes[len(markSizes)-1]
}
