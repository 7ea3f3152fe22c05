package evaluate

import (
	"testing"

	"golang.org/x/sys/unix"

	"minyi/internal/testenv"
	"minyi/nlp/issue"
)

// BenchmarkCluster gathers 4,326 real letters into issues; cpu-ms/op is
// processor time, which alone compares on a shared machine. The aim is 2 s.
func BenchmarkCluster(b *testing.B) {
	items, err := readItems(segmenter(b), testenv.Data(b, "text/teddy_messages_2019.csv"))
	if err != nil {
		b.Fatal(err)
	}
	before := processorMillis(b)
	for b.Loop() {
		issue.Cluster(items, issue.Options{})
	}
	b.ReportMetric((processorMillis(b)-before)/float64(b.N), "cpu-ms/op")
}

func processorMillis(b *testing.B) float64 {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}
