package tree_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"minyi"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

func preset(t testing.TB) *methods.Method {
	t.Helper()
	m, err := methods.Preset("2023")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answer is one row with these values, v of five unless the tag is yes/no.
func answer(i int, values map[string]int, change ...func(*minyi.AnswerFacts)) tally.Row {
	f := minyi.AnswerFacts{Answer: minyi.AnswerID(fmt.Sprint("a", i)), Rev: 1, Counts: true, Audience: minyi.Resident,
		Channel: minyi.ChannelPage, Family: minyi.FamilyCaseClosed, Values: map[string]minyi.Value{}}
	for tag, v := range values {
		k := 5
		if tag == minyi.TagResolved || tag == minyi.TagComplained {
			k = 2
		}
		f.Values[tag] = minyi.Value{V: v, K: k, DontKnow: v == 0}
	}
	for _, c := range change {
		c(&f)
	}
	return tally.RowOf(f, nil)
}

func figure(t testing.TB, f *minyi.Figure, path string) *minyi.Figure {
	t.Helper()
	if f.Path == path {
		return f
	}
	for i := range f.Children {
		if strings.HasPrefix(path, f.Children[i].Path) || f.Level == 0 {
			if hit := find(&f.Children[i], path); hit != nil {
				return hit
			}
		}
	}
	t.Fatalf("no figure %s", path)
	return nil
}

func find(f *minyi.Figure, path string) *minyi.Figure {
	if f.Path == path {
		return f
	}
	for i := range f.Children {
		if hit := find(&f.Children[i], path); hit != nil {
			return hit
		}
	}
	return nil
}

const eval = "总体感知/企业和群众评价/"

func TestLeavesByHand(t *testing.T) {
	s := tally.Sum{}
	n := 0
	add := func(times int, values map[string]int, change ...func(*minyi.AnswerFacts)) {
		for range times {
			n++
			s.Add(answer(n, values, change...))
		}
	}
	add(30, map[string]int{"handling": 5, "resolved": 2, "trust": 5, "complained": 1})
	add(8, map[string]int{"handling": 3, "resolved": 1, "trust": 3, "complained": 1})
	add(2, map[string]int{"handling": 1, "resolved": 1, "trust": 0, "complained": 2})
	add(3, map[string]int{"handling": 5}, func(f *minyi.AnswerFacts) { f.Default = true })
	add(4, map[string]int{"handling": 1}, func(f *minyi.AnswerFacts) { f.SetAside = true })
	add(5, map[string]int{"handling": 1}, func(f *minyi.AnswerFacts) { f.Channel = minyi.ChannelOpen })
	sheet := tree.Compute(preset(t), tree.Inputs{Sum: s})

	h := figure(t, &sheet.Root, eval+"回访满意度")
	wilson := stat.Wilson(38, 40, 0.95)
	if *h.Score != 95 || h.N != 40 || *h.Num != 38 || *h.Den != 40 || h.Method != "wilson" || math.Abs(*h.Low-100*wilson.Low) > 1e-9 {
		t.Errorf("回访满意度: %+v", *h)
	}
	if h.Excl != "系统默认评价 3，已剔除评价 4，开放链接评价（另列） 5" {
		t.Errorf("left out: %s", h.Excl)
	}
	if c := figure(t, &sheet.Root, eval+"工单投诉率"); *c.Score != 95 || *c.Num != 2 || *c.Den != 40 {
		t.Errorf("工单投诉率: %v = 100 − %v/%v", *c.Score, *c.Num, *c.Den)
	}
	trust := figure(t, &sheet.Root, "总体感知/品牌宣传/信任度")
	if want := (30*100.0 + 8*50) / 38; math.Abs(*trust.Score-want) > 1e-9 || trust.N != 38 || trust.Method != "t" || trust.Excl != "不了解/不清楚 2" {
		t.Errorf("信任度: %+v, want %v", *trust, want)
	}
	if sheet.Answers != 40 || sheet.SetAside != 4 || sheet.Defaults != 3 {
		t.Errorf("%d answers, %d set aside, %d defaults", sheet.Answers, sheet.SetAside, sheet.Defaults)
	}
	rates := map[string]minyi.Figure{}
	for _, r := range sheet.Rates {
		rates[r.Path] = r
	}
	if r := rates["办理满意率(含默认和剔除评价)"]; *r.Num != 41 || *r.Den != 47 {
		t.Errorf("with defaults and set-asides: %v/%v", *r.Num, *r.Den)
	}
	if r := rates["办理满意率(非常满意+满意)"]; *r.Num != 30 || *r.Den != 40 {
		t.Errorf("top-2-box: %v/%v", *r.Num, *r.Den)
	}
	eva := figure(t, &sheet.Root, strings.TrimSuffix(eval, "/"))
	if want := (95 + 75 + 95) / 3.0; math.Abs(*eva.Score-want) > 1e-9 || math.Abs(eva.Coverage-3.0/7) > 1e-9 || eva.N != 40 {
		t.Errorf("评价: %v (coverage %v, n %d), want %v", *eva.Score, eva.Coverage, eva.N, want)
	}
	if !strings.Contains(eva.Formula, "缺 话后满意度、办事后的体验总评") {
		t.Errorf("formula does not say what is missing: %s", eva.Formula)
	}
}

func TestUnderTheMinimumIsShortAndNotGraded(t *testing.T) {
	s := tally.Sum{}
	for i := range 29 {
		s.Add(answer(i, map[string]int{"handling": 5}))
	}
	m := preset(t)
	sheet := tree.Compute(m, tree.Inputs{Sum: s})
	if f := figure(t, &sheet.Root, eval+"回访满意度"); !f.Short || f.Grade != "" || f.Score == nil {
		t.Errorf("29 answers: %+v", *f)
	}
	s.Add(answer(99, map[string]int{"handling": 5}))
	sheet = tree.Compute(m, tree.Inputs{Sum: s})
	f := figure(t, &sheet.Root, eval+"回访满意度")
	if f.Short || f.Grade != "A+" {
		t.Errorf("30 answers: %+v", *f)
	}
	if *f.Low >= 95 || *f.High != 100 {
		t.Errorf("thirty of thirty leave no doubt: %v…%v", *f.Low, *f.High)
	}
	if r := sheet.Root; r.Grade != "" {
		t.Errorf("the root is graded on a coverage of %v", r.Coverage)
	}
}

func TestImportedParent(t *testing.T) {
	m := preset(t)
	in := map[string]tree.Imported{"服务渠道/亲和性": {Value: 76.07, Source: "表"}, "服务渠道/亲和性/欢迎语": {Value: 10}}
	sheet := tree.Compute(m, tree.Inputs{Imported: in})
	f := figure(t, &sheet.Root, "服务渠道/亲和性")
	if *f.Score != 76.07 || f.Source != "imported" || !strings.Contains(f.Formula, "优先于") {
		t.Errorf("an imported parent over imported children: %+v", *f)
	}
	s := tally.Sum{}
	for i := range 40 {
		s.Add(answer(i, map[string]int{"handling": 5}))
	}
	sheet = tree.Compute(m, tree.Inputs{Sum: s, Imported: map[string]tree.Imported{strings.TrimSuffix(eval, "/"): {Value: 1, Source: "表"}}})
	f = figure(t, &sheet.Root, strings.TrimSuffix(eval, "/"))
	if *f.Score != 100 || !strings.Contains(f.Excl, "未采用") {
		t.Errorf("an imported value silences living answers: %+v", *f)
	}
}

func TestRatioOfPartOfAYear(t *testing.T) {
	in := map[string]tree.Imported{
		"总体感知/品牌宣传/热线利用率/来电量":  {Value: 220, Total: 2642, Days: 73, Source: "表"},
		"总体感知/品牌宣传/热线利用率/常住人口": {Value: 50000, Source: "表"},
	}
	sheet := tree.Compute(preset(t), tree.Inputs{Imported: in})
	// 2642 calls in a fifth of a year are 13,210 a year: 26.42% of residents, half of 52.84%.
	if f := figure(t, &sheet.Root, "总体感知/品牌宣传/热线利用率"); math.Abs(*f.Score-50) > 1e-9 || *f.Num != 13210 {
		t.Errorf("%+v", *f)
	}
}

// TestTextErrorIsCorrected: a model that finds 80% of negative remarks and
// clears 90% of the others sees a share of 0.31 where 0.30 are negative.
func TestTextErrorIsCorrected(t *testing.T) {
	m := preset(t)
	leaf, _ := m.Find(eval + "开放性评价意见")
	leaf.Leaf.Sources[0].Error = &methods.TextError{Sensitivity: 0.8, Specificity: 0.9}
	s := tally.Sum{}
	for i := range 100 {
		polarity := 1
		if i < 31 {
			polarity = -1
		}
		f := minyi.AnswerFacts{Answer: minyi.AnswerID(fmt.Sprint(i)), Rev: 1, Counts: true, Remark: true, Audience: minyi.Resident}
		s.Add(tally.RowOf(f, &minyi.TextFacts{Rev: 1, Content: true, Polarity: polarity}))
	}
	sheet := tree.Compute(m, tree.Inputs{Sum: s})
	if f := figure(t, &sheet.Root, eval+"开放性评价意见"); math.Abs(*f.Score-70) > 1e-9 || *f.Num != 31 || *f.High-*f.Low < 20 {
		t.Errorf("%+v", *f)
	}
}

// TestCompositeIntervalIsTheDelta compares the interval from joint tables with
// one computed answer by answer, and with the bootstrap over answers.
func TestCompositeIntervalIsTheDelta(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const n = 400
	var rows []tally.Row
	s := tally.Sum{}
	for i := range n {
		r := respondent(rng, i)
		rows = append(rows, r)
		s.Add(r)
	}
	m := preset(t)
	f := figure(t, &[]minyi.Figure{tree.Compute(m, tree.Inputs{Sum: s}).Root}[0], "总体感知")
	if f.Method != "delta" || f.N != n {
		t.Fatalf("%+v", *f)
	}
	boot := stat.Bootstrap(n, 1000, 0.95, 7, func(drawn []int) float64 {
		s := tally.Sum{}
		for i, k := range drawn {
			for range k {
				s.Add(rows[i])
			}
		}
		sheet := tree.Compute(m, tree.Inputs{Sum: s})
		return *find(&sheet.Root, "总体感知").Score
	})
	if r := (*f.High - *f.Low) / (boot.High - boot.Low); r < 0.92 || r > 1.08 {
		t.Errorf("delta %.2f…%.2f, bootstrap %.2f…%.2f", *f.Low, *f.High, boot.Low, boot.High)
	}
}

// respondent answers everything by one mood, so that leaves are correlated.
func respondent(rng *rand.Rand, i int) tally.Row {
	mood := rng.NormFloat64()
	five := func() int { return int(max(1, min(5, math.Round(3.7+mood+0.8*rng.NormFloat64())))) }
	yes := 1
	if mood+rng.NormFloat64() > -0.5 {
		yes = 2
	}
	return answer(i, map[string]int{"handling": five(), "overall": five(), "process": five(), "awareness": five(), "trust": five(), "resolved": yes})
}

// TestCompositeCoverage draws many samples from a population whose score is
// known from a very large one: the interval must hold it 93–97 times in 100.
func TestCompositeCoverage(t *testing.T) {
	m := preset(t)
	rng := rand.New(rand.NewPCG(21, 22))
	sample := func(n int) *minyi.Figure {
		s := tally.Sum{}
		for i := range n {
			s.Add(respondent(rng, i))
		}
		sheet := tree.Compute(m, tree.Inputs{Sum: s})
		return find(&sheet.Root, "总体感知")
	}
	truth := *sample(120000).Score
	hits := 0
	const reps = 800
	for range reps {
		f := sample(200)
		if *f.Low <= truth && truth <= *f.High {
			hits++
		}
	}
	c := float64(hits) / reps
	t.Logf("composite of six leaves, n 200: coverage %.4f", c)
	if c < 0.93 || c > 0.97 {
		t.Errorf("coverage %.4f is outside 93–97%%", c)
	}
}

// twice is a person who rated the call and, with the same mood, the handling.
func twice(rng *rand.Rand, s tally.Sum, i int) {
	mood := rng.NormFloat64()
	five := func() int { return int(max(1, min(5, math.Round(3.4+mood+0.6*rng.NormFloat64())))) }
	person := fmt.Sprint("p", rng.Uint64())
	for _, a := range []struct {
		family minyi.Family
		values map[string]int
	}{{minyi.FamilyAfterCall, map[string]int{"hotline": five(), "overall": five()}}, {minyi.FamilyCaseClosed, map[string]int{"handling": five(), "process": five()}}} {
		s.Add(answer(i, a.values, func(f *minyi.AnswerFacts) {
			f.Answer = minyi.AnswerID(string(a.family) + strconv.Itoa(i))
			f.Family, f.Respondent = a.family, person
		}))
	}
}

// TestCoverageOfPeopleWhoAnswerTwice: everyone answers in two families. Taken
// for strangers, the interval would hold the truth far too rarely.
func TestCoverageOfPeopleWhoAnswerTwice(t *testing.T) {
	m := preset(t)
	rng := rand.New(rand.NewPCG(31, 32))
	sample := func(n int) *minyi.Figure {
		s := tally.Sum{}
		for i := range n {
			twice(rng, s, i)
		}
		sheet := tree.Compute(m, tree.Inputs{Sum: s})
		return find(&sheet.Root, "总体感知")
	}
	truth := *sample(80000).Score
	hits := 0
	const reps = 800
	for range reps {
		f := sample(200)
		if *f.Low <= truth && truth <= *f.High {
			hits++
		}
	}
	c := float64(hits) / reps
	t.Logf("composite over two families, the same people: coverage %.4f", c)
	if c < 0.93 || c > 0.97 {
		t.Errorf("coverage %.4f is outside 93–97%%", c)
	}
}
