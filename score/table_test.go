package score

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/score/methods"
	"minyi/score/scoretest"
)

func packed(t *testing.T, rows []minyi.UnitRow) string {
	t.Helper()
	text, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// computedTable is the table without prepared lines and without memory.
func computedTable(t *testing.T, s *Service, slice minyi.Slice) []minyi.UnitRow {
	t.Helper()
	ctx := context.Background()
	m, err := s.ready(ctx, &slice, "")
	if err != nil {
		t.Fatal(err)
	}
	st, _, err := s.stateOf(ctx, slice.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	periods, _, err := s.periodsOf(ctx, slice, kindFor(slice))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := s.storedBelow(ctx, slice, periods, kindFor(slice))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.unitRows(ctx, m, st, slice, below{sheets: stored})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// byUnit puts the service's table in the order of its units.
func tableByUnit(t *testing.T, s *Service, slice minyi.Slice) []minyi.UnitRow {
	t.Helper()
	table, err := s.UnitTable(context.Background(), minyi.UnitTableRequest{Slice: slice})
	if err != nil {
		t.Fatal(err)
	}
	out := map[minyi.UnitID]minyi.UnitRow{}
	for _, r := range table.Rows {
		out[r.Unit] = r
	}
	rows := []minyi.UnitRow{}
	for _, r := range computedTable(t, s, slice) {
		rows = append(rows, out[r.Unit])
	}
	if len(rows) != len(out) {
		t.Fatalf("%d units, want %d", len(out), len(rows))
	}
	return rows
}

// TestPreparedLinesAreWhatIsComputed holds the table to a computation from the
// sums after answers, imports, a new measurement of the model and a changed
// tree, for months, years and odd days, before and after the lines are
// prepared anew.
func TestPreparedLinesAreWhatIsComputed(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, step := newService(t, w)
	rng := rand.New(rand.NewPCG(4, 4))
	syn := scoretest.NewSynthetic(4, may, 60, "e1", "e2", "w1", "east")
	check := func(when string) {
		t.Helper()
		for _, slice := range []minyi.Slice{
			{From: "2026-05-01", To: "2026-05-31"}, {From: "2026-01-01", To: "2026-12-31"}, {From: "2026-05-03", To: "2026-06-09"},
			{From: "2026-05-01", To: "2026-05-31", Unit: "east"}, {From: "2026-05-01", To: "2026-05-31", Audience: minyi.Enterprise},
			{From: "2026-05-01", To: "2026-05-31", Channel: minyi.ChannelSMS}} {
			if got, want := packed(t, tableByUnit(t, s, slice)), packed(t, computedTable(t, s, slice)); got != want {
				t.Fatalf("%s, %+v\n got %s\nwant %s", when, slice, got, want)
			}
		}
	}
	for round := range 6 {
		var ids []minyi.AnswerID
		for range 60 {
			f, text := syn.Answer()
			if rng.IntN(4) == 0 {
				f.Audience = minyi.Enterprise
			}
			w.Put(f)
			if text != nil {
				w.Analyse(*text)
			}
			ids = append(ids, f.Answer)
		}
		if err := s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
			t.Fatal(err)
		}
		check("before the sums")
		if err := s.Aggregate(ctx); err != nil {
			t.Fatal(err)
		}
		check("after the sums")
		switch round {
		case 1:
			if _, err := s.ImportIndicators(ctx, ImportRequest{Tenant: minyi.DefaultTenant, File: "x"}, strings.NewReader("unit,indicator,score,period\nwest,服务渠道/亲和性,70,2026\neast,总体感知/品牌宣传/优秀案例宣传,55,2026-05\nfar,服务体验,60,2026\n")); err != nil {
				t.Fatal(err)
			}
		case 2:
			w.Measure(minyi.TextErrors{Model: "m", Tested: [3][3]int{{80, 15, 5}, {25, 60, 15}, {5, 10, 85}}})
		case 3:
			moved := append([]minyi.Unit(nil), smallTree...)
			moved[2].Parent = "west"
			w.SetUnits(moved...)
		}
		step.Advance(treeFor + time.Second)
		if err := s.followTrees(ctx); err != nil {
			t.Fatal(err)
		}
		check("after the change")
		if err := s.Aggregate(ctx); err != nil {
			t.Fatal(err)
		}
		check("prepared anew")
	}
	for _, r := range tableByUnit(t, s, minyi.Slice{From: "2026-01-01", To: "2026-12-31"}) {
		if r.Unit == "far" && (len(r.Indicators) != 1 || *r.Indicators[0].Score != 60) {
			t.Errorf("a unit with imported values alone: %+v", r)
		}
	}
}

// TestMonthsOfTheTableAreRead and not computed: every line stands.
func TestMonthsOfTheTableAreRead(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(smallTree...)
	s, _ := newService(t, w)
	syn := scoretest.NewSynthetic(5, may, 20, "e1", "w1")
	var ids []minyi.AnswerID
	for range 80 {
		f, _ := syn.Answer()
		w.Put(f)
		ids = append(ids, f.Answer)
	}
	if err := s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	st, _, err := s.stateOf(ctx, minyi.DefaultTenant)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.method(minyi.DefaultTenant, "")
	if err != nil {
		t.Fatal(err)
	}
	slice := minyi.Slice{Tenant: minyi.DefaultTenant, Audience: minyi.Resident}
	units, all, err := s.linesBelow(ctx, m, st, slice, "2026-05")
	if err != nil || !all || len(units.lines) != 2 || len(units.sheets) != 0 {
		t.Fatal(units, all, err)
	}
	for u, row := range units.lines {
		if row.Score == nil || row.Score.Formula == "" || len(row.Indicators) < 2 {
			t.Errorf("%s has no line to read: %+v", u, row)
		}
	}
	st.Imported = map[minyi.UnitID]int64{"east": 1}
	if units, all, err = s.linesBelow(ctx, m, st, slice, "2026-05"); err != nil || !all || len(units.sheets["east"]) != 1 {
		t.Error("a line of another basis is taken", units, all, err)
	}
	line := sheet{Tenant: minyi.DefaultTenant, Unit: "east", Period: "2026-05", Kind: lineOf(minyi.Resident)}
	if err := s.store.sheets.Delete(ctx, line.id()); err != nil {
		t.Fatal(err)
	}
	if _, all, err = s.linesBelow(ctx, m, st, slice, "2026-05"); err != nil || all {
		t.Error("a unit without a line is left out of the table", err)
	}
}

// FuzzUnpackLine: what the store gives back damaged is no line, and no panic.
func FuzzUnpackLine(f *testing.F) {
	score, common := 71.5, wordsOf(&methods.Method{Root: "总分"})
	whole := packLine(line{"b", minyi.UnitRow{Unit: "u", Valid: 3, Score: &minyi.Figure{Path: "总分", Score: &score, N: 3}, Indicators: []minyi.Figure{{Path: "a", Level: 1}}}}, common)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte{lineForm, 2, 'b', 255, 255, 255, 255, 255, 255, 255, 255, 127})
	f.Fuzz(func(t *testing.T, b []byte) {
		row, ok := unpackLine(b, "b", common)
		if ok {
			if again, ok := unpackLine(packLine(line{"b", row}, common), "b", common); !ok || string(packLine(line{"b", row}, common)) != string(packLine(line{"b", again}, common)) {
				t.Fatalf("%+v, again %+v", row, again)
			}
		}
	})
}
