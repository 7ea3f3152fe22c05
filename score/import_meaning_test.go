package score_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"minyi"
	"minyi/score"
	"minyi/score/methods"
	"minyi/score/scoretest"
)

// importing gives what imports files into a service.
func importing(t *testing.T, s *score.Service) func(string) score.ImportReport {
	return func(text string) score.ImportReport {
		t.Helper()
		r, err := s.ImportIndicators(context.Background(), score.ImportRequest{Tenant: minyi.DefaultTenant, File: "f.csv", Period: "2025"}, strings.NewReader("unit,indicator,score,period\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

// TestRatioOfManyPeriods: calls imported by month are a year's calls when the
// year is asked for, and a part of one is scaled to it.
func TestRatioOfManyPeriods(t *testing.T) {
	const at = "总体感知/品牌宣传/热线利用率"
	s := service(t, scoretest.NewWorld(units...), nil)
	var file strings.Builder
	for month, calls := range []int{900, 1200, 300, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1600} {
		fmt.Fprintf(&file, "east,%s/来电量,%d,2025-%02d\n", at, calls, month+1)
	}
	fmt.Fprintf(&file, "east,%s/常住人口,48000,2025\n", at)
	if r := importing(t, s)(file.String()); r.Added != 13 || len(r.Faults) > 0 {
		t.Fatalf("%+v", r)
	}
	for _, c := range []struct {
		from, to string
		calls    float64
	}{{"2025-01-01", "2025-12-31", 12000}, {"2025-01-01", "2025-03-31", 2400 * 365.0 / 90}, {"2025-02-01", "2025-02-28", 1200 * 365.0 / 28}} {
		sheet, err := s.Sheet(context.Background(), minyi.SheetRequest{Slice: minyi.Slice{Unit: "east", From: c.from, To: c.to}})
		if err != nil {
			t.Fatal(err)
		}
		f := figure(&sheet.Root, at)
		if f == nil || f.Num == nil || math.Abs(*f.Num-c.calls) > 1e-6 || math.Abs(*f.Score-c.calls/48000/0.5284*100) > 1e-6 || !strings.Contains(f.Formula, "2025，f.csv 第 14 行") {
			t.Errorf("%s…%s: %+v", c.from, c.to, f)
		}
	}
}

// TestNamesThatSeveralUnitsBear: 鼓楼区 is in four cities; whose value it is must
// be written as an id. The same unit, by id and by name, is one.
func TestNamesThatSeveralUnitsBear(t *testing.T) {
	s := service(t, scoretest.NewWorld(minyi.Unit{ID: "nj", Name: "南京市"}, minyi.Unit{ID: "nj-gl", Name: "鼓楼区", Parent: "nj"},
		minyi.Unit{ID: "fz", Name: "福州市"}, minyi.Unit{ID: "fz-gl", Name: "鼓楼区", Parent: "fz"}), nil)
	r := importing(t, s)("鼓楼区,服务渠道/亲和性/欢迎语,80,\nfz-gl,服务渠道/亲和性/欢迎语,70,\n" +
		"南京市,服务渠道/亲和性/欢迎语,60,2025-Q1\nnj,服务渠道/亲和性/欢迎语,61,2025Q1\n")
	if len(r.Faults) != 2 || r.Rows != 2 || len(r.Unknown) != 0 {
		t.Fatalf("%+v", r)
	}
	if f := r.Faults[0]; f.Line != 2 || !strings.Contains(f.ZH, "fz-gl、nj-gl") {
		t.Errorf("%+v", f)
	}
	if f := r.Faults[1]; f.Line != 5 || !strings.Contains(f.ZH, "第 4 行") {
		t.Errorf("%+v", f)
	}
}

// TestNoRankWithoutAGrade: a unit of which hardly anything is known does not
// lead the list.
func TestNoRankWithoutAGrade(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	fill(t, s, w, scoretest.NewSynthetic(4, may, 20, "west"), 200)
	importing(t, s)("east,总体感知/品牌宣传/优秀案例宣传,100,2026\n")
	got, err := s.Ranking(context.Background(), score.RankingRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Rows {
		if (r.Place > 0) != (r.Grade != "") || r.Unit == "east" && (r.Place != 0 || r.Why == "") {
			t.Errorf("%s has place %d and grade %q: %q", r.Unit, r.Place, r.Grade, r.Why)
		}
	}
}

// TestExplainedCountsAreTheFigures: of every rate of the shipped methods, with
// what is left out and without, the counts printed add up to what it is of.
func TestExplainedCountsAreTheFigures(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	ids := fill(t, s, w, scoretest.NewSynthetic(4, may, 20, "west"), 200)
	for i, a := range ids {
		w.Change(a, func(f *minyi.AnswerFacts) { f.Default, f.SetAside = i%5 == 0, i%7 == 0 })
	}
	if err := s.Count(context.Background(), minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(context.Background()); err != nil {
		t.Fatal(err)
	}
	m, err := methods.Preset("2023")
	if err != nil {
		t.Fatal(err)
	}
	for _, rate := range m.Rates {
		got, err := s.Explain(context.Background(), score.ExplainRequest{Path: rate.Name})
		if err != nil {
			t.Fatal(err)
		}
		var n, hits int64
		for _, k := range got.Counts {
			for v, c := range k.Values {
				n += c
				for _, r := range rate.Rate {
					if r == v+1 {
						hits += c
					}
				}
			}
		}
		if f := got.Figure; f.Num == nil || float64(n) != *f.Den || float64(hits) != *f.Num {
			t.Errorf("%s: counts give %d of %d, the figure %v of %v", rate.Name, hits, n, f.Num, f.Den)
		}
	}
}
