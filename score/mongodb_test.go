package score

import (
	"context"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/docstore/mongodb"
	"minyi/internal/testenv/ferretdb"
	"minyi/score/scoretest"
)

// TestOnMongoDB runs the service's stores on the stand-in: counting, splitting,
// moving, erasing, importing, the table and the recount. It scans, so the data
// is small.
func TestOnMongoDB(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the stand-in is slow (-short)")
	}
	ctx := context.Background()
	engine, err := mongodb.Open(ctx, ferretdb.Start(t), "minyi")
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	defer db.Close()
	w := scoretest.NewWorld(smallTree...)
	step := clock.NewStepping(may)
	s, err := New(Deps{DB: db, Clock: step.Clock(), Survey: w, Words: w})
	if err != nil {
		t.Fatal(err)
	}
	s.maxRows = 12
	syn := scoretest.NewSynthetic(6, may, 2, "e1", "w1")
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
	w.Erase(ids[0])
	w.Change(ids[1], func(f *minyi.AnswerFacts) { f.Unit, f.Day = "e2", "2026-05-20" })
	w.Measure(minyi.TextErrors{Model: "m", Tested: [3][3]int{{80, 15, 5}, {25, 60, 15}, {5, 10, 85}}})
	if err := s.Count(ctx, minyi.DefaultTenant, ids[:2]); err != nil {
		t.Fatal(err)
	}
	step.Advance(treeFor + time.Second)
	for range 2 {
		if err := s.Aggregate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.followTrees(ctx); err != nil {
			t.Fatal(err)
		}
	}
	month := minyi.Slice{From: "2026-05-01", To: "2026-05-31"}
	if got, want := packed(t, tableByUnit(t, s, month)), packed(t, computedTable(t, s, month)); got != want {
		t.Errorf("the table\n got %s\nwant %s", got, want)
	}
	report, err := s.Recount(ctx, RecountRequest{From: w, Verify: true})
	if err != nil || !report.Equal || report.Answers != 59 {
		t.Errorf("%+v %v", report, err)
	}
}
