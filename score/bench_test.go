package score

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"minyi"
	"minyi/score/scoretest"
	"minyi/score/tally"
)

// sizes are the stores that reads are measured on; MINYI_BENCH_ANSWERS adds
// one (10000000 takes about ten minutes to fill).
func sizes(b *testing.B) []int {
	out := []int{10_000}
	if more := os.Getenv("MINYI_BENCH_ANSWERS"); more != "" {
		n, err := strconv.Atoi(more)
		if err != nil {
			b.Fatal("MINYI_BENCH_ANSWERS must be a number: ", err)
		}
		out = []int{n}
	}
	return out
}

// nation is 334 cities below one root.
func nation() (units []minyi.Unit, ids []minyi.UnitID) {
	for i := range 334 {
		id := minyi.UnitID(fmt.Sprintf("city%03d", i))
		units, ids = append(units, minyi.Unit{ID: id, Name: string(id)}), append(ids, id)
	}
	return units, ids
}

// filled makes a store with n synthetic answers over a year, through the same
// writes as live answers but a month at a time.
func filled(b *testing.B, n int) *Service {
	b.Helper()
	units, ids := nation()
	s, _ := newService(b, scoretest.NewWorld(units...))
	start := time.Now()
	for month := range 12 {
		first := time.Date(2026, time.Month(month+1), 1, 12, 0, 0, 0, minyi.Shanghai)
		syn := scoretest.NewSynthetic(uint64(month), first, first.AddDate(0, 1, -1).Day(), ids...)
		syn.Prefix = strconv.Itoa(month)
		rows := make([]op, 0, n/12)
		for range n / 12 {
			f, text := syn.Answer()
			rows = append(rows, op{partition{minyi.DefaultTenant, f.Unit, f.Day, f.Questionnaire, f.Version}, tally.RowOf(f, text)})
		}
		put(b, s, rows)
		fmt.Fprintf(os.Stderr, "# filled %d of %d answers in %s\n", (month+1)*(n/12), n, time.Since(start).Round(time.Second))
	}
	return s
}

func put(b *testing.B, s *Service, rows []op) {
	b.Helper()
	ctx := context.Background()
	slices.SortStableFunc(rows, func(x, y op) int { return compareMarks(x.at, y.at) })
	for part := range slices.Chunk(rows, 20_000) {
		if err := s.putRows(ctx, part); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.mark(ctx, rows); err != nil {
		b.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		b.Fatal(err)
	}
}

func compareMarks(a, b partition) int {
	if a.Unit != b.Unit {
		if a.Unit < b.Unit {
			return -1
		}
		return 1
	}
	if a.Day < b.Day {
		return -1
	}
	if a.Day > b.Day {
		return 1
	}
	return 0
}

// measure reports p50 and p99 of a read, and the processor time of one: on a
// shared machine the first two tell of the neighbours too.
func measure(b *testing.B, read func() error) {
	b.Helper()
	var took []time.Duration
	before := processor()
	for b.Loop() {
		start := time.Now()
		if err := read(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	b.ReportMetric(float64((processor()-before).Microseconds())/1000/float64(len(took)), "cpu-ms")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// processor is the processor time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRead is the page's cost: a year of one unit, a month of the table
// of all units, a rolling year of the nation.
func BenchmarkRead(b *testing.B) {
	ctx := context.Background()
	for _, n := range sizes(b) {
		s := filled(b, n)
		year := minyi.Slice{From: "2026-01-01", To: "2026-12-31", Unit: "city007"}
		for name, slice := range map[string]minyi.Slice{"unit-year": year, "unit-channel-year": with(year, minyi.ChannelSMS),
			"unit-odd-days": {From: "2026-01-17", To: "2026-11-13", Unit: "city007"}, "nation-year": {From: "2026-01-01", To: "2026-12-31"}} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				measure(b, func() error { _, err := s.Sheet(ctx, minyi.SheetRequest{Slice: slice}); return err })
			})
		}
		b.Run(fmt.Sprintf("table-month/%d", n), func(b *testing.B) {
			measure(b, func() error {
				table, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}})
				if err == nil && len(table.Rows) < 300 {
					b.Fatalf("%d rows", len(table.Rows))
				}
				return err
			})
		})
	}
}

func with(s minyi.Slice, c minyi.Channel) minyi.Slice { s.Channel = c; return s }

// BenchmarkCount is the cost of taking in an answer, in batches as they come
// from the queue: facts asked, row and mark written, sheets summed.
func BenchmarkCount(b *testing.B) {
	ctx := context.Background()
	units, ids := nation()
	before := processor()
	w := scoretest.NewWorld(units...)
	s, _ := newService(b, w)
	syn := scoretest.NewSynthetic(1, may, 3, ids[:20]...)
	var batch []minyi.AnswerID
	for b.Loop() {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		if batch = append(batch, f.Answer); len(batch) == 200 {
			flush(ctx, b, s, batch)
			batch = batch[:0]
		}
	}
	flush(ctx, b, s, batch)
	b.ReportMetric(float64((processor()-before).Microseconds())/float64(b.N), "cpu-µs/answer")
}

// BenchmarkRecount verifies 20,000 answers of twenty cities.
func BenchmarkRecount(b *testing.B) {
	ctx := context.Background()
	units, ids := nation()
	w := scoretest.NewWorld(units...)
	s, _ := newService(b, w)
	syn := scoretest.NewSynthetic(1, may, 30, ids[:20]...)
	var batch []minyi.AnswerID
	for range 20_000 {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		batch = append(batch, f.Answer)
	}
	if err := s.Count(ctx, minyi.DefaultTenant, batch); err != nil {
		b.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		b.Fatal(err)
	}
	before := processor()
	for b.Loop() {
		r, err := s.Recount(ctx, RecountRequest{From: w, Verify: true})
		if err != nil || !r.Equal || r.Answers != 20_000 {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64((processor()-before).Microseconds())/float64(b.N)/20_000, "cpu-µs/answer")
}

func flush(ctx context.Context, b *testing.B, s *Service, batch []minyi.AnswerID) {
	b.Helper()
	if err := s.Count(ctx, minyi.DefaultTenant, batch); err != nil {
		b.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		b.Fatal(err)
	}
}
