package docstore

import (
	"context"
	"iter"
)

// Engine is what a store must do for this package. Its errors are faults, or
// the error of the caller's context.
type Engine interface {
	// Open makes or finds a collection whose every record is in the indexes of
	// spec when Open returns.
	Open(ctx context.Context, spec Spec) (Table, error)
	Ping(ctx context.Context) error
	Stats(ctx context.Context) (Stats, error)
	// Close lets writes under way finish and refuses new ones.
	Close() error
}

// Table is one collection of an engine.
type Table interface {
	// Write carries out ops and says of each whether it won. On SQLite all of
	// them are one transaction; on MongoDB each is durable by itself, and after
	// an error some of them may have been done. No id stands twice in ops.
	Write(ctx context.Context, ops []Op) (won []bool, err error)
	// Read gives those of ids that exist, in no order.
	Read(ctx context.Context, ids []string) ([]Record, error)
	// Scan streams a range in order. It holds no lock between records, so the
	// caller may write while it reads. An error ends it.
	Scan(ctx context.Context, r Range) iter.Seq2[Record, error]
	Count(ctx context.Context, r Range) (int64, error)
	// Tally counts the entries of r, which names an index and no limit, by Sort.
	Tally(ctx context.Context, r Range) (map[string]int64, error)
}

// Spec is a collection as its engine needs to know it.
type Spec struct {
	Name    string
	Indexes []string
	// Keys computes the entries of a stored record, parallel to Indexes, for
	// the back-fill.
	Keys func(id string, body []byte) ([]Entry, error)
}

// Record is a document as engines see it.
type Record struct {
	ID   string
	Rev  int64
	Body []byte  // JSON
	Keys []Entry // parallel to Spec.Indexes; set for writing only
}

// Entry is a record's place in one index. In is false where it has none.
type Entry struct {
	Key
	In bool
}

// OpKind says what an Op does.
type OpKind uint8

// Kinds of operations and when they win.
const (
	OpInsert  OpKind = iota // wins if the id is free
	OpReplace               // wins if the stored revision is Record.Rev-1
	OpDelete                // always wins
)

// Op is one write. Record.Rev is the revision after it.
type Op struct {
	Kind   OpKind
	Record Record
}

// Range is what a scan covers: entries of one index with one Part and with
// From ≤ Sort < To ("" leaves an end open), beyond After in the direction of
// reading. Index < 0 means all records by id, the id being the Sort.
type Range struct {
	Index    int
	Part     string
	From, To string
	After    *Place // lies in [From, To) if set
	Desc     bool
	Limit    int // 0: all
}

// Place is a position in an index: entries are ordered by (Sort, ID), bytewise.
type Place struct{ Sort, ID string }

// Stats is for the operator's eye.
type Stats struct {
	Engine string // "sqlite" or "mongodb"
	Where  string // directory, or hosts and database; never a credential
	Bytes  int64  // size on disk, -1 where it is not known cheaply
	Free   int64  // free bytes on that disk, -1 where unknown
	Writes int64  // operations done since the engine was opened
	Commit int64  // commits that carried them
}
