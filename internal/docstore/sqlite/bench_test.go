package sqlite_test

import (
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/docstoretest"
)

func BenchmarkStore(b *testing.B) {
	docstoretest.Bench(b, func(b *testing.B) *docstore.DB { return open(b, b.TempDir()) })
}
