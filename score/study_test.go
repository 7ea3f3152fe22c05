package score_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"minyi"
	"minyi/score"
	"minyi/score/scoretest"
	"minyi/score/stat"
)

// put counts answers made by hand.
func put(t *testing.T, s *score.Service, w *scoretest.World, n int, change func(i int, f *minyi.AnswerFacts)) {
	t.Helper()
	var ids []minyi.AnswerID
	for i := range n {
		f := minyi.AnswerFacts{Answer: minyi.AnswerID(strings.Repeat("x", i%7) + string(rune('A'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))), Questionnaire: "q", Version: 1,
			Family: minyi.FamilyCaseClosed, Unit: "e1", Audience: minyi.Resident, Channel: minyi.ChannelPage, Day: "2026-05-01", Counts: true, Values: map[string]minyi.Value{}}
		change(i, &f)
		w.Put(f)
		ids = append(ids, f.Answer)
	}
	if err := s.Count(context.Background(), minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestWeighingByHand: 80 of 100 answers come from 住房 and 20 from 交通, the
// population is half and half, so weights are 0.625 and 2.5.
func TestWeighingByHand(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	put(t, s, w, 105, func(i int, f *minyi.AnswerFacts) {
		f.Category = "住房"
		v := 5
		switch {
		case i >= 100:
			f.Category = "其他"
		case i >= 80:
			f.Category, v = "交通", 1
		}
		f.Values[minyi.TagHandling] = minyi.Value{V: v, K: 5}
	})
	if _, err := s.Weigh(ctx, score.WeighRequest{}); err == nil || !strings.Contains(err.Error(), "targets") {
		t.Fatalf("without targets: %v", err)
	}
	imp := func(text string, dry bool) score.TargetsReport {
		t.Helper()
		r, err := s.ImportTargets(ctx, score.ImportRequest{Tenant: minyi.DefaultTenant, File: "人口.csv", By: "李四", DryRun: dry}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := imp("margin,class,share\ncategory,住房,0.5\ncategory,住房,0.5\n,交通,1\ncategory,交通,-1\ncategory,环保,many\n", false); len(r.Faults) != 4 || r.Faults[0].Line != 3 {
		t.Fatalf("bad rows: %+v", r.Faults)
	}
	imp("变量,类别,占比\ncategory,住房,1200000\ncategory,交通,1200000\n", true)
	if got, err := s.Targets(ctx, minyi.DefaultTenant); err != nil || len(got.Targets) != 0 {
		t.Fatalf("a dry run or a file with faults was kept: %+v %v", got, err)
	}
	imp("变量,类别,占比\ncategory,住房,50%\ncategory,交通,50%\n", false)
	got, err := s.Weigh(ctx, score.WeighRequest{Low: -1, High: -1})
	if err != nil {
		t.Fatal(err)
	}
	deff := stat.Kish([]float64{.625, .625, .625, .625, 2.5}) // four to one, as eighty to twenty
	if got.N != 100 || got.Outside != 5 || got.Trimmed != 0 || math.Abs(got.Design-deff) > 1e-9 || math.Abs(got.Effective-100/deff) > 1e-6 || got.Targets != "人口.csv" {
		t.Errorf("%+v, want a design effect of %v", got, deff)
	}
	if m := got.Margins[1]; m.Class != "交通" || m.Cases != 20 || m.Before != .2 || math.Abs(m.After-.5) > 1e-6 {
		t.Errorf("交通: %+v", m)
	}
	if f := got.Figures[0]; f.Name != "办理满意率" || math.Abs(f.Plain-80) > 1e-9 || math.Abs(f.Weighted-50) > 1e-4 || f.Low >= f.Weighted || f.High <= f.Weighted || f.Interval != "wilson" {
		t.Errorf("%+v", f)
	}
	if cut, err := s.Weigh(ctx, score.WeighRequest{High: 2}); err != nil || cut.Trimmed != 20 || cut.Off < .05 || cut.Design >= got.Design {
		t.Errorf("trimmed at 2: %+v %v", cut, err)
	}
	imp("margin,class,share\ncategory,住房,1\ncategory,供水,1\n", false)
	if _, err := s.Weigh(ctx, score.WeighRequest{}); err == nil || !strings.Contains(err.Error(), "供水") {
		t.Errorf("a class without answers: %v", err)
	}
}

func TestReliabilityOfLiveAnswers(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	items := [][]float64{{5, 4, 2, 5, 3, 1}, {5, 5, 1, 4, 3, 2}, {4, 4, 2, 5, 2, 1}}
	put(t, s, w, 7, func(i int, f *minyi.AnswerFacts) {
		f.Family = minyi.FamilyTrust
		for k, tag := range []string{"trust", "awareness", "standing"} {
			if i < 6 {
				f.Values[tag] = minyi.Value{V: int(items[k][i]), K: 5}
			}
		}
		if i == 6 { // an item is missing: no complete case
			f.Values["trust"] = minyi.Value{V: 5, K: 5}
		}
	})
	want := stat.Alpha(items)
	for _, items := range []string{"", "trust, awareness,standing"} {
		got, err := s.Reliability(context.Background(), score.ReliabilityRequest{Items: items})
		if err != nil || len(got.Scales) != 1 {
			t.Fatal(got, err)
		}
		sc := got.Scales[0]
		if sc.N != 6 || math.Abs(*sc.Alpha-want.Alpha) > 1e-9 || len(sc.Items) != 3 || sc.Items[0].Total == nil || *sc.Items[0].Without > 1 {
			t.Errorf("items %q: %+v, want α %v", items, sc, want.Alpha)
		}
	}
	put(t, s, w, 30, func(i int, f *minyi.AnswerFacts) {
		f.Family = minyi.FamilyTrust
		for k, tag := range []string{"trust", "awareness", "standing"} {
			f.Values[tag] = minyi.Value{V: 1 + (i+i*k%2)%5, K: 5}
		}
	})
	got, err := s.Reliability(context.Background(), score.ReliabilityRequest{})
	if err != nil || got.Scales[0].Low == nil || *got.Scales[0].Low > *got.Scales[0].Alpha || *got.Scales[0].High < *got.Scales[0].Alpha {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := s.Reliability(context.Background(), score.ReliabilityRequest{Items: "trust"}); err == nil {
		t.Error("one item is a scale")
	}
}

// TestSmallCellsCannotBeWorkedOut: with the totals of rows and columns known,
// each hidden cell still has another value that it could be.
func TestSmallCellsCannotBeWorkedOut(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	put(t, s, w, 62, func(i int, f *minyi.AnswerFacts) {
		f.Unit = []minyi.UnitID{"east", "west"}[i%2]
		f.Channel = minyi.ChannelSMS
		if i < 3 { // two in the east and one in the west
			f.Channel = minyi.ChannelVoice
		}
		f.Values[minyi.TagHandling] = minyi.Value{V: 5, K: 5}
	})
	got, err := s.Cross(context.Background(), score.CrossRequest{})
	if err != nil || got.K != 5 || got.Total != 62 || got.Hidden != 4 {
		t.Errorf("%+v %v", got, err)
	}
	if all, err := s.Cross(context.Background(), score.CrossRequest{K: -1}); err != nil || all.Hidden != 0 || *all.Cells[0][1] != 2 {
		t.Errorf("%+v %v", all, err)
	}
	study, err := s.Study(context.Background(), minyi.StudyRequest{})
	sections := map[string]int{}
	for _, l := range study.Lines {
		sections[l.Section]++
	}
	if err != nil || sections["cells"] != 4 || sections["weights"] != 1 || sections["response"] == 0 {
		t.Errorf("%v %v", sections, err)
	}
}

// TestBreakdownByEverything: the parts of each attribute are there, add up, and
// are compared with the month before.
func TestBreakdownByEverything(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	put(t, s, w, 200, func(i int, f *minyi.AnswerFacts) {
		f.Unit = []minyi.UnitID{"e1", "west"}[i%2]
		f.Category = []string{"住房", "交通"}[i/2%2]
		f.Day = []string{"2026-04-10", "2026-05-10"}[i/100]
		v := 5
		if i >= 100 && i%4 != 0 {
			v = 1 // May is far worse
		}
		f.Values[minyi.TagHandling] = minyi.Value{V: v, K: 5}
		f.Values[minyi.TagResolved] = minyi.Value{V: 1 + i%2, K: 2}
	})
	ctx := context.Background()
	for by, parts := range map[string]int{"unit": 2, "audience": 1, "channel": 1, "campaign": 1, "family": 1, "category": 2, "question": 2, "province": 1, "region": 1, "rank": 1, "tier": 1,
		"day": 31, "week": 5, "month": 1, "quarter": 1, "year": 1, "rolling": 1} {
		got, err := s.Breakdown(ctx, score.BreakdownRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}, By: by, Path: "办理满意率"})
		if err != nil || len(got.Parts) != parts {
			t.Errorf("by %s: %d parts, want %d %v", by, len(got.Parts), parts, err)
			continue
		}
		total := 0
		for _, p := range got.Parts {
			total += p.Answers
			compared := by == "month" || by == "unit" || by == "category" || by == "channel" || by == "region"
			if compared && (p.Previous == nil || p.Previous.Arrow != "down" || p.Previous.From != "2026-04-01") {
				t.Errorf("by %s, %s: %+v", by, p.Key, p.Previous)
			}
		}
		if want := map[string]int{"question": 200, "rolling": 200}[by]; total != 100 && total != want {
			t.Errorf("by %s the parts hold %d answers", by, total)
		}
	}
	got, err := s.Breakdown(ctx, score.BreakdownRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}, By: "question"})
	if err != nil || got.Parts[0].Key != minyi.TagHandling || *got.Parts[0].Figure.Score != 25 || got.Parts[0].Previous.Arrow != "down" || *got.Parts[1].Figure.Score != 50 || got.Parts[1].Figure.Method != "wilson" {
		t.Errorf("by question: %+v %v", got.Parts, err)
	}
	if hidden, err := s.Breakdown(ctx, score.BreakdownRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}, By: "unit", K: 60}); err != nil || len(hidden.Parts) != 0 || hidden.Hidden != 2 {
		t.Errorf("%+v %v", hidden, err)
	}
	for _, req := range []score.BreakdownRequest{{By: "colour"}, {By: "unit", Path: "总体感觉"}, {By: "month"}} {
		if _, err := s.Breakdown(ctx, req); err == nil {
			t.Errorf("taken: %+v", req)
		}
	}
}
