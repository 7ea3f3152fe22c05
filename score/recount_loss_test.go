package score

import (
	"context"
	"errors"
	"strings"
	"testing"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/scoretest"
)

// lost is a service that has counted answers and imported values, whose units
// have moved twice.
func lost(t *testing.T) (*Service, *scoretest.World, func(int)) {
	t.Helper()
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, _ := newService(t, w)
	syn := scoretest.NewSynthetic(5, may, 40, "e1", "e2", "w1")
	land := func(n int) {
		t.Helper()
		var ids []minyi.AnswerID
		for range n {
			f, _ := syn.Answer()
			f.Remark = false
			w.Put(f)
			ids = append(ids, f.Answer)
		}
		if err := errors.Join(s.Count(ctx, minyi.DefaultTenant, ids), s.Aggregate(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		land(4)
		moved := append([]minyi.Unit(nil), smallTree...)
		for i := range moved {
			if moved[i].ID == "e1" {
				moved[i].Parent = "west"
			}
		}
		w.SetUnits(moved...)
		s.trees.forget(minyi.DefaultTenant)
		land(1)
		w.SetUnits(smallTree...)
		s.trees.forget(minyi.DefaultTenant)
		land(1)
	}
	in := ImportRequest{Tenant: minyi.DefaultTenant, File: "cases.csv", Period: may.Format("2006")}
	if _, err := s.ImportIndicators(ctx, in, strings.NewReader("unit,indicator,score\ne1,总体感知/品牌宣传/优秀案例宣传,88\n")); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	return s, w, land
}

// emptied deletes the documents of a collection that are to go.
func emptied[T any](t *testing.T, c *docstore.Collection[T], goes func(T) bool) {
	t.Helper()
	var ids []string
	for d, err := range c.Find(context.Background(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if goes(d.Body) {
			ids = append(ids, d.ID)
		}
	}
	if err := c.DeleteMany(context.Background(), ids); err != nil || len(ids) == 0 {
		t.Fatalf("%d deleted: %v", len(ids), err)
	}
}

// TestEveryLossIsTold: whatever collection lost documents, recount --verify says
// so, a recount brings back the same figures, and answers count on after it.
func TestEveryLossIsTold(t *testing.T) {
	losses := map[string]func(*testing.T, *Service){
		"sheets": func(t *testing.T, s *Service) { emptied(t, s.store.sheets, func(sheet) bool { return true }) },
		"lean days": func(t *testing.T, s *Service) {
			emptied(t, s.store.sheets, func(b sheet) bool { return b.Kind == lean && len(b.Period) == len("2006-01-02") })
		},
		"lean years of a unit": func(t *testing.T, s *Service) {
			emptied(t, s.store.sheets, func(b sheet) bool { return b.Kind == lean && b.Unit == "e2" && len(b.Period) == len("2006") })
		},
		"months and years": func(t *testing.T, s *Service) {
			emptied(t, s.store.sheets, func(b sheet) bool { return len(b.Period) < len("2006-01-02") })
		},
		"chunks": func(t *testing.T, s *Service) { emptied(t, s.store.chunks, func(chunk) bool { return true }) },
		"places": func(t *testing.T, s *Service) { emptied(t, s.store.places, func(place) bool { return true }) },
		"state":  func(t *testing.T, s *Service) { emptied(t, s.store.states, func(state) bool { return true }) },
	}
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s, w, land := lost(t)
			slice := minyi.Slice{Unit: "e1", From: may.Format("2006") + "-01-01", To: may.Format("2006") + "-12-31"}
			before, err := s.Sheet(ctx, minyi.SheetRequest{Slice: slice})
			if err != nil {
				t.Fatal(err)
			}
			equal := func(when string, verify, want bool) {
				t.Helper()
				if r, err := s.Recount(ctx, RecountRequest{From: w, Verify: verify}); err != nil || r.Equal != want {
					t.Fatalf("%s: %+v %v", when, r, err)
				}
			}
			equal("untouched", true, true)
			lose(t, s)
			equal("after the loss", true, false)
			equal("repaired", false, true)
			equal("verified", true, true)
			after, err := s.Sheet(ctx, minyi.SheetRequest{Slice: slice})
			if err != nil || after.Answers != before.Answers || *after.Root.Score != *before.Root.Score {
				t.Errorf("%d answers %v, before %d %v; %v", after.Answers, *after.Root.Score, before.Answers, *before.Root.Score, err)
			}
			land(1)
			equal("an answer later", true, true)
		})
	}
}

// TestAnswersCountWithoutState: where the remembered unit tree is lost, sheets
// are summed all the same, without a recount.
func TestAnswersCountWithoutState(t *testing.T) {
	s, w, land := lost(t)
	if st, _, err := s.stateOf(context.Background(), minyi.DefaultTenant); err != nil || st.Epoch < 2 {
		t.Fatalf("the units have not moved: %+v %v", st, err)
	}
	emptied(t, s.store.states, func(state) bool { return true })
	land(1)
	sheet, err := s.Sheet(context.Background(), minyi.SheetRequest{})
	if err != nil || sheet.Answers != len(w.IDs()) {
		t.Errorf("%d answers of %d: %v", sheet.Answers, len(w.IDs()), err)
	}
}

// TestSheetsOfAUnitThatHasNothingLeft: a unit's sheet without anything below it
// any more is told and summed to nothing.
func TestSheetsOfAUnitThatHasNothingLeft(t *testing.T) {
	ctx := context.Background()
	s, w, _ := lost(t)
	stale := sheet{Tenant: minyi.DefaultTenant, Unit: "e1", Period: "1999-01-01", Kind: wide}
	for d, err := range s.store.sheets.Find(ctx, docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Body.Kind == wide && d.Body.Unit == "e2" {
			stale.Sum = d.Body.Sum
		}
	}
	for _, period := range []string{"1999-01-01", "1999-01", "1999"} {
		for _, kind := range []string{wide, lean} {
			stale.Period, stale.Kind = period, kind
			if _, err := s.store.sheets.Insert(ctx, stale.id(), stale); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r, err := s.Recount(ctx, RecountRequest{From: w, Verify: true}); err != nil || r.Equal {
		t.Fatalf("not told: %+v %v", r, err)
	}
	if r, err := s.Recount(ctx, RecountRequest{From: w}); err != nil || !r.Equal {
		t.Fatalf("not repaired: %+v %v", r, err)
	}
}
