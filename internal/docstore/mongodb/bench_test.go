package mongodb_test

import (
	"os"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/docstoretest"
	"minyi/internal/testenv/ferretdb"
)

// BenchmarkStore measures against the server of MINYI_TEST_MONGODB_URI, else
// against the stand-in, whose updates scan: its figures say nothing of MongoDB.
func BenchmarkStore(b *testing.B) {
	uri, server := os.Getenv("MINYI_TEST_MONGODB_URI"), "mongodb"
	if uri == "" {
		uri, server = ferretdb.Start(b), "stand-in"
	}
	b.Run(server, func(b *testing.B) {
		docstoretest.Bench(b, func(b *testing.B) *docstore.DB { return open(b, uri, fresh()) })
	})
}
