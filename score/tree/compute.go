package tree

import (
	"math"
	"slices"

	"minyi"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
)

// Inputs is all that a sheet is computed from.
type Inputs struct {
	// Sum holds the answers of the slice: one audience, one period.
	Sum tally.Sum
	// Imported holds imported values by path: scores 0…100, and the raw parts
	// of ratios (path of the leaf / name of the part).
	Imported map[string]Imported
	// Channel, when set, is the one channel asked for; it then counts even if
	// the method leaves it out by default.
	Channel minyi.Channel
	// Errors is what the polarity model was measured to err by; nil: not measured.
	Errors *TextErrors
	// Terse leaves out the words of all figures below the root's children: a
	// table of hundreds of units shows none of them.
	Terse bool
	// T gives Student's quantiles at the method's level; nil: made anew. Who
	// computes many units on one goroutine passes the same one each time.
	T func(df float64) float64
}

// Imported is a value that came from outside.
type Imported struct {
	Value  float64 // a score, or the mean of several periods' values
	Source string  // provenance as it is printed: file, line, period
	// Total and Days are for counts that a method scales to a year: the sum of
	// the periods' counts and the days they were taken over. Days 0: Value is a
	// year's count.
	Total float64
	Days  int
}

// Compute applies the method. The sheet's slice, frame and time are the
// caller's to fill.
func Compute(m *methods.Method, in Inputs) minyi.Sheet {
	sheet, _ := ComputeWithErrors(m, in)
	return sheet
}

// ComputeWithErrors also gives the standard error of every figure that has
// one, by path, for tests between two sheets. An interval will not do: it is
// cut to 0…100 and need not be symmetric.
func ComputeWithErrors(m *methods.Method, in Inputs) (minyi.Sheet, map[string]float64) {
	c := newCalc(m, in)
	sheet := minyi.Sheet{Method: m.Name(), Title: m.Title}
	root := methods.Node{Name: m.Root, Path: m.Root, Share: 1, Children: m.Tree}
	sheet.Root = c.node(&root, 0).Figure
	for i := range m.Rates {
		sheet.Rates = append(sheet.Rates, c.rate(&m.Rates[i]))
	}
	sheet.Answers = int(c.base(nil, methods.Include{}).Answers)
	for cell, n := range in.Sum {
		switch cell.Status {
		case tally.SetAside:
			sheet.SetAside += int(n.Answers)
		case tally.Default:
			sheet.Defaults += int(n.Answers)
		}
	}
	return sheet, c.errors
}

// calc is one computation.
type calc struct {
	m      *methods.Method
	in     Inputs
	leaves []leaf // the survey and text leaves met so far
	counts map[string]*tally.Counts
	cov    map[[2]int]float64
	errors map[string]float64
	// families is how many questionnaire families the slice holds.
	families int
}

func newCalc(m *methods.Method, in Inputs) *calc {
	c := &calc{m: m, in: in, counts: map[string]*tally.Counts{}, cov: map[[2]int]float64{}, errors: map[string]float64{}}
	if c.in.T == nil {
		c.in.T = stat.Quantiles(m.Level)
	}
	seen := map[minyi.Family]bool{}
	for cell := range in.Sum {
		seen[cell.Family] = true
	}
	c.families = len(seen)
	return c
}

func (c *calc) accepts(cell tally.Cell, families []minyi.Family, inc methods.Include) bool {
	return accepts(c.m, c.in.Channel, cell, families, inc)
}

// accepts reports whether answers of a cell count for these families.
func accepts(m *methods.Method, channel minyi.Channel, cell tally.Cell, families []minyi.Family, inc methods.Include) bool {
	switch {
	case len(families) > 0 && !slices.Contains(families, cell.Family):
		return false
	case cell.Status == tally.SetAside && m.Exclude.SetAside && !inc.SetAside:
		return false
	case cell.Status == tally.Default && m.Exclude.Default && !inc.Default:
		return false
	case channel != "":
		return cell.Channel == channel
	}
	return !slices.Contains(m.Exclude.Channels, cell.Channel)
}

// base gives the counts of all accepted answers.
func (c *calc) base(families []minyi.Family, inc methods.Include) *tally.Counts {
	key := "v"
	if inc.Default {
		key += "d"
	}
	if inc.SetAside {
		key += "s"
	}
	for _, f := range families {
		key += "/" + string(f)
	}
	if n := c.counts[key]; n != nil {
		return n
	}
	n := c.in.Sum.Pick(func(cell tally.Cell) bool { return c.accepts(cell, families, inc) })
	c.counts[key] = n
	return n
}

// part is a figure on its way up: with the leaves that its error comes from.
type part struct {
	minyi.Figure
	live    bool            // answers or remarks stand behind it
	weights map[int]float64 // leaf index → d score / d leaf score
	cells   map[tally.Cell]float64
}

// node computes a node and everything below it.
func (c *calc) node(n *methods.Node, depth int) part {
	p := part{Figure: minyi.Figure{Path: n.Path, Level: depth, Weight: n.Share}}
	if n.Leaf != nil {
		c.leaf(&p, n)
	} else {
		c.composite(&p, n, depth)
	}
	if v, ok := c.variance(p.weights); ok {
		c.errors[p.Path] = math.Sqrt(v)
	}
	p.Short = p.live && p.N < c.m.Minimum
	if p.Score != nil && !p.Short && p.Coverage >= c.m.Grades.Coverage {
		p.Grade = c.m.Grades.Of(minyi.Round(*p.Score, c.m.Places))
	}
	return p
}

// words reports whether a node's formula and exclusions are wanted.
func (c *calc) words(n *methods.Node) bool { return !c.in.Terse || n.Path == c.m.Table.Score }

// composite weighs the children. An imported value for the node wins over
// children that are themselves imported, never over living answers.
func (c *calc) composite(p *part, n *methods.Node, depth int) {
	children := make([]part, len(n.Children))
	for i := range n.Children {
		children[i] = c.node(&n.Children[i], depth+1)
		p.Children = append(p.Children, children[i].Figure)
		p.live = p.live || children[i].live
	}
	imported, has := c.in.Imported[n.Path]
	if has && !p.live {
		p.importedOver(imported, p.anyScore())
		return
	}
	c.combine(p, n, children)
	if has {
		p.Excl = join(p.Excl, "另有导入值 "+number(imported.Value)+" 未采用：下级有问卷数据（"+imported.Source+"）")
	}
}

// anyScore reports whether a child has a score that an imported value covers.
func (p *part) anyScore() bool {
	return slices.ContainsFunc(p.Children, func(f minyi.Figure) bool { return f.Score != nil })
}

func (p *part) importedOver(v Imported, over bool) {
	p.Score, p.Source, p.Coverage = &v.Value, "imported", 1
	p.Formula = "导入值（" + v.Source + "）"
	if over {
		p.Formula = "导入值（" + v.Source + "），优先于同时导入的下级指标"
	}
}

// combine is the weighted mean of the children that have a score.
func (c *calc) combine(p *part, n *methods.Node, children []part) {
	p.Source = "computed"
	p.weights, p.cells = map[int]float64{}, map[tally.Cell]float64{}
	var have, score float64
	for i, ch := range children {
		p.Coverage += n.Children[i].Share * ch.Coverage
		if ch.Score != nil {
			have += n.Children[i].Share
			score += n.Children[i].Share * *ch.Score
		}
	}
	missing := have < 1-1e-9
	if c.words(n) {
		p.Formula = compositeFormula(n, children, have, c.m)
	}
	if have == 0 || (missing && c.m.Missing == methods.Fail) {
		return
	}
	score /= have
	p.Score = &score
	for i, ch := range children {
		if ch.Score == nil {
			continue
		}
		for leaf, w := range ch.weights {
			p.weights[leaf] += w * n.Children[i].Share / have
		}
		for cell, k := range ch.cells {
			p.cells[cell] = max(p.cells[cell], k)
		}
	}
	for _, k := range p.cells {
		p.N += int(k)
	}
	if only := theOnly(children); only != nil {
		p.Low, p.High, p.Method = only.Low, only.High, only.Method
		return
	}
	c.interval(p)
}

// theOnly gives the one child that has a score, whose figure is the parent's
// then, and so is its interval; nil where there are others.
func theOnly(children []part) *part {
	var only *part
	for i := range children {
		if children[i].Score == nil {
			continue
		}
		if only != nil {
			return nil
		}
		only = &children[i]
	}
	return only
}
