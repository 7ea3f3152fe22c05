package score

import (
	"context"
	"errors"
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
	id := (&sheet{Tenant: minyi.DefaultTenant, Unit: "e2", Period: minyi.Day(may), Kind: lean}).id()
	_, err := s.store.sheets.Update(context.Background(), id, func(b *sheet) error {
		b.Sum = nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRecountAfterLoss: a prepared line that was altered is told, and so is a
// chunk that is gone; a recount mends both, and the answers after it count.
func TestRecountAfterLoss(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, _ := newService(t, w)
	syn := scoretest.NewSynthetic(8, may, 1, "e1")
	land := func() {
		t.Helper()
		f, _ := syn.Answer()
		f.Remark = false
		w.Put(f)
		if err := errors.Join(s.Count(ctx, minyi.DefaultTenant, []minyi.AnswerID{f.Answer}), s.Aggregate(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	equal := func(when string, verify, want bool) {
		t.Helper()
		if r, err := s.Recount(ctx, RecountRequest{From: w, Verify: verify}); err != nil || r.Equal != want {
			t.Fatalf("%s: %+v %v", when, r, err)
		}
	}
	for range 6 {
		land()
	}
	equal("untouched", true, true)
	line := sheet{Tenant: minyi.DefaultTenant, Unit: "e1", Period: minyi.Day(may)[:7], Kind: lineOf(minyi.Resident)}
	if _, err := s.store.sheets.Update(ctx, line.id(), func(b *sheet) error { b.Line[len(b.Line)-2] ^= 2; return nil }); err != nil {
		t.Fatal(err)
	}
	equal("a line altered", true, false)
	equal("a line altered", false, true)
	for c := range s.allChunks(ctx, minyi.DefaultTenant) {
		if _, err := s.store.chunks.Update(ctx, c.chunkID(c.Branch), func(b *chunk) error { b.Sum[len(b.Sum)-1] ^= 2; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	equal("a sum altered", true, false)
	equal("a sum altered", false, true)
	for c, err := range s.allChunks(ctx, minyi.DefaultTenant) {
		if err = errors.Join(err, s.store.chunks.Delete(ctx, c.chunkID(c.Branch))); err != nil {
			t.Fatal(err)
		}
	}
	equal("the rows gone", true, false)
	equal("the rows gone", false, true)
	land()
	equal("an answer after the loss", true, true)
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
