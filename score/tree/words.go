package tree

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
)

// both gives the counts of the answers that two leaves of different families
// share.
func (c *calc) both(a, b *leaf) *tally.Counts {
	return c.in.Sum.Pick(func(cell tally.Cell) bool {
		return c.accepts(cell, a.source.Families, a.source.Include) && c.accepts(cell, b.source.Families, b.source.Include)
	})
}

// rate is a proportion shown beside the tree.
func (c *calc) rate(r *methods.Rate) minyi.Figure {
	f := part{Figure: minyi.Figure{Path: r.Name, Level: 1, Source: string(r.Kind), Formula: Formula(&r.Source)}}
	f.Excl = c.excluded(&r.Source)
	l, ok := c.estimate(&r.Source)
	if !ok {
		return f.Figure
	}
	f.fill(&l)
	f.Coverage, f.Short = 1, f.N < c.m.Minimum
	return f.Figure
}

// excluded says what a source leaves out, with counts.
func (c *calc) excluded(s *methods.Source) string {
	var out []string
	say := func(what string, n int64) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s %d", what, n))
		}
	}
	n := c.base(s.Families, s.Include)
	var unknown, other int64
	for _, q := range questions(n, s) {
		h := n.Hist(q)
		if h == nil {
			continue
		}
		unknown += h[tally.DontKnow]
		for v := 1; v <= q.K; v++ {
			if _, ok := value(s, v, q.K); !ok {
				other += h[v]
			}
		}
	}
	say("不了解/不清楚", unknown)
	say("量表不符", other)
	if s.Kind == methods.Text {
		say("待分析留言", n.Pending)
	}
	if s.Kind == methods.Text && s.Tag == "negative" {
		say("无实质内容留言", n.Remarks-n.Pending-answered(n, s))
	}
	c.leftOut(s, say)
	return strings.Join(out, "，")
}

// leftOut counts the answers of this source that the method's rules exclude.
func (c *calc) leftOut(s *methods.Source, say func(string, int64)) {
	var byDefault, aside, open int64
	for cell, n := range c.in.Sum {
		if len(s.Families) > 0 && !slices.Contains(s.Families, cell.Family) || c.accepts(cell, s.Families, s.Include) {
			continue
		}
		switch k := answered(n, s); {
		case c.in.Channel != "" && cell.Channel != c.in.Channel:
		case cell.Status == tally.Default:
			byDefault += k
		case cell.Status == tally.SetAside:
			aside += k
		default:
			open += k
		}
	}
	say("系统默认评价", byDefault)
	say("已剔除评价", aside)
	say("开放链接评价（另列）", open)
}

// answered counts the valid answers to a source's question in some counts.
func answered(n *tally.Counts, s *methods.Source) int64 {
	var k int64
	for _, q := range questions(n, s) {
		if h := n.Hist(q); h != nil {
			for _, c := range h[1:] {
				k += c
			}
		}
	}
	return k
}

// Formula puts a source into words.
func Formula(s *methods.Source) string {
	var f string
	switch {
	case s.Kind == methods.Imported:
		return "导入值"
	case s.Kind == methods.Ratio:
		f = s.Num + " ÷ " + s.Den
		if s.Annual {
			f += "（折合全年）"
		}
	case s.Kind == methods.Text && s.Tag == "suggestion":
		f = "留下有实质内容建议的人数 ÷ 有效答卷数"
	case s.Kind == methods.Text:
		f = "负面意见数 ÷ 有实质内容的意见数"
	case len(s.Rate) > 0:
		f = fmt.Sprintf("取值 %s（共 %d 级）的人数 ÷ 有效回答数", values(s.Rate), s.Of)
	case s.Points != nil:
		f = "各级按 " + pointsText(s.Points) + " 计分的均值"
	default:
		f = "Σ(v−1)÷(k−1)×100 ÷ 有效回答数"
	}
	return finish(f, s)
}

func finish(f string, s *methods.Source) string {
	mean := s.Kind == methods.Survey && len(s.Rate) == 0
	if e := s.Error; e != nil {
		f = fmt.Sprintf("[(%s)+%s−1] ÷ (%s+%s−1)（按模型误差校正）", f, number(e.Specificity), number(e.Sensitivity), number(e.Specificity))
	}
	switch {
	case s.Invert && mean:
		f = "100 − " + f
	case s.Invert:
		f = "1 − " + f
	}
	if len(s.Scale) > 0 {
		corners := make([]string, len(s.Scale))
		for i, p := range s.Scale {
			corners[i] = number(p.At) + "→" + number(p.Score)
		}
		return f + "，按折线 " + strings.Join(corners, "、") + " 换算，两端封顶"
	}
	if mean {
		return f
	}
	return "(" + f + ")× 100"
}

func compositeFormula(n *methods.Node, children []part, have float64, m *methods.Method) string {
	var terms, gone []string
	for i, ch := range children {
		if ch.Score == nil {
			gone = append(gone, n.Children[i].Name)
			continue
		}
		terms = append(terms, fmt.Sprintf("%s%%×%s(%s)", number(n.Children[i].Share/max(have, 1e-300)*100), n.Children[i].Name, strconv.FormatFloat(minyi.Round(*ch.Score, m.Places), 'f', m.Places, 64)))
	}
	f := strings.Join(terms, " + ")
	switch {
	case len(gone) == 0:
	case m.Missing == methods.Fail:
		f = "缺少 " + strings.Join(gone, "、") + "，按规则不计算"
	case len(terms) > 0:
		f += "；缺 " + strings.Join(gone, "、") + "，其权重按比例分给同级"
	default:
		f = "下级均无数据"
	}
	return f
}

func values(vs []int) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = strconv.Itoa(v)
	}
	return strings.Join(out, "、")
}

func pointsText(points map[int]float64) string {
	out := make([]string, 0, len(points))
	for v := len(points); v >= 1; v-- {
		out = append(out, fmt.Sprintf("%d→%s", v, number(points[v])))
	}
	return strings.Join(out, "、")
}

// number prints at most four decimals, without trailing zeros.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 4, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "，" + b
}

// Counted gives the counts that a method accepts of a sum.
func Counted(m *methods.Method, sum tally.Sum, channel minyi.Channel) *tally.Counts {
	return newCalc(m, Inputs{Sum: sum, Channel: channel}).base(nil, methods.Include{})
}

// CountedBy gives the counts that a source of the method takes of a sum.
func CountedBy(m *methods.Method, sum tally.Sum, channel minyi.Channel, s *methods.Source) *tally.Counts {
	return newCalc(m, Inputs{Sum: sum, Channel: channel}).base(s.Families, s.Include)
}

// Questions lists the questions, as counted, that a source reads.
func Questions(n *tally.Counts, s *methods.Source) []tally.Question { return questions(n, s) }

// SourcesOf lists the survey and text sources at or below a path, or of a rate
// of that name.
func SourcesOf(m *methods.Method, path string) []*methods.Source {
	var out []*methods.Source
	m.Walk(func(n *methods.Node, _ int) {
		if n.Leaf == nil || path != m.Root && n.Path != path && !strings.HasPrefix(n.Path, path+"/") {
			return
		}
		for i := range n.Leaf.Sources {
			if k := n.Leaf.Sources[i].Kind; k == methods.Survey || k == methods.Text {
				out = append(out, &n.Leaf.Sources[i])
			}
		}
	})
	for i := range m.Rates {
		if m.Rates[i].Name == path {
			out = append(out, &m.Rates[i].Source)
		}
	}
	return out
}
