package sqlite_test

import (
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/docstoretest"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/testenv"
)

func open(t testing.TB, dir string) *docstore.DB {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestContract(t *testing.T) {
	docstoretest.Run(t, func(t *testing.T) *docstore.DB { return testenv.DB(t) })
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	const n = 1500 // more than one batch of the back-fill
	docstoretest.Reopen(t, n, func(t *testing.T) *docstore.DB { return open(t, dir) })
}
