package score

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"minyi"
	"minyi/score/scoretest"
	"minyi/score/tally"
)

// sizes are the stores that reads are measured on; MINYI_BENCH_ANSWERS names
// another. Above 200,000 the sheets are written straight away.
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

// filled makes a store with n synthetic answers over a year in 334 cities, and
// the other seven of the nine level-2 indicators imported for each.
func filled(b *testing.B, n int) *Service {
	b.Helper()
	units, ids := nation()
	s, _ := newService(b, scoretest.NewWorld(units...))
	if n > 200_000 {
		fillSheets(b, s, ids, n)
	} else {
		fillChunks(b, s, ids, n)
	}
	var file strings.Builder
	file.WriteString("unit,indicator,score\n")
	for i, u := range ids {
		for k, path := range []string{"服务渠道/亲和性", "服务渠道/畅通性", "服务渠道/渠道多样性", "服务渠道/融合一致性", "服务体验/互动体验", "服务体验/专业性", "服务体验/服务承诺"} {
			fmt.Fprintf(&file, "%s,%s,%d\n", u, path, 40+(i*7+k*13)%60)
		}
	}
	req := ImportRequest{Tenant: minyi.DefaultTenant, File: "bench", Period: "2026"}
	if r, err := s.ImportIndicators(context.Background(), req, strings.NewReader(file.String())); err != nil || len(r.Faults) > 0 {
		b.Fatal(r, err)
	}
	if err := s.Aggregate(context.Background()); err != nil {
		b.Fatal(err)
	}
	return s
}

// fillSheets writes the sheets of days straight away, packed by the same code,
// and sums months and years from them: reads see the sheets of n answers,
// without n rows on the disk. Answers are drawn from a pool of 100,000.
func fillSheets(b *testing.B, s *Service, ids []minyi.UnitID, n int) {
	b.Helper()
	ctx := context.Background()
	syn := scoretest.NewSynthetic(1, may, 1, ids...)
	pool := make([]tally.Row, 100_000)
	for i := range pool {
		pool[i] = tally.RowOf(syn.Answer())
	}
	tree, err := s.trees.of(ctx, minyi.DefaultTenant)
	if err != nil {
		b.Fatal(err)
	}
	run := &summing{s: s, tenant: minyi.DefaultTenant, tree: tree, state: &state{}}
	days, next := map[sheetKey]bool{}, 0
	for d := time.Date(2026, 1, 1, 12, 0, 0, 0, minyi.Shanghai); d.Year() == 2026; d = d.AddDate(0, 0, 1) {
		sums := map[sheetKey]tally.Sum{{"", minyi.Day(d)}: {}}
		for _, u := range ids {
			own := tally.Sum{}
			for range n / 365 / len(ids) {
				own.Add(pool[next%len(pool)])
				next += 7
			}
			sums[sheetKey{u, minyi.Day(d)}] = own
			sums[sheetKey{"", minyi.Day(d)}].Merge(own)
		}
		keys := slices.SortedFunc(maps.Keys(sums), func(x, y sheetKey) int { return cmp.Compare(x.unit, y.unit) })
		err := run.writeAll(ctx, keys, func(_ context.Context, k sheetKey) (tally.Sum, int64, error) { return sums[k], 1, nil })
		if err != nil {
			b.Fatal(err)
		}
		for _, k := range keys {
			days[k] = true
		}
	}
	months := shorten(days, len("2006-01"))
	if err := run.each(ctx, months, run.longer); err != nil {
		b.Fatal(err)
	}
	if err := run.each(ctx, shorten(months, len("2006")), run.longer); err != nil {
		b.Fatal(err)
	}
}

// fillChunks goes through the same writes as live answers, a month at a time.
func fillChunks(b *testing.B, s *Service, ids []minyi.UnitID, n int) {
	b.Helper()
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
				s.tables = tableMemo{} // as another month each time
				table, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}})
				if err == nil && (len(table.Rows) < 300 || len(table.Rows[0].Indicators) < 9) {
					b.Fatalf("%d rows of %d indicators", len(table.Rows), len(table.Rows[0].Indicators))
				}
				return err
			})
		})
		b.Run(fmt.Sprintf("table-month-again/%d", n), func(b *testing.B) {
			measure(b, func() error {
				_, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}})
				return err
			})
		})
		b.Run(fmt.Sprintf("table-odd-days/%d", n), func(b *testing.B) {
			measure(b, func() error {
				s.tables = tableMemo{}
				_, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{From: "2026-05-03", To: "2026-05-20"}})
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

func flush(ctx context.Context, b *testing.B, s *Service, batch []minyi.AnswerID) {
	b.Helper()
	if err := s.Count(ctx, minyi.DefaultTenant, batch); err != nil {
		b.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		b.Fatal(err)
	}
}
