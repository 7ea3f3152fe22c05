package methods

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"minyi"
)

var sourceKeys = []string{"survey", "text", "ratio", "imported", "rate", "of", "mean", "invert", "scale", "error", "families", "include"}

// mostIndicators bounds a tree: every figure's interval asks how each leaf
// varies with every other. The largest published index has 62.
const mostIndicators = 1000

// nodes reads siblings. prefix is the path of their parent in the index, path
// that in the file; equal says that the parent stated `weights: equal`.
func (r *reader) nodes(n *yaml.Node, prefix, path string, equal bool) []Node {
	var out []Node
	seen := map[string]bool{}
	var sum float64
	for i, it := range r.items(n, path) {
		if r.indicators++; r.indicators == mostIndicators+1 {
			r.fail(it, at(path, i), fmt.Sprintf("指标多于 %d 个", mostIndicators), fmt.Sprintf("more than %d indicators", mostIndicators))
		}
		node := r.node(it, prefix, at(path, i), equal)
		if seen[node.Name] {
			r.fail(it, at(path, i), "同级指标重名："+node.Name, "two siblings are named "+node.Name)
		}
		seen[node.Name] = true
		sum += node.Weight
		out = append(out, node)
	}
	if len(out) == 0 {
		r.fail(n, path, "至少要有一个指标", "must hold at least one indicator")
	}
	// A weight that could not be read makes the sum NaN, and is told already.
	if !equal && len(out) > 0 && math.Abs(sum-100) > 1e-6 && math.Abs(sum-1) > 1e-9 {
		r.fail(n, path, fmt.Sprintf("同级权重合计 %.8g，应为 100（或 1）", sum), fmt.Sprintf("the weights of these siblings sum to %.8g, not 100 (or 1)", sum))
	}
	for i := range out {
		out[i].Share = out[i].Weight / max(sum, 1e-300)
	}
	return out
}

func (r *reader) node(n *yaml.Node, prefix, path string, equal bool) Node {
	f := r.fields(n, path, "name", "weight", "weights", "children", "from")
	node := Node{Name: r.text(n, f["name"], path+"/name", true), Weight: 1, Equal: equal}
	node.Path = join(prefix, node.Name)
	if strings.ContainsFunc(node.Name, func(c rune) bool { return c == '/' || unicode.IsControl(c) }) {
		r.fail(n, path+"/name", "名称里不能有 / 或换行", "a name must not hold a / or a line break")
	}
	r.weight(&node, n, f["weight"], path)
	equalBelow := f["weights"] != nil && r.oneOf(n, f["weights"], path+"/weights", "equal") == "equal"
	if (f["children"] == nil) == (f["from"] == nil) {
		r.fail(n, path, "须有 children（下级）或 from（来源）之一", "must have either children or from")
		return node
	}
	if f["children"] != nil {
		node.Children = r.nodes(f["children"], node.Path, path+"/children", equalBelow)
		return node
	}
	node.Leaf = &Leaf{}
	for i, it := range r.items(f["from"], path+"/from") {
		p := at(path+"/from", i)
		src := r.source(it, r.fields(it, p, sourceKeys...), p)
		if src.Include != (Include{}) {
			r.fail(it, p+"/include", "指标树不能改变剔除规则，只能用在 rates", "only a rate beside the tree may count what the method leaves out")
		}
		node.Leaf.Sources = append(node.Leaf.Sources, src)
	}
	if len(node.Leaf.Sources) == 0 {
		r.fail(n, path+"/from", "至少要有一个来源", "must hold at least one source")
	}
	return node
}

func (r *reader) weight(node *Node, n, w *yaml.Node, path string) {
	switch {
	case node.Equal && w != nil:
		r.fail(w, path+"/weight", "上级已声明等权，这里不能再写权重", "the parent says weights: equal")
	case !node.Equal && w == nil:
		node.Weight = math.NaN()
		r.fail(n, path+"/weight", "缺少权重；若等权，请在上级写 weights: equal", "is missing; for equal weights write weights: equal in the parent")
	case w != nil:
		told := len(r.faults)
		node.Weight = r.number(w, path+"/weight", 0, 1e6)
		if node.Weight == 0 && len(r.faults) == told {
			r.fail(w, path+"/weight", "权重须大于 0", "must be above 0")
		}
		if len(r.faults) > told {
			node.Weight = math.NaN()
		}
	}
}

// source reads one source from its fields.
func (r *reader) source(n *yaml.Node, f map[string]*yaml.Node, path string) Source {
	var s Source
	kinds := 0
	for _, k := range []Kind{Survey, Text, Ratio, Imported} {
		if f[string(k)] != nil {
			s.Kind = k
			kinds++
		}
	}
	if kinds != 1 {
		r.fail(n, path, "来源须是 survey、text、ratio、imported 之一", "must be one of survey, text, ratio, imported")
		return s
	}
	switch s.Kind {
	case Survey:
		s.Tag = r.text(n, f["survey"], path+"/survey", true)
		r.take(&s, n, f, path)
	case Text:
		s.Tag = r.oneOf(n, f["text"], path+"/text", "negative", "suggestion")
		r.textError(&s, f["error"], path+"/error")
	case Ratio:
		r.ratio(&s, f["ratio"], path+"/ratio")
	case Imported:
		r.oneOf(n, f["imported"], path+"/imported", "true")
	}
	r.unfit(s.Kind, f, path)
	s.Invert = f["invert"] != nil && r.oneOf(n, f["invert"], path+"/invert", "true", "false") == "true"
	s.Scale = r.scale(f["scale"], path+"/scale")
	if s.Invert && len(s.Scale) > 0 {
		r.fail(f["invert"], path+"/invert", "与 scale 不能同用：折线本身可以下降，请把折点的分数反过来写", "cannot stand beside scale: a scale may fall, turn its scores over")
	}
	if s.Kind == Ratio && len(s.Scale) == 0 {
		r.fail(n, path, "比值须给出 scale（换算到 0…100 的折点）", "a ratio needs a scale to 0…100")
	}
	for _, fam := range r.texts(f["families"], path+"/families") {
		s.Families = append(s.Families, minyi.Family(fam))
	}
	s.Include = r.include(f["include"], path+"/include")
	return s
}

// unfit refuses keys that mean nothing for a kind of source, so that a wish
// written in the wrong place is not silently passed over.
func (r *reader) unfit(k Kind, f map[string]*yaml.Node, path string) {
	fit := map[Kind][]string{
		Survey:   {"survey", "rate", "of", "mean", "invert", "scale", "families", "include"},
		Text:     {"text", "invert", "scale", "error", "families"},
		Ratio:    {"ratio", "scale"},
		Imported: {"imported"},
	}
	for _, key := range sourceKeys {
		if n := f[key]; n != nil && !contains(fit[k], key) {
			r.fail(n, path+"/"+key, "此来源不能用这个键", "means nothing for a source of this kind")
		}
	}
}

// take reads how values of a question become 0…100.
func (r *reader) take(s *Source, n *yaml.Node, f map[string]*yaml.Node, path string) {
	switch {
	case (f["rate"] == nil) == (f["mean"] == nil):
		r.fail(n, path, "须给出 rate（计入的等级）或 mean（均值）之一", "must have either rate or mean")
	case f["rate"] != nil:
		if f["of"] == nil {
			r.fail(n, path+"/of", "缺少量表级数", "is missing: the number of levels")
			return
		}
		s.Of = r.whole(f["of"], path+"/of", 2, 100)
		for i, it := range r.items(f["rate"], path+"/rate") {
			v := r.whole(it, at(path+"/rate", i), 1, s.Of)
			if slices.Contains(s.Rate, v) {
				r.fail(it, at(path+"/rate", i), "等级重复", "value given twice")
			}
			s.Rate = append(s.Rate, v)
		}
		if len(s.Rate) == 0 {
			r.fail(n, path+"/rate", "至少要有一个等级", "must hold at least one value")
		}
	case f["mean"].Kind == yaml.ScalarNode:
		r.oneOf(n, f["mean"], path+"/mean", "linear")
	default:
		s.Points = r.points(f["mean"], path+"/mean")
	}
}

// points reads a table from each value of a scale to 0…100.
func (r *reader) points(n *yaml.Node, path string) map[int]float64 {
	out := map[int]float64{}
	if n.Kind != yaml.MappingNode {
		r.fail(n, path, "应是 linear 或“等级：分值”表", "must be linear or a table of value: score")
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		v, err := strconv.Atoi(n.Content[i].Value)
		p := join(path, n.Content[i].Value)
		if _, twice := out[v]; err != nil || twice {
			r.fail(n.Content[i], p, "等级须是不重复的整数", "values must be whole numbers, each once")
		}
		out[v] = r.number(n.Content[i+1], p, 0, 100)
	}
	if len(out) < 2 {
		r.fail(n, path, "至少要有两个等级", "must hold at least two values")
	}
	for v := 1; v <= len(out); v++ {
		if _, ok := out[v]; !ok {
			r.fail(n, path, fmt.Sprintf("缺少等级 %d：须从 1 起连续", v), fmt.Sprintf("value %d is missing: they must run from 1 without a gap", v))
			break
		}
	}
	return out
}

func (r *reader) ratio(s *Source, n *yaml.Node, path string) {
	f := r.fields(n, path, "num", "den", "annual")
	s.Num = r.text(n, f["num"], path+"/num", true)
	s.Den = r.text(n, f["den"], path+"/den", true)
	if s.Num != "" && s.Num == s.Den || strings.Contains(s.Num+s.Den, "/") {
		r.fail(n, path, "num 与 den 须是两个不同的名称，且不含 /", "num and den must be two names without a /")
	}
	s.Annual = f["annual"] != nil && r.oneOf(n, f["annual"], path+"/annual", "true", "false") == "true"
}

func (r *reader) scale(n *yaml.Node, path string) []Point {
	var out []Point
	for i, it := range r.items(n, path) {
		pair := r.items(it, at(path, i))
		if len(pair) != 2 {
			r.fail(it, at(path, i), "每个折点是 [值, 分数]", "each point is [value, score]")
			continue
		}
		p := Point{r.number(pair[0], at(path, i), -1e12, 1e12), r.number(pair[1], at(path, i), 0, 100)}
		if k := len(out); k > 0 && p.At <= out[k-1].At {
			r.fail(it, at(path, i), "折点须从小到大", "points must rise")
		}
		out = append(out, p)
	}
	if n != nil && len(out) < 2 {
		r.fail(n, path, "至少要有两个折点", "must hold at least two points")
	}
	return out
}

func (r *reader) textError(s *Source, n *yaml.Node, path string) {
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		s.Measured = r.oneOf(n, n, path, "measured") != ""
		if s.Tag != "negative" {
			r.fail(n, path, "模型误差只对 negative（负面意见）有检验", "only negative is measured")
		}
		return
	}
	f := r.fields(n, path, "sensitivity", "specificity")
	if f["sensitivity"] == nil || f["specificity"] == nil {
		r.fail(n, path, "须给出 sensitivity 和 specificity", "needs sensitivity and specificity")
		return
	}
	e := TextError{r.number(f["sensitivity"], path+"/sensitivity", 0, 1), r.number(f["specificity"], path+"/specificity", 0, 1)}
	if e.Sensitivity+e.Specificity <= 1 {
		r.fail(n, path, "两者之和须大于 1，否则模型不如猜测", "must sum to more than 1, or the model is no better than a guess")
	}
	s.Error = &e
}
