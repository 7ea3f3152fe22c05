package score

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/testenv"
	"minyi/score/scoretest"
	"minyi/score/tally"
)

// errKilled is what a dead process's store says.
var errKilled = errors.New("the process is dead")

// mortal is an engine that dies after so many writes: every later call fails,
// as if the process had been killed between two of them. Where one call writes
// many documents, part of them may be done, as on MongoDB.
type mortal struct {
	docstore.Engine
	left atomic.Int64
}

func (m *mortal) Open(ctx context.Context, spec docstore.Spec) (docstore.Table, error) {
	t, err := m.Engine.Open(ctx, spec)
	return &mortalTable{t, m}, err
}

type mortalTable struct {
	docstore.Table
	of *mortal
}

func (t *mortalTable) Write(ctx context.Context, ops []docstore.Op) ([]bool, error) {
	left := t.of.left.Add(-int64(len(ops)))
	if left >= 0 {
		return t.Table.Write(ctx, ops)
	}
	if done := left + int64(len(ops)); done > 0 {
		if _, err := t.Table.Write(ctx, ops[:done]); err != nil {
			return nil, err
		}
	}
	return nil, errKilled
}

func (t *mortalTable) Read(ctx context.Context, ids []string) ([]docstore.Record, error) {
	if t.of.left.Load() < 0 {
		return nil, errKilled
	}
	return t.Table.Read(ctx, ids)
}

func (t *mortalTable) Scan(ctx context.Context, r docstore.Range) iter.Seq2[docstore.Record, error] {
	if t.of.left.Load() < 0 {
		return func(yield func(docstore.Record, error) bool) { yield(docstore.Record{}, errKilled) }
	}
	return t.Table.Scan(ctx, r)
}

// TestKilledAtAnyWrite kills the process at a random write, again and again,
// in counting, splitting, summing, importing and preparing, with a second
// process at work on the same store; restarts it, delivers the events again
// and goes on. In the end every figure is that of a count by hand from the
// answers.
func TestKilledAtAnyWrite(t *testing.T) {
	for seed := range uint64(2) {
		ctx := context.Background()
		engine, err := sqlite.Open(ctx, testenv.StoreDir(t))
		if err != nil {
			t.Fatal(err)
		}
		m := &mortal{Engine: engine}
		m.left.Store(1 << 60)
		mine, other := docstore.New(m), docstore.New(engine)
		w := scoretest.NewWorld(smallTree...)
		step := clock.NewStepping(may)
		start := func(db *docstore.DB) *Service {
			s, err := New(Deps{DB: db, Clock: step.Clock(), Survey: w, Words: w})
			if err != nil {
				t.Fatal(err)
			}
			s.maxRows = 6
			return s
		}
		s, second := start(mine), start(other)
		rng := rand.New(rand.NewPCG(seed, 77))
		syn := scoretest.NewSynthetic(seed, may, 35, "e1", "e1", "e2", "w1", "")
		var lost []minyi.AnswerID // events that come again; what was counted does not
		deaths := 0
		for round := range 70 {
			ids := happen(rng, w, syn)
			m.left.Store(int64(rng.IntN(60)))
			err := s.Count(ctx, minyi.DefaultTenant, ids)
			if err != nil {
				lost = append(lost, ids...)
			} else {
				err = s.Aggregate(ctx)
			}
			if err == nil && round%9 == 0 {
				w.Measure(minyi.TextErrors{Model: string(rune('a' + round)), Tested: [3][3]int{{80, 15, 5}, {25, 60, 15}, {5, 10, 85}}})
				step.Advance(treeFor + time.Second)
				err = s.followTrees(ctx)
			}
			m.left.Store(1 << 60)
			if err != nil {
				if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
				deaths++
				s = start(mine)
			}
			if rng.IntN(3) == 0 {
				if err := second.Count(ctx, minyi.DefaultTenant, append(lost, ids[0])); err != nil {
					t.Fatal(err)
				}
				lost = nil
				if err := second.Aggregate(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		if deaths < 15 {
			t.Fatalf("it died %d times only", deaths)
		}
		if err := s.Count(ctx, minyi.DefaultTenant, lost); err != nil {
			t.Fatal(err)
		}
		step.Advance(treeFor + time.Second)
		if err := s.followTrees(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Aggregate(ctx); err != nil {
			t.Fatal(err)
		}
		checkByHand(t, s, w)
		if err := mine.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// happen changes the world as people do, and gives the answers it touched.
func happen(rng *rand.Rand, w *scoretest.World, syn *scoretest.Synthetic) []minyi.AnswerID {
	var ids []minyi.AnswerID
	for range 1 + rng.IntN(12) {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		ids = append(ids, f.Answer)
	}
	known := w.IDs()
	for range rng.IntN(5) {
		a := known[rng.IntN(len(known))]
		ids = append(ids, a)
		switch rng.IntN(5) {
		case 0:
			w.Erase(a)
		case 1:
			w.Change(a, func(f *minyi.AnswerFacts) { f.SetAside = !f.SetAside })
		case 2: // a late correction of unit and day
			w.Change(a, func(f *minyi.AnswerFacts) {
				f.Unit, f.Day = syn.Unit[rng.IntN(len(syn.Unit))], minyi.Day(may.AddDate(0, 0, rng.IntN(35)))
			})
		case 3:
			w.Analyse(minyi.TextFacts{Answer: a, Content: true, Polarity: rng.IntN(3) - 1})
		case 4:
			w.Change(a, func(f *minyi.AnswerFacts) { f.Audience = minyi.Enterprise })
		}
	}
	return ids
}

// checkByHand adds up the answers themselves, unit by unit, and holds to that
// what the service reads for all time, the year, a month and odd days; then the
// table's lines; then the service's own recount.
func checkByHand(t *testing.T, s *Service, w *scoretest.World) {
	t.Helper()
	ctx := context.Background()
	answers, err := w.AnswerRows(ctx, minyi.AnswerRowsRequest{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := w.Analyses(ctx, minyi.AnswersRequest{Answers: w.IDs()})
	if err != nil {
		t.Fatal(err)
	}
	byAnswer := map[minyi.AnswerID]*minyi.TextFacts{}
	for _, x := range texts.Analyses {
		byAnswer[x.Answer] = &x
	}
	units := newUnitTree(smallTree, may)
	for _, unit := range []minyi.UnitID{"", "east", "west", "e1", "e2", "w1"} {
		for _, p := range []span{{}, {"2026-01-01", "2026-12-31"}, {"2026-05-01", "2026-05-31"}, {"2026-05-09", "2026-06-02"}} {
			want := tally.Sum{}
			for _, a := range answers.Rows {
				below := a.Unit == unit || slices.Contains(units.ancestors(a.Unit), unit)
				if below && a.Day >= p.from && (p.to == "" || a.Day <= p.to) && a.Audience == minyi.Resident {
					want.Add(tally.RowOf(a.AnswerFacts, byAnswer[a.Answer]))
				}
			}
			slice := minyi.Slice{Tenant: minyi.DefaultTenant, Unit: unit, Audience: minyi.Resident, From: p.from, To: p.to, Campaign: "cmp1"}
			got, _, err := s.sumOf(ctx, slice)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Encode()) != string(want.Encode()) {
				t.Errorf("%s %v: %d answers, by hand %d", unit, p, total(got), total(want))
			}
		}
	}
	month := minyi.Slice{From: "2026-05-01", To: "2026-05-31"}
	if got, want := packed(t, tableByUnit(t, s, month)), packed(t, computedTable(t, s, month)); got != want {
		t.Errorf("the table\n got %s\nwant %s", got, want)
	}
	report, err := s.Recount(ctx, RecountRequest{From: w, Verify: true})
	if err != nil || !report.Equal || report.Answers < 200 {
		t.Errorf("recount of %d: %+v %v", report.Answers, report.Differences, err)
	}
}
