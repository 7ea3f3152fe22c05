package score

import (
	"cmp"
	"context"
	"slices"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
)

// RankingRequest asks for the order of the units below the slice's unit.
type RankingRequest struct {
	Slice  minyi.Slice `json:"slice"` // From and To must be set
	Method string      `json:"method,omitempty" query:"method"`
	Path   string      `json:"path,omitempty" query:"path"` // a figure or a rate; empty: what the unit table shows
}

// Ranking lists units by grade, then by score.
type Ranking struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Grades string      `json:"grades"` // what the method says of its grades
	Rows   []Rank      `json:"rows"`
}

// Rank is one unit's place.
type Rank struct {
	Unit  minyi.UnitID `json:"unit"`
	Grade string       `json:"grade,omitempty"`
	// Place counts from 1; units with the same printed score share a place, and
	// the next place is left out (1 2 2 4). 0: not ranked, Why says why.
	Place    int          `json:"place"`
	Tied     bool         `json:"tied,omitempty"`
	Why      string       `json:"why,omitempty"`
	Figure   minyi.Figure `json:"figure"`
	Previous *Change      `json:"previous,omitempty"`
	YearAgo  *Change      `json:"year_ago,omitempty"`
}

// Ranking grades first and ranks second. A unit with too few answers, or with
// data for too little of the weight, is neither graded nor ranked. Movements carry an arrow only where they are
// significant after correction for all that are shown.
func (s *Service) Ranking(ctx context.Context, req RankingRequest) (Ranking, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Ranking{}, err
	}
	if req.Path == "" {
		req.Path = m.Table.Score
	}
	p := span{req.Slice.From, req.Slice.To}
	now, err := s.computedBelow(ctx, m, req.Slice, p)
	if err != nil {
		return Ranking{}, err
	}
	out := Ranking{Slice: req.Slice, Method: m.Name(), Path: req.Path, Grades: m.Grades.Note, Rows: []Rank{}}
	for unit, c := range now {
		if f := c.figure(req.Path); f != nil {
			row := Rank{Unit: unit, Figure: *f, Grade: f.Grade, Why: whyNot(m, f)}
			row.Figure.Children = nil
			out.Rows = append(out.Rows, row)
		}
	}
	out.order(m)
	return out, s.movements(ctx, m, req, now, out.Rows)
}

// computedBelow computes the sheet of every unit below the slice's in a span.
func (s *Service) computedBelow(ctx context.Context, m *methods.Method, slice minyi.Slice, p span) (map[minyi.UnitID]*computed, error) {
	slice.From, slice.To = p.from, p.to
	sums, err := s.sumsBelow(ctx, slice)
	if err != nil {
		return nil, err
	}
	st, _, err := s.stateOf(ctx, slice.Tenant)
	if err != nil {
		return nil, err
	}
	if err := s.addImported(ctx, st, slice, sums); err != nil {
		return nil, err
	}
	out := make(map[minyi.UnitID]*computed, len(sums))
	for unit, sum := range sums {
		slice.Unit = unit
		in, err := s.inputs(ctx, st, slice, sum)
		if err != nil {
			return nil, err
		}
		out[unit] = computedFrom(m, in, slice)
	}
	return out, nil
}

// addImported adds the units below the slice's that have imported values and
// no answers.
func (s *Service) addImported(ctx context.Context, st *state, slice minyi.Slice, sums map[minyi.UnitID]tally.Sum) error {
	units, err := s.trees.of(ctx, slice.Tenant)
	if err != nil {
		return err
	}
	for u := range st.Imported {
		if sums[u] == nil && u != "" && units.parent(u) == slice.Unit {
			sums[u] = tally.Sum{}
		}
	}
	return nil
}

// movements compares each unit with itself before.
func (s *Service) movements(ctx context.Context, m *methods.Method, req RankingRequest, now map[minyi.UnitID]*computed, rows []Rank) error {
	p := span{req.Slice.From, req.Slice.To}
	if p.days() == 0 {
		return nil // an open period has none before it
	}
	before, err := s.computedBelow(ctx, m, req.Slice, p.before())
	if err != nil {
		return err
	}
	ago, err := s.computedBelow(ctx, m, req.Slice, p.yearAgo())
	if err != nil {
		return err
	}
	var changes []*Change
	for i := range rows {
		r := &rows[i]
		r.Previous, r.YearAgo = now[r.Unit].changes(before[r.Unit], ago[r.Unit], req.Path)
		changes = append(changes, r.Previous, r.YearAgo)
	}
	judge(m.Level, changes)
	return nil
}

func whyNot(m *methods.Method, f *minyi.Figure) string {
	switch {
	case f.Score == nil:
		return "无数据"
	case f.Short:
		return "样本不足，不参与排名"
	case f.Coverage < m.Grades.Coverage:
		return "数据覆盖不足，不参与排名"
	}
	return ""
}

// order sorts the rows, grades by shares where the method does, and gives
// places with ties.
func (r *Ranking) order(m *methods.Method) {
	slices.SortFunc(r.Rows, func(a, b Rank) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(printed(b, m), printed(a, m)), cmp.Compare(a.Unit, b.Unit))
	})
	var ranked []*Rank
	for i := range r.Rows {
		if r.Rows[i].Why == "" {
			ranked = append(ranked, &r.Rows[i])
		}
	}
	scores := make([]float64, len(ranked))
	for i, row := range ranked {
		scores[i] = printed(*row, m)
		row.Place = i + 1
		if i > 0 && scores[i] == scores[i-1] {
			row.Place = ranked[i-1].Place
			row.Tied, ranked[i-1].Tied = true, true
		}
	}
	if len(m.Grades.Shares) > 0 {
		for i, g := range m.Grades.All(scores) {
			ranked[i].Grade = g
		}
	}
}

func last(r Rank) int {
	if r.Why != "" {
		return 1
	}
	return 0
}

// printed is the score as it is printed: two units that print alike are tied.
func printed(r Rank, m *methods.Method) float64 {
	if r.Figure.Score == nil {
		return -1
	}
	return minyi.Round(*r.Figure.Score, m.Places)
}
