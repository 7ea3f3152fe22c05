package docstore

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"minyi/internal/fault"
)

// DB is a store of collections on one engine. It is safe for concurrent use.
type DB struct {
	engine Engine

	mu     sync.Mutex // held over Open, so that one collection is made once
	tables map[string]opened
}

type opened struct {
	table   Table
	indexes []string
}

// New gives a DB on an open engine and takes the engine over: Close closes it.
func New(engine Engine) *DB {
	return &DB{engine: engine, tables: map[string]opened{}}
}

// Close waits for writes under way and closes the engine.
func (db *DB) Close() error { return db.engine.Close() }

// Ping tells whether the store answers: nil, or a fault of kind Unavailable.
func (db *DB) Ping(ctx context.Context) error { return db.engine.Ping(ctx) }

// Stats tells an operator what lies below.
func (db *DB) Stats(ctx context.Context) (Stats, error) { return db.engine.Stats(ctx) }

// Doc is a stored document. Rev is 1 after the insert and grows by one with
// every change. An id that was deleted and inserted anew begins at 1 again:
// where an old reader must never overwrite the new life, keep a tombstone
// instead of deleting.
type Doc[T any] struct {
	ID   string
	Rev  int64
	Body T
}

// Index declares one ordered way into a collection. Key gives the entry of a
// document, or false where it has none (a sparse index). Key is a pure
// function of its arguments; its result is stored, so a Key that changes its
// meaning needs a new Name.
type Index[T any] struct {
	Name string
	Key  func(id string, body T) (Key, bool)
}

// Collection is a typed set of documents. Get it with Open.
type Collection[T any] struct {
	name    string
	table   Table
	indexes []Index[T]
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// Open makes the collection if it is new, back-fills indexes that it did not
// have before, and refuses a store written by a newer minyi. Names are
// lower-case letters, digits and underscores. Opening the same collection
// twice is fine if both declare the same index names.
func Open[T any](ctx context.Context, db *DB, name string, indexes ...Index[T]) (*Collection[T], error) {
	c := &Collection[T]{name: name, indexes: indexes}
	names, err := c.indexNames()
	if err != nil {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if o, ok := db.tables[name]; ok {
		if !slices.Equal(o.indexes, names) {
			return nil, defect("collection " + name + " is opened twice with different indexes")
		}
		c.table = o.table
		return c, nil
	}
	c.table, err = db.engine.Open(ctx, Spec{Name: name, Indexes: names, Keys: c.keysOf})
	if err != nil {
		return nil, fault.Wrap(err, "open collection "+name)
	}
	db.tables[name] = opened{table: c.table, indexes: names}
	return c, nil
}

// indexNames checks the declaration.
func (c *Collection[T]) indexNames() ([]string, error) {
	if !nameForm.MatchString(c.name) || strings.HasPrefix(c.name, "sqlite_") || strings.HasPrefix(c.name, "system") {
		return nil, defect(fmt.Sprintf("collection name %q: want lower-case letters, digits, underscores", c.name))
	}
	var names []string
	for _, ix := range c.indexes {
		if !nameForm.MatchString(ix.Name) || slices.Contains(names, ix.Name) || ix.Key == nil {
			return nil, defect(fmt.Sprintf("collection %s: bad, doubled or keyless index %q", c.name, ix.Name))
		}
		names = append(names, ix.Name)
	}
	return names, nil
}
