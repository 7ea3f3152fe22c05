package mongodb_test

import (
	"context"
	"strings"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/docstoretest"
	"minyi/internal/docstore/mongodb"
	"minyi/internal/id"
	"minyi/internal/testenv"
	"minyi/internal/testenv/ferretdb"
)

// open gives a store in a database of its own, which goes when the test ends.
func open(t testing.TB, uri, database string, options ...mongodb.Option) *docstore.DB {
	t.Helper()
	engine, err := mongodb.Open(t.Context(), uri, database, options...)
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() {
		_ = engine.Drop(context.Background())
		_ = db.Close()
	})
	return db
}

func fresh() string { return "test_" + strings.ToLower(id.New("")) }

func TestContractOnStandIn(t *testing.T) {
	uri := ferretdb.Start(t)
	docstoretest.Run(t, func(t *testing.T) *docstore.DB { return open(t, uri, fresh()) })
}

func TestContractOnMongoDB(t *testing.T) {
	uri := testenv.MongoURI(t)
	docstoretest.Run(t, func(t *testing.T) *docstore.DB { return open(t, uri, fresh()) })
}

func TestReopenOnStandIn(t *testing.T) {
	uri, database := ferretdb.Start(t), fresh()
	docstoretest.Reopen(t, 100, func(t *testing.T) *docstore.DB {
		engine, err := mongodb.Open(t.Context(), uri, database)
		if err != nil {
			t.Fatal(err)
		}
		return docstore.New(engine)
	})
}
