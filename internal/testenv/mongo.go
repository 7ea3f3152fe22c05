package testenv

import (
	"os"
	"testing"
)

// MongoURI gives the MongoDB server named by MINYI_TEST_MONGODB_URI. Without
// one the test is skipped, also where MINYI_TEST_REQUIRE=1, because no package
// source has the server; package testenv/ferretdb stands in for it there.
func MongoURI(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("MINYI_TEST_MONGODB_URI")
	if uri == "" {
		t.Skip("SKIPPED: no real MongoDB; set MINYI_TEST_MONGODB_URI to test against one")
	}
	return uri
}
