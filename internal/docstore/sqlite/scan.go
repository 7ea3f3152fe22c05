package sqlite

import (
	"context"
	"database/sql/driver"
	"iter"
	"strings"

	"minyi/internal/docstore"
)

// A scan reads in pieces, each a short look at the index from where the last
// one ended, so that a slow caller holds neither a connection nor the log.
const (
	firstRows  = 32 // most callers want one page
	pieceRows  = 512
	pieceBytes = 4 << 20
)

// Scan streams r.
func (t *table) Scan(ctx context.Context, r docstore.Range) iter.Seq2[docstore.Record, error] {
	return func(yield func(docstore.Record, error) bool) {
		left := r.Limit
		for size := firstRows; ; size = min(4*size, pieceRows) {
			rows := size
			if r.Limit > 0 {
				rows = min(left, pieceRows)
			}
			records, last, more, err := t.piece(ctx, r, rows)
			if err != nil {
				yield(docstore.Record{}, err)
				return
			}
			for _, record := range records {
				if !yield(record, nil) {
					return
				}
			}
			left -= len(records)
			if !more || r.Limit > 0 && left <= 0 {
				return
			}
			r.After = &last
		}
	}
}

// piece reads up to limit records and tells the place of the last one and
// whether there may be more.
func (t *table) piece(ctx context.Context, r docstore.Range, limit int) (records []docstore.Record, last docstore.Place, more bool, err error) {
	query, args := t.pieceQuery(r, limit)
	bytes := 0
	err = t.e.read.query(ctx, query, args, func(row []driver.Value) bool {
		r := record(row)
		sort, _ := row[3].(string)
		last = docstore.Place{Sort: sort, ID: r.ID}
		bytes += len(r.Body)
		records = append(records, r)
		return bytes < pieceBytes
	})
	full := len(records) == limit || bytes >= pieceBytes
	return records, last, full, t.e.fault(ctx, err)
}

func (t *table) pieceQuery(r docstore.Range, limit int) (string, []driver.Value) {
	where, args := t.where(r)
	order := " ORDER BY " + t.sortOf(r) + direction(r) + ", id" + direction(r)
	if r.Index < 0 {
		order = " ORDER BY id" + direction(r)
	}
	return "SELECT " + columns + ", " + t.sortOf(r) + " FROM " + t.from(r) + where + order + " LIMIT ?", append(args, int64(limit))
}

// Count walks the range in the index.
func (t *table) Count(ctx context.Context, r docstore.Range) (n int64, err error) {
	where, args := t.where(r)
	query := "SELECT count(*) FROM " + t.from(r) + where
	if r.Limit > 0 {
		query = "SELECT count(*) FROM (SELECT 1 FROM " + t.from(r) + where + " LIMIT ?)"
		args = append(args, int64(r.Limit))
	}
	err = t.e.read.query(ctx, query, args, func(row []driver.Value) bool {
		n, _ = row[0].(int64)
		return true
	})
	return n, t.e.fault(ctx, err)
}

// Tally walks the range in the index, whose order is that of the groups.
func (t *table) Tally(ctx context.Context, r docstore.Range) (map[string]int64, error) {
	where, args := t.where(r)
	sort := t.sortOf(r)
	counts := map[string]int64{}
	err := t.e.read.query(ctx, "SELECT "+sort+", count(*) FROM "+t.from(r)+where+" GROUP BY "+sort, args, func(row []driver.Value) bool {
		name, _ := row[0].(string)
		counts[name], _ = row[1].(int64)
		return true
	})
	return counts, t.e.fault(ctx, err)
}

// from names the index outright: a query that it cannot serve is then an
// error instead of a walk over the whole table.
func (t *table) from(r docstore.Range) string {
	if r.Index < 0 {
		return t.name()
	}
	return t.name() + " INDEXED BY " + t.index(t.spec.Indexes[r.Index])
}

func (t *table) sortOf(r docstore.Range) string {
	if r.Index < 0 {
		return "id"
	}
	return sortColumn(t.spec.Indexes[r.Index])
}

func (t *table) where(r docstore.Range) (string, []driver.Value) {
	var terms []string
	var args []driver.Value
	add := func(term string, values ...driver.Value) {
		terms = append(terms, term)
		args = append(args, values...)
	}
	if r.Index >= 0 {
		add(partColumn(t.spec.Indexes[r.Index])+" = ?", r.Part)
	}
	// After lies within the range, so it takes the place of the end it is at.
	if r.From != "" && (r.After == nil || r.Desc) {
		add(t.sortOf(r)+" >= ?", r.From)
	}
	if r.To != "" && (r.After == nil || !r.Desc) {
		add(t.sortOf(r)+" < ?", r.To)
	}
	if r.After != nil {
		than := " > "
		if r.Desc {
			than = " < "
		}
		if r.Index < 0 {
			add("id"+than+"?", r.After.ID)
		} else {
			add("("+t.sortOf(r)+", id)"+than+"(?, ?)", r.After.Sort, r.After.ID)
		}
	}
	if len(terms) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(terms, " AND "), args
}

func direction(r docstore.Range) string {
	if r.Desc {
		return " DESC"
	}
	return ""
}
