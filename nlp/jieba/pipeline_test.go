package jieba_test

import (
	"encoding/csv"
	"os"
	"testing"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
	"golang.org/x/sys/unix"

	"minyi/internal/testenv"
	"minyi/nlp"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// BenchmarkComment compares a comment's whole way (clean, mask, gate, cut,
// phrases, topic, polarity) with gojieba's Tag alone on the same real texts:
//
//	go test ./nlp/jieba -run XXX -bench Comment
//
// The stage's aim is at most 2.5 times.
func BenchmarkComment(b *testing.B) {
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		b.Fatal(err)
	}
	defer seg.Close()
	tax, err := topic.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	whole := nlp.NewAnalyser(seg, tax)
	whole.Analyse("王先生说") // what is made once is made before
	raw := gojieba.NewJieba()
	for name, size := range map[string]int{"20": 20, "200": 200, "2000": 2000} {
		texts := cutTo(b, size)
		i := 0
		next := func() string { i++; return texts[i%len(texts)] }
		b.Run(name+"/gojieba.Tag", func(b *testing.B) { measure(b, func() { raw.Tag(next()) }) })
		b.Run(name+"/minyi", func(b *testing.B) { measure(b, func() { whole.Analyse(next()) }) })
	}
}

// measure reports processor time beside elapsed time: on a shared machine only
// the former compares.
func measure(b *testing.B, f func()) {
	before := processor(b)
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(processor(b)-before)/float64(b.N), "cpu-ns/op")
}

// processor gives the process's processor time so far, in nanoseconds.
func processor(b *testing.B) int64 {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// cutTo gives real letters of exactly n characters.
func cutTo(b *testing.B, n int) []string {
	f, err := os.Open(testenv.Data(b, "text/teddy_messages_2019.csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	var all []rune
	var out []string
	for _, r := range rows[1:] {
		if n <= 200 {
			all = all[:0]
		}
		if all = append(all, []rune(r[4])...); len(all) >= n && utf8.ValidString(r[4]) {
			out = append(out, string(all[:n]))
			all = all[:0]
		}
	}
	return out
}
