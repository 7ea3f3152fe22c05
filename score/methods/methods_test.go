package methods_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"minyi/score/methods"
)

func TestPresetsStand(t *testing.T) {
	all, err := methods.Presets()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no presets")
	}
	for _, m := range all {
		checkShares(t, m.Name(), m.Tree)
		if m.Table.Score == "" {
			t.Errorf("%s: the unit table names no score", m.Name())
		}
	}
}

func checkShares(t *testing.T, name string, nodes []methods.Node) {
	t.Helper()
	if len(nodes) == 0 {
		return
	}
	var sum float64
	for _, n := range nodes {
		sum += n.Share
		checkShares(t, name, n.Children)
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("%s: shares beside %s sum to %v", name, nodes[0].Path, sum)
	}
}

func Test2023HasTheTreeOfTheIndex(t *testing.T) {
	m, err := methods.Preset("2023")
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	m.Walk(func(_ *methods.Node, depth int) { count[depth]++ })
	if count[1] != 3 || count[2] != 9 || count[3] != 40 {
		t.Errorf("levels hold %v indicators, want 3, 9 and 40", count)
	}
	n, ok := m.Find("总体感知/品牌宣传")
	if !ok || n.Weight != 40 || math.Abs(n.Share-0.4) > 1e-12 {
		t.Errorf("品牌宣传: %+v", n)
	}
	leaf, _ := m.Find("总体感知/品牌宣传/信任度")
	if !leaf.Equal || math.Abs(leaf.Share-1.0/6) > 1e-12 {
		t.Errorf("信任度 is not one sixth by rule: %+v", leaf)
	}
	if !m.IsPart("总体感知/品牌宣传/热线利用率/常住人口") || m.IsPart("总体感知/品牌宣传/热线利用率") {
		t.Error("parts of a ratio are told wrongly from indicators")
	}
}

func TestUnknownPresetNamesTheKnown(t *testing.T) {
	_, err := methods.Preset("2022")
	if err == nil || !strings.Contains(err.Error(), "2023") {
		t.Fatalf("got %v", err)
	}
}

// TestWrongFile breaks the preset in one place at a time: the path, the line
// and the reason must lead there.
func TestWrongFile(t *testing.T) {
	good, err := os.ReadFile("2023.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, path, reason string }{
		"unknown key":      {"places: 2", "plases: 2", "plases", "unknown key"},
		"no weight":        {"    weight: 40\n    children:\n      - name: 互动体验", "    children:\n      - name: 互动体验", "tree/2/weight", "is missing"},
		"zero weight":      {"weight: 60", "weight: 0", "tree/3/children/1/weight", "above 0"},
		"bad weight":       {"weight: 60", "weight: many", "tree/3/children/1/weight", "must be a number"},
		"equal and weight": {"{name: 知晓度,", "{name: 知晓度, weight: 2,", "tree/3/children/2/children/2/weight", "equal"},
		"no source":        {"{name: 知晓度, from: [{survey: awareness, mean: linear}]}", "{name: 知晓度}", "tree/3/children/2/children/2", "either children or from"},
		"two kinds":        {"{text: negative, invert: true, error: measured}", "{text: negative, imported: true}", "from/1", "one of survey"},
		"rate beyond k":    {"{survey: channels, rate: [2], of: 2}", "{survey: channels, rate: [3], of: 2}", "rate/1", "outside 1…2"},
		"falling scale":    {"[[0, 0], [0.2, 100]]", "[[0.2, 0], [0, 100]]", "scale/2", "must rise"},
		"bands disorder":   {"{grade: A, from: 85}", "{grade: A, from: 95}", "grades/bands/2", "must fall"},
		"no last band":     {"{grade: E, from: 0}", "{grade: E, from: 10}", "grades/bands", "start at 0"},
		"same name":        {"name: 现状评价", "name: 知晓度", "tree/3/children/2/children/3", "two siblings"},
		"no frame":         {"  enterprise: 受邀企业(名单内或来电企业)\n", "", "frames/enterprise", "is missing"},
		"rule":             {"missing: reweight", "missing: zero", "missing", "not one of"},
		"table":            {"resolved: 解决率", "resolved: 办结率", "table/resolved", "rates has no"},
		"channel":          {"channels: [open]", "channels: [fax]", "exclude/channels/1", "no channel"},
		"misplaced key":    {"{name: 欢迎语, from: [{imported: true}]}", "{name: 欢迎语, from: [{imported: true, rate: [1]}]}", "from/1/rate", "means nothing"},
		"schema":           {"schema: 1", "schema: 9", "schema", "reads schema 1"},
		"weights off":      {"weight: 60", "weight: 50", "tree/3/children", "sum to 90, not 100"},
		"negative weight":  {"weight: 60", "weight: -60", "tree/3/children/1/weight", "outside"},
		"weight not a num": {"weight: 60", "weight: .nan", "tree/3/children/1/weight", "must be a number"},
		"infinite weight":  {"weight: 60", "weight: .inf", "tree/3/children/1/weight", "must be a number"},
		"unknown mean":     {"{survey: awareness, mean: linear}", "{survey: awareness, mean: logit}", "from/1/mean", "not one of linear"},
		"value twice":      {"rate: [3, 4, 5], of: 5}]}\n          - {name: 回访", "rate: [3, 3, 5], of: 5}]}\n          - {name: 回访", "rate/2", "given twice"},
		"table value":      {"{survey: awareness, mean: linear}", "{survey: awareness, mean: {1: 0, 1: 0, 2: 100}}", "from/1/mean/1", "each once"},
		"table gap":        {"{survey: awareness, mean: linear}", "{survey: awareness, mean: {1: 0, 3: 100}}", "from/1/mean", "value 2 is missing"},
		"bands alike":      {"{grade: A, from: 85}", "{grade: A, from: 90}", "grades/bands/2", "must fall"},
		"grade twice":      {"{grade: A, from: 85}", "{grade: A+, from: 85}", "grades/bands/2", "given twice"},
		"indentation":      {"        weight: 60\n", "       weight: 60\n", "bad.yaml", "not valid YAML"},
		"tab":              {"        weight: 60\n", "\tweight: 60\n", "bad.yaml", "not valid YAML"},
		"cycle":            {"      - name: 亲和性\n        weight: 20\n        weights: equal\n        children:\n", "      - &a\n        name: 亲和性\n        weight: 20\n        weights: equal\n        children:\n          - *a\n", "tree/1/children/1/children/1", "or to itself"},
		"alias":            {"source: >-", "x: *b\nsource: >-", "bad.yaml", "not valid YAML"},
		"two documents":    {"rates:\n", "---\nrates:\n", "bad.yaml", "second document"},
		"root twice":       {"root: 总分", "root: 总体感知", "root", "level-1"},
		"slash in name":    {"name: 知晓度", "name: 知晓/度", "children/2/name", "must not hold"},
		"id with @":        {"id: \"2023\"", "id: 2023@7", "id", "letters, digits"},
		"version 1.5":      {"version: 2", "version: 1.5", "version", "whole number"},
		"no source left":   {"{name: 知晓度, from: [{survey: awareness, mean: linear}]}", "{name: 知晓度, from: []}", "children/2/from", "at least one source"},
		"error misplaced":  {"{text: suggestion, scale", "{text: suggestion, error: measured, scale", "from/1/error", "only negative"},
		"parts alike":      {"num: 来电量, den: 常住人口", "num: 来电量, den: 来电量", "from/1/ratio", "two names"},
		"only child":       {"tree:\n", "tree:\n  - {name: 甲, weight: 50, from: [{imported: true}]}\nx:\n", "tree", "sum to 50, not 100"},
		"inverted scale":   {"{text: suggestion, scale", "{text: suggestion, invert: true, scale", "from/1/invert", "turn its scores over"},
		"one value":        {"{survey: awareness, mean: linear}", "{survey: awareness, mean: {1: 50}}", "from/1/mean", "at least two"},
		"line break":       {"name: 知晓度", "name: \"知晓\\n度\"", "children/2/name", "line break"},
		"too long":         {"tree:\n", "# " + strings.Repeat("long ", 1<<18) + "\ntree:\n", "bad.yaml", "over 1 MB"},
		"too many":         {"tree:\n", "tree:\n" + strings.Repeat("  - {name: a, weight: 1, from: [{imported: true}]}\n", 1001), "tree/1001", "more than 1000"},
		"not text":         {"title: 2023", "title: \xff\xfe\xb3 2023", "bad.yaml", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(good), c.old) {
				t.Fatalf("the preset no longer holds %q", c.old)
			}
			bad := strings.Replace(string(good), c.old, c.new, 1)
			_, err := methods.Parse("bad.yaml", []byte(bad))
			if err == nil {
				t.Fatal("taken")
			}
			if !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), c.reason) || !strings.Contains(err.Error(), "line ") {
				t.Errorf("%v\nwant path %q and reason %q", err, c.path, c.reason)
			}
		})
	}
}

func TestNothingIsNoMethod(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# only a comment\n", "---\n", "null\n", "~"} {
		if _, err := methods.Parse("empty.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "empty") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"[]", "- a\n- b\n", "just words", "3"} {
		if _, err := methods.Parse("x.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "mapping") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestOneFaultIsToldOnce: a weight that cannot be read is neither zero nor a
// wrong sum.
func TestOneFaultIsToldOnce(t *testing.T) {
	good, err := os.ReadFile("2023.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = methods.Parse("x.yaml", []byte(strings.Replace(string(good), "weight: 60", "weight: 60%", 1)))
	if err == nil || strings.Count(err.Error(), "line ") != 1 {
		t.Errorf("%v", err)
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	_, err := methods.Parse("x.yaml", []byte("schema: 2\nid: x\ncolour: red\n"))
	for _, want := range []string{"schema", "colour", "title", "tree", "line 1", "line 3"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from %v", want, err)
		}
	}
}

func TestGradesByShareTreatTiesAlike(t *testing.T) {
	g := methods.Grades{Shares: []methods.Share{{"A", 25}, {"B", 50}, {"C", 25}}}
	got := g.All([]float64{10, 90, 50, 50})
	if want := "C A B B"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	if good, err := os.ReadFile("2023.yaml"); err == nil {
		f.Add(good)
	}
	f.Add([]byte("tree: [1, {name: x}]"))
	f.Add([]byte("- - -"))
	f.Add([]byte("rates: {a: 1}\ngrades: [x]\nexclude: 3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := methods.Parse("f.yaml", b)
		if (m == nil) == (err == nil) {
			t.Fatalf("method %v and error %v", m, err)
		}
	})
}
