package score

import (
	"context"
	"fmt"
	"math"
	"slices"

	"minyi"
	"minyi/internal/fault"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

// maxWeighed bounds how many answers are weighed at once: each takes about a
// hundred bytes for as long as it lasts.
const maxWeighed = 2_000_000

// WeighRequest asks for the answers of a slice weighed to the imported
// population targets.
type WeighRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	// Low and High trim weights to these multiples of the mean weight; 0: 0.3
	// and 3; below 0: not trimmed.
	Low  float64 `json:"low,omitempty" query:"low"`
	High float64 `json:"high,omitempty" query:"high"`
}

// Weighed is what weighing gives: how far the sample was from the population,
// what that costs, and the figures with and without.
type Weighed struct {
	Slice   minyi.Slice `json:"slice"`
	Method  string      `json:"method"`
	Targets string      `json:"targets"` // the file they come from
	N       int         `json:"n"`       // answers weighed
	Outside int         `json:"outside"` // answers of a class without a target: not weighed
	Rounds  int         `json:"rounds"`
	Off     float64     `json:"off"` // largest difference left on any margin, as a share
	Low     float64     `json:"low"`
	High    float64     `json:"high"`
	Trimmed int         `json:"trimmed"` // answers whose weight stands at a bound
	// Design is Kish's design effect, Effective the n of an equally weighted
	// sample of the same precision.
	Design    float64         `json:"design_effect"`
	Effective float64         `json:"effective_n"`
	Margins   []MarginShare   `json:"margins"`
	Figures   []WeighedFigure `json:"figures"`
}

// MarginShare is one class before and after weighing.
type MarginShare struct {
	Target
	Cases  int     `json:"cases"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// WeighedFigure is a figure 0…100 with and without weights.
type WeighedFigure struct {
	Name      string  `json:"name"`
	N         int     `json:"n"`
	Plain     float64 `json:"plain"`
	Weighted  float64 `json:"weighted"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Effective float64 `json:"effective_n"`
	Interval  string  `json:"interval"` // wilson by the effective n, or t by the linearised error
}

// Weigh rakes the answers of a slice to the imported targets. It reads the
// packed rows, in time that grows with the answers.
func (s *Service) Weigh(ctx context.Context, req WeighRequest) (Weighed, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Weighed{}, err
	}
	known, err := s.Targets(ctx, req.Slice.Tenant)
	if err != nil {
		return Weighed{}, err
	}
	if len(known.Targets) == 0 {
		return Weighed{}, fault.New(fault.NotFound, "targets_missing", "还没有导入人口目标：请先导入 margin,class,share 文件。", "no population targets are imported: import a file margin,class,share first").On("targets")
	}
	sample, err := s.sample(ctx, m, req.Slice, known.Targets)
	if err != nil {
		return Weighed{}, err
	}
	low, high := bounds(req)
	raked, err := stat.Rake(sample.n, nil, sample.margins, stat.RakeOptions{Low: low, High: high})
	if err != nil {
		return Weighed{}, fmt.Errorf("rake: %w", err)
	}
	w := raked.Weights
	return Weighed{Slice: req.Slice, Method: m.Name(), Targets: known.File, N: sample.n, Outside: sample.outside,
		Rounds: raked.Rounds, Off: raked.Off, Low: low, High: high, Trimmed: raked.Trimmed,
		Design: stat.Kish(w), Effective: stat.EffectiveN(w), Margins: sample.moved(known.Targets, w), Figures: sample.figures(m.Level, w)}, nil
}

func bounds(req WeighRequest) (low, high float64) {
	low, high = 0.3, 3.0
	if req.Low != 0 {
		low = max(0, req.Low)
	}
	if req.High != 0 {
		high = max(0, req.High)
	}
	return low, high
}

// sample is the answers to be weighed, column by column.
type sample struct {
	n, outside int
	margins    []stat.Margin
	columns    []column
}

// column is one figure's value of every answer, NaN where it was not given.
type column struct {
	name   string
	source *methods.Source
	y      []float64
}

// sample reads the valid answers of a slice that have a class on each margin.
func (s *Service) sample(ctx context.Context, m *methods.Method, slice minyi.Slice, all []Target) (*sample, error) {
	units, err := s.trees.of(ctx, slice.Tenant, slice.Unit)
	if err != nil {
		return nil, err
	}
	out := &sample{columns: columnsOf(m)}
	var classOf []func(minyi.UnitID, tally.Row) string
	var index []map[string]int
	for _, t := range all {
		i := slices.IndexFunc(out.margins, func(x stat.Margin) bool { return x.Name == t.Margin })
		if i < 0 {
			i = len(out.margins)
			out.margins = append(out.margins, stat.Margin{Name: t.Margin})
			index = append(index, map[string]int{})
			classOf = append(classOf, s.attribute(units, slice.Unit, t.Margin))
		}
		index[i][units.class(t)] = len(out.margins[i].Share)
		out.margins[i].Share = append(out.margins[i].Share, t.Share)
	}
	err = s.eachRow(ctx, slice, func(u minyi.UnitID, r tally.Row) {
		if tree.Accepts(m, r, slice.Channel) && out.n <= maxWeighed {
			out.take(u, r, classOf, index)
		}
	})
	if err != nil {
		return nil, err
	}
	return out, out.check(all)
}

func (p *sample) take(u minyi.UnitID, r tally.Row, classOf []func(minyi.UnitID, tally.Row) string, index []map[string]int) {
	at := make([]int, len(classOf))
	for i, of := range classOf {
		class, ok := index[i][of(u, r)]
		if !ok {
			p.outside++
			return
		}
		at[i] = class
	}
	p.n++
	for i, class := range at {
		p.margins[i].Of = append(p.margins[i].Of, class)
	}
	for i := range p.columns {
		c := &p.columns[i]
		c.y = append(c.y, tree.ValueOf(c.source, r))
	}
}

// check refuses samples that cannot be weighed, and says what to do.
func (p *sample) check(all []Target) error {
	switch {
	case p.n > maxWeighed:
		return fault.New(fault.Invalid, "too_many", "答卷超过 200 万份，请缩小时段或范围。", "over two million answers: narrow the period or the unit").On("slice")
	case p.n == 0:
		return fault.New(fault.NotFound, "no_answers", "所选范围内没有可加权的答卷：请核对目标文件的变量与类别。", "no answer of the slice has a class on every margin: check the targets' margins and classes").On("targets")
	}
	for i, m := range p.margins {
		for class := range m.Share {
			if !slices.Contains(p.margins[i].Of, class) {
				t := targetAt(all, m.Name, class)
				return fault.New(fault.Invalid, "class_empty", fmt.Sprintf("类别 %s=%s 没有答卷，无法加权：请与相近类别合并后重新导入。", t.Margin, t.Class),
					fmt.Sprintf("no answer is of class %s=%s: merge it with another class and import again", t.Margin, t.Class)).On("targets")
			}
		}
	}
	return nil
}

// targetAt gives the class-th target of a margin.
func targetAt(all []Target, margin string, class int) Target {
	for _, t := range all {
		if t.Margin != margin {
			continue
		}
		if class == 0 {
			return t
		}
		class--
	}
	return Target{}
}

// moved compares each class before and after.
func (p *sample) moved(all []Target, w []float64) []MarginShare {
	var out []MarginShare
	for _, m := range p.margins {
		cases, weight := make([]int, len(m.Share)), make([]float64, len(m.Share))
		for i, class := range m.Of {
			cases[class]++
			weight[class] += w[i]
		}
		for class := range m.Share {
			out = append(out, MarginShare{Target: targetAt(all, m.Name, class), Cases: cases[class],
				Before: float64(cases[class]) / float64(p.n), After: weight[class] / float64(p.n)})
		}
	}
	return out
}

// figures gives every figure with and without weights.
func (p *sample) figures(level float64, w []float64) []WeighedFigure {
	out := []WeighedFigure{}
	for _, c := range p.columns {
		var y, wy []float64
		for i, v := range c.y {
			if !math.IsNaN(v) {
				y, wy = append(y, v), append(wy, w[i])
			}
		}
		if len(y) > 0 {
			out = append(out, weighedFigure(c, y, wy, level))
		}
	}
	return out
}

func weighedFigure(c column, y, w []float64, level float64) WeighedFigure {
	mean, se := stat.WeightedMean(y, w)
	f := WeighedFigure{Name: c.name, N: len(y), Weighted: mean, Effective: stat.EffectiveN(w), Interval: "t"}
	for _, v := range y {
		f.Plain += v / float64(len(y))
	}
	in := stat.Interval{Low: 0, High: 100}
	if len(c.source.Rate) > 0 || math.IsNaN(se) || se == 0 {
		wilson := stat.Wilson(mean/100*f.Effective, f.Effective, level)
		in, f.Interval = stat.Interval{Low: 100 * wilson.Low, High: 100 * wilson.High}, "wilson"
	} else {
		half := stat.T(level, float64(len(y)-1)) * se
		in = stat.Interval{Low: mean - half, High: mean + half}.Clip(0, 100)
	}
	f.Low, f.High = in.Low, in.High
	return f
}

// columnsOf lists what is weighed of a method: its rates, and its survey
// leaves that are means.
func columnsOf(m *methods.Method) []column {
	var out []column
	for i := range m.Rates {
		if r := &m.Rates[i]; r.Include == (methods.Include{}) {
			out = append(out, column{name: r.Name, source: &r.Source})
		}
	}
	m.Walk(func(n *methods.Node, _ int) {
		if n.Leaf == nil {
			return
		}
		for i := range n.Leaf.Sources {
			if src := &n.Leaf.Sources[i]; src.Kind == methods.Survey && len(src.Scale) == 0 && len(src.Rate) == 0 {
				out = append(out, column{name: n.Path, source: src})
			}
		}
	})
	return out
}
