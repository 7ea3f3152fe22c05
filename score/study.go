package score

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"minyi"
	"minyi/internal/fault"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

// ReliabilityRequest asks how well the items of a scale hang together.
type ReliabilityRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	Items  string      `json:"items,omitempty" query:"items"` // tags, comma-separated; empty: each family's five-level questions
}

// Reliability is Cronbach's α of one scale.
type Reliability struct {
	Family minyi.Family `json:"family,omitempty"`
	N      int          `json:"n"`     // answers that gave every item
	Alpha  *float64     `json:"alpha"` // nil: fewer than two answers, or no spread
	Low    *float64     `json:"low"`   // 95% interval; nil under 20 answers and above 50,000, where α stands to the second place
	High   *float64     `json:"high"`
	Items  []Item       `json:"items"`
}

// Item is one question of a scale.
type Item struct {
	Tag     string   `json:"tag"`
	Mean    float64  `json:"mean"`       // linear, 0…100
	Total   *float64 `json:"item_total"` // correlation with the sum of the others
	Without *float64 `json:"alpha_without"`
}

// ReliabilityReply holds one scale for each family.
type ReliabilityReply struct {
	Slice  minyi.Slice   `json:"slice"`
	Scales []Reliability `json:"scales"`
}

// Reliability computes α over the answers that gave every item. It reads the
// packed rows.
func (s *Service) Reliability(ctx context.Context, req ReliabilityRequest) (ReliabilityReply, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return ReliabilityReply{}, err
	}
	scales, err := s.scales(ctx, m, req)
	if err != nil {
		return ReliabilityReply{}, err
	}
	cases := make([][][]float64, len(scales))
	for i, sc := range scales {
		cases[i] = make([][]float64, len(sc.Items))
	}
	err = s.eachRow(ctx, req.Slice, func(_ minyi.UnitID, r tally.Row) {
		if !tree.Accepts(m, r, req.Slice.Channel) {
			return
		}
		for i, sc := range scales {
			if sc.Family == "" || sc.Family == r.Family {
				addCase(cases[i], sc.Items, r)
			}
		}
	})
	if err != nil {
		return ReliabilityReply{}, err
	}
	for i := range scales {
		scales[i].fill(cases[i], m.Level)
	}
	return ReliabilityReply{Slice: req.Slice, Scales: scales}, nil
}

// scales lists the scales asked for: the tags named, or for each family its
// questions of five levels, where it has at least two.
func (s *Service) scales(ctx context.Context, m *methods.Method, req ReliabilityRequest) ([]Reliability, error) {
	if req.Items != "" {
		one := Reliability{}
		for tag := range strings.SplitSeq(req.Items, ",") {
			one.Items = append(one.Items, Item{Tag: strings.TrimSpace(tag)})
		}
		if len(one.Items) < 2 {
			return nil, fault.New(fault.Invalid, "items_few", "量表至少要有两个题目，以逗号分隔。", "a scale needs at least two items, separated by commas").On("items")
		}
		return []Reliability{one}, nil
	}
	sum, _, err := s.sumOf(ctx, req.Slice)
	if err != nil {
		return nil, err
	}
	byFamily := map[minyi.Family]*Reliability{}
	for cell, n := range sum {
		if !tree.AcceptsCell(m, cell, req.Slice.Channel) {
			continue
		}
		if byFamily[cell.Family] == nil {
			byFamily[cell.Family] = &Reliability{Family: cell.Family}
		}
		byFamily[cell.Family].add(n.Questions())
	}
	out := []Reliability{}
	for _, f := range slices.Sorted(maps.Keys(byFamily)) {
		if sc := byFamily[f]; len(sc.Items) >= 2 {
			slices.SortFunc(sc.Items, func(a, b Item) int { return cmp.Compare(a.Tag, b.Tag) })
			out = append(out, *sc)
		}
	}
	return out, nil
}

func (r *Reliability) add(questions []tally.Question) {
	for _, q := range questions {
		if q.K == 5 && !slices.ContainsFunc(r.Items, func(i Item) bool { return i.Tag == q.Tag }) {
			r.Items = append(r.Items, Item{Tag: q.Tag})
		}
	}
}

// addCase adds a row that gave every item, each as 0…100.
func addCase(cases [][]float64, items []Item, r tally.Row) {
	values := make([]float64, len(items))
	for i, it := range items {
		k := slices.IndexFunc(r.Values, func(g tally.Given) bool { return g.Tag == it.Tag && g.V != tally.DontKnow })
		if k < 0 {
			return
		}
		values[i] = float64(r.Values[k].V-1) / float64(r.Values[k].K-1) * 100
	}
	for i, v := range values {
		cases[i] = append(cases[i], v)
	}
}

func (r *Reliability) fill(cases [][]float64, level float64) {
	r.N = len(cases[0])
	for i := range r.Items {
		for _, v := range cases[i] {
			r.Items[i].Mean += v / float64(r.N)
		}
	}
	if r.N < 2 {
		return
	}
	got := stat.Alpha(cases)
	if r.Alpha = finite(got.Alpha); r.Alpha != nil && r.N >= 20 && r.N <= 50_000 {
		in := stat.AlphaInterval(cases, level)
		r.Low, r.High = finite(in.Low), finite(in.High)
	}
	for i := range r.Items {
		r.Items[i].Total, r.Items[i].Without = finite(got.ItemTotal[i]), finite(got.Without[i])
	}
}

// CrossRequest asks for a table of counts by two attributes.
type CrossRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	Rows   string      `json:"rows,omitempty" query:"rows"`         // as a target's margin; empty: unit
	Cols   string      `json:"cols,omitempty" query:"cols"`         // empty: channel
	K      int         `json:"suppress,omitempty" query:"suppress"` // cells under K people are hidden; 0: 5; below 0: none
}

// Cross is a table of counts fit to be shown: no cell under K can be read or
// worked out from the totals.
type Cross struct {
	Slice  minyi.Slice `json:"slice"`
	Rows   string      `json:"rows"`
	Cols   string      `json:"cols"`
	K      int         `json:"suppress"`
	Row    []string    `json:"row_names"`
	Col    []string    `json:"col_names"`
	Cells  [][]*int    `json:"cells"` // nil: hidden
	Hidden int         `json:"hidden"`
	Total  int         `json:"total"`
}

// Cross counts the valid answers of a slice by two attributes and hides small
// cells, and as many others as their totals would give away.
func (s *Service) Cross(ctx context.Context, req CrossRequest) (Cross, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Cross{}, err
	}
	units, err := s.trees.of(ctx, req.Slice.Tenant, req.Slice.Unit)
	if err != nil {
		return Cross{}, err
	}
	out := Cross{Slice: req.Slice, Rows: cmp.Or(req.Rows, "unit"), Cols: cmp.Or(req.Cols, "channel"), K: cmp.Or(req.K, 5)}
	row, col := s.attribute(units, req.Slice.Unit, out.Rows), s.attribute(units, req.Slice.Unit, out.Cols)
	counts := map[[2]string]int{}
	err = s.eachRow(ctx, req.Slice, func(u minyi.UnitID, r tally.Row) {
		if tree.Accepts(m, r, req.Slice.Channel) {
			counts[[2]string{row(u, r), col(u, r)}]++
		}
	})
	if err != nil {
		return Cross{}, err
	}
	out.fill(counts)
	return out, nil
}

func (c *Cross) fill(counts map[[2]string]int) {
	rows, cols := map[string]bool{}, map[string]bool{}
	for at, n := range counts {
		rows[at[0]], cols[at[1]] = true, true
		c.Total += n
	}
	c.Row, c.Col = slices.Sorted(maps.Keys(rows)), slices.Sorted(maps.Keys(cols))
	table := make([][]int, len(c.Row))
	for i, r := range c.Row {
		for _, k := range c.Col {
			table[i] = append(table[i], counts[[2]string{r, k}])
		}
	}
	hide := stat.Suppress(table, max(0, c.K))
	c.Cells = make([][]*int, len(table))
	for i := range table {
		for j := range table[i] {
			if hide[i][j] {
				c.Cells[i] = append(c.Cells[i], nil)
				c.Hidden++
				continue
			}
			c.Cells[i] = append(c.Cells[i], &table[i][j])
		}
	}
}

func finite(v float64) *float64 {
	if v != v {
		return nil
	}
	return &v
}
