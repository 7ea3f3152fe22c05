package testenv

import (
	"context"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
)

// DB is a fresh SQLite store in a directory of the test's own.
func DB(t testing.TB) *docstore.DB {
	t.Helper()
	engine, err := sqlite.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error("close the store:", err)
		}
	})
	return db
}
