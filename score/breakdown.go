package score

import (
	"cmp"
	"context"
	"slices"

	"minyi"
	"minyi/score/methods"
)

// BreakdownRequest asks for figures by one attribute.
type BreakdownRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	// By is unit, audience, channel, campaign, family, category or question;
	// for a nation's units province, region, rank or tier; for periods day,
	// week, month, quarter, year or rolling.
	By   string `json:"by" query:"by"`
	Path string `json:"path,omitempty" query:"path"`         // empty: what the method's unit table shows; by question the question itself
	K    int    `json:"suppress,omitempty" query:"suppress"` // hide parts with fewer answers; 0: none
}

// Breakdown is a figure and the rates beside it, by one attribute.
type Breakdown struct {
	Slice  minyi.Slice    `json:"slice"`
	Method string         `json:"method"`
	By     string         `json:"by"`
	Parts  []BreakdownRow `json:"parts"`
	Hidden int            `json:"hidden"` // parts not shown because too few answered
}

// BreakdownRow is one part, with its changes from the period before and from
// the year before. Audiences stand side by side; they are never summed.
type BreakdownRow struct {
	Key      string         `json:"key"`
	Answers  int            `json:"answers"`
	Figure   *minyi.Figure  `json:"figure"`
	Rates    []minyi.Figure `json:"rates"`
	Previous *Change        `json:"previous,omitempty"`
	YearAgo  *Change        `json:"year_ago,omitempty"`
}

// Breakdown gives the parts of a slice: periods in their order, all others by
// most answers first. By category the packed rows are read, in time that grows
// with the answers; all others come from the stored sums. Arrows are corrected
// for the number of changes in the answer.
func (s *Service) Breakdown(ctx context.Context, req BreakdownRequest) (Breakdown, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Breakdown{}, err
	}
	if req.Path == "" {
		req.Path = m.Table.Score
	}
	if err := checkBy(req.By); err != nil {
		return Breakdown{}, err
	}
	if err := knownPath(m, req.Path); err != nil {
		return Breakdown{}, err
	}
	rows := s.breakdownRows
	if slices.Contains(grains, req.By) {
		rows = s.breakdownPeriods
	}
	out := Breakdown{Slice: req.Slice, Method: m.Name(), By: req.By}
	if out.Parts, err = rows(ctx, m, req); err != nil {
		return Breakdown{}, err
	}
	out.suppress(req.K)
	changes := make([]*Change, 0, 2*len(out.Parts))
	for _, p := range out.Parts {
		changes = append(changes, p.Previous, p.YearAgo)
	}
	judge(m.Level, changes)
	return out, nil
}

// breakdownRows parts the slice and compares each part with itself before.
func (s *Service) breakdownRows(ctx context.Context, m *methods.Method, req BreakdownRequest) ([]BreakdownRow, error) {
	p := span{req.Slice.From, req.Slice.To}
	now, err := s.partsOf(ctx, m, req, p)
	if err != nil {
		return nil, err
	}
	var before, ago map[string]*computed
	if p.days() > 0 { // an open period has none before it
		if before, err = s.partsOf(ctx, m, req, p.before()); err != nil {
			return nil, err
		}
		if ago, err = s.partsOf(ctx, m, req, p.yearAgo()); err != nil {
			return nil, err
		}
	}
	rows := make([]BreakdownRow, 0, len(now))
	for key, c := range now {
		path := req.Path
		if req.By == "question" {
			path = key
		}
		rows = append(rows, c.row(key, path, before[key], ago[key]))
	}
	slices.SortFunc(rows, func(a, b BreakdownRow) int {
		return cmp.Or(cmp.Compare(b.Answers, a.Answers), cmp.Compare(a.Key, b.Key))
	})
	return rows, nil
}

// breakdownPeriods parts the slice by time.
func (s *Service) breakdownPeriods(ctx context.Context, m *methods.Method, req BreakdownRequest) ([]BreakdownRow, error) {
	periods, err := span{req.Slice.From, req.Slice.To}.points(req.By)
	if err != nil {
		return nil, err
	}
	known := sheets{s: s, m: m, slice: req.Slice, at: map[span]computed{}}
	rows := make([]BreakdownRow, 0, len(periods))
	for _, p := range periods {
		var all [3]computed
		for i, at := range []span{p.span, p.before(), p.yearAgo()} {
			if all[i], err = known.of(ctx, at); err != nil {
				return nil, err
			}
		}
		rows = append(rows, all[0].row(p.name, req.Path, &all[1], &all[2]))
	}
	return rows, nil
}

// row is a part of a breakdown; before and ago may be nil.
func (c *computed) row(key, path string, before, ago *computed) BreakdownRow {
	row := BreakdownRow{Key: key, Answers: c.Answers, Rates: c.Rates}
	if f := c.figure(path); f != nil {
		top := *f
		top.Children = nil
		row.Figure = &top
	}
	row.Previous, row.YearAgo = c.changes(before, ago, path)
	return row
}

// suppress hides parts with fewer than k answers, and the smallest other ones
// while a single part is hidden or fewer than k answers are, which the total
// would otherwise give away.
func (b *Breakdown) suppress(k int) {
	if k <= 1 {
		return
	}
	parts := slices.Clone(b.Parts)
	slices.SortStableFunc(parts, func(x, y BreakdownRow) int { return cmp.Compare(x.Answers, y.Answers) })
	hidden, answers := map[string]bool{}, 0
	for _, p := range parts {
		told := len(hidden) == 1 || len(hidden) > 0 && answers < k
		if p.Answers > 0 && (p.Answers < k || told) { // an empty part holds no one
			hidden[p.Key] = true
			answers += p.Answers
		}
	}
	b.Parts = slices.DeleteFunc(b.Parts, func(p BreakdownRow) bool { return hidden[p.Key] })
	b.Hidden = len(hidden)
}

// knownPath refuses a path that names neither an indicator nor a rate.
func knownPath(m *methods.Method, path string) error {
	if _, ok := m.Find(path); ok || path == m.Root || slices.ContainsFunc(m.Rates, func(r methods.Rate) bool { return r.Name == path }) {
		return nil
	}
	return unknownIndicator(path, m)
}
