package score_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"minyi"
	"minyi/internal/testenv"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

var numberForm = regexp.MustCompile(`-?\d+(\.\d+)?`)

// numbers gives every number of a text.
func numbers(s string) []float64 {
	var out []float64
	for _, m := range numberForm.FindAllString(s, -1) {
		v, _ := strconv.ParseFloat(m, 64)
		out = append(out, v)
	}
	return out
}

// TestTheMethodPageRecomputes computes every line of the blocks marked
// "worked" in docs/method.md with the program's own functions.
func TestTheMethodPageRecomputes(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(testenv.ProjectRoot(), "docs", "method.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, block := range regexp.MustCompile("(?s)```worked\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(block[1]) {
			seen++
			line = strings.TrimSpace(line)
			question, printed, ok := strings.Cut(line, " = ")
			word, rest, _ := strings.Cut(question, " ")
			work := workers[word]
			if !ok || work == nil {
				t.Errorf("%q: no one computes this", line)
				continue
			}
			got, want := work(t, rest), numberForm.FindAllString(printed, -1)
			if len(got) != len(want) {
				t.Errorf("%q: got %v", line, got)
				continue
			}
			for i, w := range want {
				v, _ := strconv.ParseFloat(w, 64)
				if math.Abs(got[i]-v) > printedWithin(w) {
					t.Errorf("%q: got %v", line, got)
				}
			}
		}
	}
	if seen < 25 {
		t.Errorf("only %d worked lines found", seen)
	}
}

// printedWithin is the rounding of a printed number: half its last digit.
func printedWithin(s string) float64 {
	_, decimals, _ := strings.Cut(s, ".")
	return 0.5*math.Pow10(-len(decimals)) + 1e-9
}

// workers compute a worked line's right side from its left.
var workers = map[string]func(t *testing.T, s string) []float64{
	"weighted": func(t *testing.T, s string) []float64 { return []float64{composite(t, s)} },
	"coverage": func(t *testing.T, s string) []float64 {
		return []float64{coverage(t, numbers(s))}
	},
	"likert": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		v, _ := (&methods.Source{Kind: methods.Survey}).Value(int(n[0]), int(n[1]))
		return []float64{v}
	},
	"rate": func(t *testing.T, s string) []float64 {
		spec, counts, _ := strings.Cut(s, " from ")
		n := numbers(spec)
		source := methods.Source{Kind: methods.Survey, Tag: minyi.TagHandling, Of: int(n[len(n)-1])}
		for _, v := range n[:len(n)-1] {
			source.Rate = append(source.Rate, int(v))
		}
		return []float64{leafScore(t, source, counts)}
	},
	"mean": func(t *testing.T, s string) []float64 {
		_, counts, _ := strings.Cut(s, " from ")
		return []float64{leafScore(t, methods.Source{Kind: methods.Survey, Tag: minyi.TagHandling}, counts)}
	},
	"table": func(t *testing.T, s string) []float64 {
		spec, counts, _ := strings.Cut(s, " from ")
		points, n := map[int]float64{}, numbers(spec)
		for i := 0; i < len(n); i += 2 {
			points[int(n[i])] = n[i+1]
		}
		return []float64{leafScore(t, methods.Source{Kind: methods.Survey, Tag: minyi.TagHandling, Points: points}, counts)}
	},
	"invert": func(t *testing.T, s string) []float64 {
		return []float64{leafScore(t, methods.Source{Kind: methods.Survey, Tag: minyi.TagHandling, Rate: []int{1}, Of: 5, Invert: true}, "5×1 95×5")}
	},
	"scale": func(t *testing.T, s string) []float64 {
		corners, x, _ := strings.Cut(s, " at ")
		var source methods.Source
		n := numbers(corners)
		for i := 0; i < len(n); i += 2 {
			source.Scale = append(source.Scale, methods.Point{At: n[i], Score: n[i+1]})
		}
		v, _ := source.Scaled(numbers(x)[0])
		return []float64{v}
	},
	"annual": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		m := method(t, "2023")
		const leaf = "总体感知/品牌宣传/热线利用率"
		sheet := tree.Compute(m, tree.Inputs{Imported: map[string]tree.Imported{
			leaf + "/来电量": {Value: n[0], Total: n[0], Days: int(n[1])}, leaf + "/常住人口": {Value: 1e6}}})
		return []float64{*figure(&sheet.Root, leaf).Num}
	},
	"corrected": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		return []float64{textShare(t, n[0], &methods.TextError{Sensitivity: n[1], Specificity: n[2]})}
	},
	"measured": func(t *testing.T, s string) []float64 { return measured(t, numbers(s)) },
	"suggested": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		sum := tally.Sum{}
		for i := range int(n[1]) {
			f := minyi.AnswerFacts{Answer: minyi.AnswerID(strconv.Itoa(i)), Rev: 1, Counts: true, Remark: true, Audience: minyi.Resident}
			sum.Add(tally.RowOf(f, &minyi.TextFacts{Rev: 1, Content: true, Suggestion: i < int(n[0])}))
		}
		m := leafMethod(t, methods.Source{Kind: methods.Text, Tag: "suggestion", Scale: []methods.Point{{At: 0, Score: 0}, {At: 0.2, Score: 100}}})
		leaf := tree.Compute(m, tree.Inputs{Sum: sum}).Root.Children[0]
		return []float64{*leaf.Score, *leaf.Low, *leaf.High}
	},
	"wilson": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		in := stat.Wilson(n[0], n[1], 0.95)
		return []float64{in.Low, in.High}
	},
	"t": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		in, _ := stat.Sample{N: n[0], Mean: n[1], Var: n[2] * n[2]}.Interval(stat.Quantiles(0.95))
		return []float64{in.Low, in.High}
	},
	"composite": func(t *testing.T, s string) []float64 { return twoLeaves(t, s) },
	"kish":      func(t *testing.T, s string) []float64 { return []float64{stat.Kish(numbers(s))} },
	"effective": func(t *testing.T, s string) []float64 { return []float64{stat.EffectiveN(numbers(s))} },
	"alpha": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		return []float64{stat.AlphaOf(int(n[0]), n[1], n[2])}
	},
	"holm": func(t *testing.T, s string) []float64 { return stat.Holm(numbers(s)) },
	"aapor": func(t *testing.T, s string) []float64 {
		n := numbers(s)
		r := stat.AAPOR(stat.Outcomes{I: n[0], P: n[1], R: n[2], NC: n[3], O: n[4], UH: n[5], UO: n[6], E: n[7]})
		return []float64{r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6}
	},
}

// composite weighs imported children: "60×80 40×none".
func composite(t *testing.T, s string) float64 {
	t.Helper()
	m := *method(t, "2023")
	m.Tree = nil
	in := map[string]tree.Imported{}
	var total float64
	for i, term := range strings.Fields(s) {
		w, v, _ := strings.Cut(term, "×")
		weight, err := strconv.ParseFloat(w, 64)
		if err != nil {
			t.Fatal(err)
		}
		total += weight
		name := string(rune('a' + i))
		m.Tree = append(m.Tree, methods.Node{Name: name, Path: name, Weight: weight, Leaf: &methods.Leaf{Sources: []methods.Source{{Kind: methods.Imported}}}})
		if x, err := strconv.ParseFloat(v, 64); err == nil {
			in[name] = tree.Imported{Value: x}
		}
	}
	for i := range m.Tree {
		m.Tree[i].Share = m.Tree[i].Weight / total
	}
	return *tree.Compute(&m, tree.Inputs{Imported: in}).Root.Score
}

// coverage of two children by weight, the second with data for one of its two
// equal leaves.
func coverage(t *testing.T, n []float64) float64 {
	t.Helper()
	if n[1] != 1 || n[3] != 0.5 {
		t.Fatal("the page's example must be one whole child and one half")
	}
	leaf := func(path string) methods.Node {
		return methods.Node{Name: path, Path: path, Share: 0.5, Leaf: &methods.Leaf{Sources: []methods.Source{{Kind: methods.Imported}}}}
	}
	whole := leaf("a")
	whole.Share = n[0] / (n[0] + n[2])
	m := *method(t, "2023")
	m.Tree = []methods.Node{whole, {Name: "b", Path: "b", Share: n[2] / (n[0] + n[2]), Children: []methods.Node{leaf("b/x"), leaf("b/y")}}}
	return tree.Compute(&m, tree.Inputs{Imported: map[string]tree.Imported{"a": {Value: 1}, "b/x": {Value: 1}}}).Root.Coverage
}

// leafMethod is a method whose tree is these sources, each a leaf.
func leafMethod(t *testing.T, sources ...methods.Source) *methods.Method {
	m := *method(t, "2023")
	m.Tree = nil
	for i, s := range sources {
		name := string(rune('a' + i))
		m.Tree = append(m.Tree, methods.Node{Name: name, Path: name, Share: 1 / float64(len(sources)), Leaf: &methods.Leaf{Sources: []methods.Source{s}}})
	}
	return &m
}

// leafScore counts answers such as "30×5 8×3": thirty of value 5, eight of 3.
func leafScore(t *testing.T, source methods.Source, counts string) float64 {
	t.Helper()
	sum, n := tally.Sum{}, 0
	v := numbers(counts)
	for i := 0; i < len(v); i += 2 {
		for range int(v[i]) {
			n++
			sum.Add(row(n, map[string]minyi.Value{source.Tag: {V: int(v[i+1]), K: 5}}))
		}
	}
	return *tree.Compute(leafMethod(t, source), tree.Inputs{Sum: sum}).Root.Score
}

func row(i int, values map[string]minyi.Value) tally.Row {
	return tally.RowOf(minyi.AnswerFacts{Answer: minyi.AnswerID(strconv.Itoa(i)), Rev: 1, Counts: true, Audience: minyi.Resident, Values: values}, nil)
}

// textShare gives the corrected share of negative remarks when a model sees
// this share in 1,000 remarks.
func textShare(t *testing.T, seen float64, e *methods.TextError) float64 {
	t.Helper()
	sum := tally.Sum{}
	for i := range 1000 {
		polarity := 1
		if float64(i) < seen*1000 {
			polarity = -1
		}
		f := minyi.AnswerFacts{Answer: minyi.AnswerID(strconv.Itoa(i)), Rev: 1, Counts: true, Remark: true, Audience: minyi.Resident}
		sum.Add(tally.RowOf(f, &minyi.TextFacts{Rev: 1, Content: true, Polarity: polarity}))
	}
	m := leafMethod(t, methods.Source{Kind: methods.Text, Tag: "negative", Error: e})
	return *tree.Compute(m, tree.Inputs{Sum: sum}).Root.Score / 100
}

// measured gives the share of complaints as called and as corrected, and its
// standard error, of counts n[0:3] by the table n[3:12].
func measured(t *testing.T, n []float64) []float64 {
	t.Helper()
	sum, i := tally.Sum{}, 0
	for class := range 3 {
		for range int(n[class]) {
			i++
			f := minyi.AnswerFacts{Answer: minyi.AnswerID(strconv.Itoa(i)), Rev: 1, Counts: true, Remark: true, Audience: minyi.Resident}
			sum.Add(tally.RowOf(f, &minyi.TextFacts{Rev: 1, Content: true, Polarity: class - 1}))
		}
	}
	errors := &tree.TextErrors{Model: "x"}
	for k := range 9 {
		errors.Tested[k/3][k%3] = int(n[3+k])
	}
	m := leafMethod(t, methods.Source{Kind: methods.Text, Tag: "negative", Measured: true})
	sheet, se := tree.ComputeWithErrors(m, tree.Inputs{Sum: sum, Errors: errors})
	leaf := sheet.Root.Children[0]
	if !strings.Contains(leaf.Formula, "校正前 50%") || !strings.Contains(leaf.Formula, "检验 300 条") {
		t.Errorf("the formula tells not of the correction: %s", leaf.Formula)
	}
	return []float64{100 * *leaf.Num / *leaf.Den, *leaf.Score, se[leaf.Path]}
}

// twoLeaves computes a composite of two means and its variance: the numbers
// are a weight and four scores, twice.
func twoLeaves(t *testing.T, s string) []float64 {
	t.Helper()
	n := numbers(s)
	sum := tally.Sum{}
	for i := range 4 {
		sum.Add(row(i, map[string]minyi.Value{"x": {V: int(n[1+i]/25) + 1, K: 5}, "y": {V: int(n[6+i]/25) + 1, K: 5}}))
	}
	m := leafMethod(t, methods.Source{Kind: methods.Survey, Tag: "x"}, methods.Source{Kind: methods.Survey, Tag: "y"})
	// With four answers the interval is cut at 0 and 100, so the variance is
	// taken from a method with a narrow one.
	m.Level = 0.5
	root := tree.Compute(m, tree.Inputs{Sum: sum}).Root
	se := (*root.High - *root.Low) / 2 / stat.T(0.5, 3)
	return []float64{*root.Score, se * se}
}
