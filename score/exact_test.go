package score

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/testenv"
	"minyi/score/scoretest"
)

var may = time.Date(2026, 5, 1, 12, 0, 0, 0, minyi.Shanghai)

var smallTree = []minyi.Unit{{ID: "east", Name: "东区"}, {ID: "west", Name: "西区"},
	{ID: "e1", Name: "东一街道", Parent: "east"}, {ID: "e2", Name: "东二街道", Parent: "east"}, {ID: "w1", Name: "西一街道", Parent: "west"}}

func newService(t testing.TB, w *scoretest.World) (*Service, *clock.Stepping) {
	t.Helper()
	step := clock.NewStepping(may)
	s, err := New(Deps{DB: testenv.DB(t), Clock: step.Clock(), Survey: w, Words: w})
	if err != nil {
		t.Fatal(err)
	}
	return s, step
}

// chaos drives a world and a service through everything that can happen to an
// answer, in random order, with work left undone as a crash leaves it.
type chaos struct {
	t     *testing.T
	rng   *rand.Rand
	w     *scoretest.World
	s     *Service
	clock *clock.Stepping
	syn   *scoretest.Synthetic
	lost  []minyi.AnswerID // events that a crash kept from being handled; they come again
}

func (c *chaos) some() []minyi.AnswerID {
	ids := c.w.IDs()
	if len(ids) == 0 {
		return nil
	}
	out := make([]minyi.AnswerID, 1+c.rng.IntN(6))
	for i := range out {
		out[i] = ids[c.rng.IntN(len(ids))]
	}
	return out
}

// event delivers answers, now or after a crash, sometimes twice.
func (c *chaos) event(ids ...minyi.AnswerID) {
	ctx := context.Background()
	switch c.rng.IntN(6) {
	case 0: // the process dies before it starts
	case 1: // the process dies between two steps
		c.crash(ctx, ids)
	default:
		if err := c.s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	c.lost = append(c.lost, ids...)
}

// crash does the first steps of Count and no more.
func (c *chaos) crash(ctx context.Context, ids []minyi.AnswerID) {
	facts, texts, err := c.s.ask(ctx, minyi.DefaultTenant, ids)
	if err != nil {
		c.t.Fatal(err)
	}
	ops, _, err := c.s.locate(ctx, minyi.DefaultTenant, facts, texts)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.rng.IntN(2) == 0 {
		ops = ops[:c.rng.IntN(len(ops)+1)]
		if err := c.s.putRows(ctx, ops); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chaos) step() {
	ctx := context.Background()
	switch c.rng.IntN(12) {
	case 0, 1, 2, 3:
		f, text := c.syn.Answer()
		c.w.Put(f)
		if text != nil && c.rng.IntN(2) == 0 {
			c.w.Analyse(*text)
		}
		c.event(f.Answer)
	case 4: // analysis or re-analysis
		for _, a := range c.some() {
			c.w.Analyse(minyi.TextFacts{Answer: a, Content: c.rng.IntN(2) == 0, Polarity: c.rng.IntN(3) - 1, Suggestion: c.rng.IntN(2) == 0})
			c.event(a)
		}
	case 5: // set aside, or taken back
		for _, a := range c.some() {
			c.w.Change(a, func(f *minyi.AnswerFacts) { f.SetAside = !f.SetAside })
			c.event(a)
		}
	case 6: // the case's closure day or unit is corrected
		for _, a := range c.some() {
			c.w.Change(a, func(f *minyi.AnswerFacts) {
				f.Day = minyi.Day(may.AddDate(0, 0, c.rng.IntN(40)))
				f.Unit = c.syn.Unit[c.rng.IntN(len(c.syn.Unit))]
			})
			c.event(a)
		}
	case 7: // erasure
		if a := c.some(); len(a) > 0 {
			c.w.Erase(a[0])
			c.event(a...)
		}
	case 8: // replay
		c.event(c.some()...)
	case 9: // a stale worker wrote late
		c.staleWriter(ctx)
	case 10:
		if err := c.s.Aggregate(ctx); err != nil {
			c.t.Fatal(err)
		}
	case 11: // the unit tree is reorganised
		units := append([]minyi.Unit(nil), smallTree...)
		units[2+c.rng.IntN(3)].Parent = []minyi.UnitID{"east", "west", ""}[c.rng.IntN(3)]
		c.w.SetUnits(units...)
		c.clock.Advance(treeFor + time.Second)
	}
}

// staleWriter takes facts, lets the world move on and be counted, then writes
// what it took.
func (c *chaos) staleWriter(ctx context.Context) {
	ids := c.some()
	if len(ids) == 0 {
		return
	}
	facts, texts, err := c.s.ask(ctx, minyi.DefaultTenant, ids)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range ids {
		c.w.Change(a, func(f *minyi.AnswerFacts) { f.Values[minyi.TagHandling] = minyi.Value{V: 1 + c.rng.IntN(5), K: 5} })
		if c.rng.IntN(12) == 0 {
			c.w.Erase(a)
		}
	}
	if err := c.s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
		c.t.Fatal(err)
	}
	if err := c.s.count(ctx, minyi.DefaultTenant, facts, texts); err != nil {
		c.t.Fatal(err)
	}
}

// TestCountsEqualARecountWhateverHappens interleaves answers, re-analysis,
// set-aside, moves, erasure, replay, stale workers, crashes and tree changes,
// and then holds every sheet to a recount from raw answers.
func TestCountsEqualARecountWhateverHappens(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			ctx := context.Background()
			w := scoretest.NewWorld(smallTree...)
			s, step := newService(t, w)
			s.maxRows = 8 // split early and often
			c := &chaos{t: t, rng: rand.New(rand.NewPCG(seed, 9)), w: w, s: s, clock: step,
				syn: scoretest.NewSynthetic(seed, may, 40, "e1", "e2", "w1", "east", "")}
			c.syn.Unit = []minyi.UnitID{"e1", "e1", "e1", "e2", "w1", "east", ""}
			for range 160 {
				c.step()
			}
			if err := s.Count(ctx, minyi.DefaultTenant, c.lost); err != nil {
				t.Fatal(err)
			}
			step.Advance(treeFor + time.Second)
			if err := s.Aggregate(ctx); err != nil {
				t.Fatal(err)
			}
			if err := s.followTrees(ctx); err != nil {
				t.Fatal(err)
			}
			report, err := s.Recount(ctx, RecountRequest{From: w, Verify: true})
			if err != nil {
				t.Fatal(err)
			}
			if !report.Equal || report.Answers < 20 {
				t.Errorf("differences after %d answers: %+v", report.Answers, report.Differences)
			}
		})
	}
}

// TestRecountSeesAndRepairs damages the store and expects to be told.
func TestRecountSeesAndRepairs(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, _ := newService(t, w)
	syn := scoretest.NewSynthetic(3, may, 3, "e1", "e2")
	var ids []minyi.AnswerID
	for range 60 {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		ids = append(ids, f.Answer)
	}
	if err := s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	w.Erase(ids[0]) // and no event says so
	w.Change(ids[1], func(f *minyi.AnswerFacts) { f.Values[minyi.TagHandling] = minyi.Value{V: 1, K: 5} })
	damageSheet(t, s)
	report, err := s.Recount(ctx, RecountRequest{From: w, Verify: true})
	if err != nil || report.Equal || len(report.Differences) < 2 {
		t.Fatalf("damage not seen: %+v %v", report, err)
	}
	report, err = s.Recount(ctx, RecountRequest{From: w})
	if err != nil || !report.Equal || report.Repaired == 0 {
		t.Errorf("not repaired: %+v %v", report, err)
	}
}

// TestDamageStaysWhereItIs: one unreadable chunk holds up no other unit, and a
// recount writes it anew.
func TestDamageStaysWhereItIs(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, _ := newService(t, w)
	syn := scoretest.NewSynthetic(3, may, 1, "e1", "w1")
	count := func(n int) {
		var ids []minyi.AnswerID
		for range n {
			f, _ := syn.Answer()
			w.Put(f)
			ids = append(ids, f.Answer)
		}
		if err := s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
			t.Fatal(err)
		}
	}
	count(20)
	at := partition{minyi.DefaultTenant, "e1", minyi.Day(may), "case-closed", 1}
	if _, err := s.store.chunks.Update(ctx, at.chunkID(""), func(c *chunk) error { c.Rows, c.Sum = []byte{9, 9}, []byte{9, 9}; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	sheet, err := s.Sheet(ctx, minyi.SheetRequest{Slice: minyi.Slice{Unit: "w1"}})
	if err != nil || sheet.Answers == 0 {
		t.Errorf("the other unit is held up: %d %v", sheet.Answers, err)
	}
	if r, err := s.Recount(ctx, RecountRequest{From: w, Verify: true}); err != nil || r.Equal {
		t.Errorf("damage not seen: %+v %v", r, err)
	}
	if r, err := s.Recount(ctx, RecountRequest{From: w}); err != nil || !r.Equal || r.Answers != 20 {
		t.Errorf("not written anew: %+v %v", r, err)
	}
}

// damageSheet empties one stored day, as a lost write would.
func damageSheet(t *testing.T, s *Service) {
	t.Helper()
	id := sheetID(minyi.DefaultTenant, "e2", minyi.Day(may), lean)
	_, err := s.store.sheets.Update(context.Background(), id, func(b *sheet) error {
		b.Sum = nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTwoAggregators lets two of them race over the same marks with answers
// coming in; the end must be exact.
func TestTwoAggregators(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	db := testenv.DB(t)
	var services []*Service
	for range 2 {
		s, err := New(Deps{DB: db, Survey: w, Words: w})
		if err != nil {
			t.Fatal(err)
		}
		s.maxRows = 16
		services = append(services, s)
	}
	done := make(chan error, 2)
	for i, s := range services {
		syn := scoretest.NewSynthetic(uint64(i), may, 2, "e1")
		go func() {
			for k := range 60 {
				f, _ := syn.Answer()
				f.Answer = minyi.AnswerID(fmt.Sprint(i, "-", k))
				w.Put(f)
				if err := s.Count(ctx, minyi.DefaultTenant, []minyi.AnswerID{f.Answer}); err != nil {
					done <- err
					return
				}
				if err := s.Aggregate(ctx); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range services {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if err := services[0].Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	report, err := services[0].Recount(ctx, RecountRequest{From: w, Verify: true})
	if err != nil || !report.Equal || report.Answers != 120 {
		t.Errorf("%+v %v", report, err)
	}
}
