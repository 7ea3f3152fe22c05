package score_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/score"
	"minyi/score/scoretest"
	"minyi/score/stat"
)

// TestTrendShowsOnlyRealMovement: in June everyone is far happier than in May,
// in July as in June.
func TestTrendShowsOnlyRealMovement(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	for i, lift := range []float64{0, 1.2, 1.2} {
		syn := scoretest.NewSynthetic(uint64(i+1), time.Date(2026, time.Month(5+i), 1, 12, 0, 0, 0, minyi.Shanghai), 28, "e1")
		syn.Lift, syn.Prefix = lift, string(rune('a'+i))
		fill(t, s, w, syn, 150)
	}
	trend, err := s.Trend(ctx, score.TrendRequest{Slice: minyi.Slice{Unit: "east", From: "2026-05-01", To: "2026-07-31"}})
	if err != nil || len(trend.Points) != 3 {
		t.Fatal(trend, err)
	}
	may, june, july := trend.Points[0], trend.Points[1], trend.Points[2]
	if may.Previous != nil || june.Previous == nil || june.Previous.Arrow != "up" || june.Previous.Diff < 5 || june.Previous.From != "2026-05-01" {
		t.Errorf("June: %+v", june.Previous)
	}
	if july.Previous == nil || july.Previous.Arrow != "" {
		t.Errorf("July moved within chance: %+v", july.Previous)
	}
	rate, err := s.Trend(ctx, score.TrendRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-07-31"}, Path: "办理满意率"})
	if err != nil || rate.Points[1].Previous.Test != "two-proportions" || rate.Points[1].Previous.Arrow != "up" {
		t.Errorf("%+v %v", rate.Points, err)
	}
	if _, err := s.Trend(ctx, score.TrendRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-07-31"}, Path: "满意"}); err == nil || !strings.Contains(err.Error(), "near it") {
		t.Errorf("an unknown indicator: %v", err)
	}
}

// TestTheYearBeforeIsTestedOnce: for a year, the period before and a year ago
// are one change; both are shown, and corrected as the one test that they are.
func TestTheYearBeforeIsTestedOnce(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	for i, year := range []int{2025, 2026} {
		syn := scoretest.NewSynthetic(uint64(i+1), time.Date(year, 3, 1, 12, 0, 0, 0, minyi.Shanghai), 200, "e1")
		syn.Lift, syn.Prefix = 0.25*float64(i), strconv.Itoa(i)
		fill(t, s, w, syn, 120)
	}
	slice := minyi.Slice{Unit: "east", From: "2025-01-01", To: "2026-12-31"}
	trend, err := s.Trend(ctx, score.TrendRequest{Slice: slice, Grain: score.Yearly, Path: "办理满意率"})
	if err != nil || len(trend.Points) != 2 {
		t.Fatal(trend, err)
	}
	p := trend.Points[1]
	if p.Previous == nil || p.YearAgo == nil || *p.Previous != *p.YearAgo {
		t.Fatalf("previous %+v, a year ago %+v", p.Previous, p.YearAgo)
	}
	one := stat.TwoProportions(*p.Figure.Num, *p.Figure.Den, *trend.Points[0].Figure.Num, *trend.Points[0].Figure.Den)
	if math.Abs(p.Previous.P-one.P) > 1e-12 {
		t.Errorf("p is %v, of the one test %v", p.Previous.P, one.P)
	}
}

// TestBreakdownPartsAddUp: the parts of every breakdown hold all answers.
func TestBreakdownPartsAddUp(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	fill(t, s, w, scoretest.NewSynthetic(4, may, 40, "e1", "e2"), 300)
	w.Put(minyi.AnswerFacts{Answer: "co", Questionnaire: "q", Version: 1, Family: minyi.FamilyEnterprise, Unit: "e1", Audience: minyi.Enterprise,
		Channel: minyi.ChannelPage, Day: "2026-05-02", Counts: true, Values: map[string]minyi.Value{minyi.TagHotline: {V: 5, K: 5}}})
	if err := s.Count(ctx, minyi.DefaultTenant, []minyi.AnswerID{"co"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	for by, want := range map[string][2]int{"channel": {3, 300}, "category": {4, 300}, "campaign": {1, 300}, "family": {1, 300}, "audience": {2, 301}} {
		b, err := s.Breakdown(ctx, score.BreakdownRequest{Slice: minyi.Slice{Unit: "east"}, By: by})
		if err != nil {
			t.Fatal(by, err)
		}
		sum := 0
		for _, p := range b.Parts {
			sum += p.Answers
			if p.Figure == nil || len(p.Rates) == 0 {
				t.Errorf("%s %s has no figures", by, p.Key)
			}
		}
		if len(b.Parts) != want[0] || sum != want[1] {
			t.Errorf("by %s: %d parts with %d answers, want %v", by, len(b.Parts), sum, want)
		}
	}
	b, err := s.Breakdown(ctx, score.BreakdownRequest{Slice: minyi.Slice{Unit: "east"}, By: "audience", K: 5})
	if err != nil || b.Hidden != 2 || len(b.Parts) != 0 {
		t.Errorf("one enterprise can be worked out: %+v %v", b, err)
	}
	if _, err := s.Breakdown(ctx, score.BreakdownRequest{By: "weather"}); err == nil {
		t.Error("an attribute that is none was taken")
	}
}

// TestBreakdownByPlace: a nation of two provinces and four cities.
func TestBreakdownByPlace(t *testing.T) {
	w := scoretest.NewWorld(minyi.Unit{ID: "gd", Name: "广东省"}, minyi.Unit{ID: "gz", Name: "广州市", Parent: "gd"}, minyi.Unit{ID: "sg", Name: "韶关", Parent: "gd"},
		minyi.Unit{ID: "hlj", Name: "黑龙江省"}, minyi.Unit{ID: "230100", Name: "冰城", Parent: "hlj"}, minyi.Unit{ID: "x", Name: "开发区"})
	s := service(t, w, nil)
	fill(t, s, w, scoretest.NewSynthetic(8, may, 20, "gz", "sg", "230100", "x"), 200)
	for by, want := range map[string]string{"region": "东北 其他 华南", "rank": "其他 地级市 省会", "tier": "一线 二线 其他 四线", "province": "其他 广东省 黑龙江省"} {
		b, err := s.Breakdown(context.Background(), score.BreakdownRequest{By: by})
		if err != nil {
			t.Fatal(by, err)
		}
		var keys []string
		sum := 0
		for _, p := range b.Parts {
			keys, sum = append(keys, p.Key), sum+p.Answers
		}
		slices.Sort(keys)
		wanted := strings.Fields(want)
		slices.Sort(wanted)
		if !slices.Equal(keys, wanted) || sum != 200 {
			t.Errorf("by %s: %v with %d answers", by, keys, sum)
		}
	}
}

// TestRanking: two units print the same score, one is behind and has risen,
// one has too few answers.
func TestRanking(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(minyi.Unit{ID: "a"}, minyi.Unit{ID: "b"}, minyi.Unit{ID: "c"}, minyi.Unit{ID: "d"})
	s := service(t, w, nil)
	var ids []minyi.AnswerID
	rate := func(unit minyi.UnitID, day string, good, bad int) {
		for i := range good + bad {
			v := 5
			if i >= good {
				v = 1
			}
			id := minyi.AnswerID(string(unit) + day + strconv.Itoa(i))
			w.Put(minyi.AnswerFacts{Answer: id, Questionnaire: "q", Version: 1, Family: minyi.FamilyCaseClosed, Unit: unit, Audience: minyi.Resident,
				Channel: minyi.ChannelSMS, Day: day, Counts: true, Values: map[string]minyi.Value{minyi.TagHandling: {V: v, K: 5}}})
			ids = append(ids, id)
		}
	}
	rate("a", "2026-05-02", 45, 5)
	rate("b", "2026-05-03", 90, 10)
	rate("c", "2026-05-04", 80, 20)
	rate("c", "2026-04-04", 30, 70)
	rate("b", "2026-04-04", 89, 11)
	rate("d", "2026-05-04", 3, 0)
	if err := s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	r, err := s.Ranking(ctx, score.RankingRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}, Path: "总体感知/企业和群众评价/回访满意度"})
	if err != nil || len(r.Rows) != 4 {
		t.Fatal(r, err)
	}
	var got []string
	for _, row := range r.Rows {
		arrow := ""
		if row.Previous != nil {
			arrow = row.Previous.Arrow + "~"
		}
		got = append(got, fmt.Sprint(row.Unit, row.Place, row.Tied, row.Grade, arrow, row.Why))
	}
	want := []string{"a1 trueA+", "b1 trueA+~", "c3 falseB+up~", "d0 false样本不足，不参与排名"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
