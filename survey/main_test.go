package survey_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain runs more tests at once than there are processors: they wait for
// queues more than they compute. A number given by hand stands.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
