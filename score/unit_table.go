package score

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
	"minyi/score/tree"
)

// UnitTable gives the figures of the units below the slice's unit, or of that
// unit alone when none is below it. Graded units come first, by score; then
// those with too few answers, which are not ranked. Names and invitations are
// the caller's to fill.
func (s *Service) UnitTable(ctx context.Context, req minyi.UnitTableRequest) (minyi.UnitTable, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	st, rev, err := s.stateOf(ctx, req.Slice.Tenant)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	periods, version, err := s.periodsOf(ctx, req.Slice, kindFor(req.Slice))
	if err != nil {
		return minyi.UnitTable{}, err
	}
	at := tableKey{req.Slice, m.Name()}
	version = fmt.Sprint(version, rev)
	if rows, ok := s.tables.get(at, version); ok {
		return minyi.UnitTable{Slice: req.Slice, Method: m.Name(), Rows: rows}, nil
	}
	units, err := s.readBelow(ctx, m, st, req.Slice, periods)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	rows, err := s.unitRows(ctx, m, st, req.Slice, units)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	gradeByShare(m, rows)
	slices.SortFunc(rows, compareRows)
	s.tables.put(at, version, rows)
	return minyi.UnitTable{Slice: req.Slice, Method: m.Name(), Rows: slices.Clone(rows)}, nil
}

// unitRows gives the lines of units in the units' order: those that are
// prepared, and computed ones of the others and of units that have imported
// values alone.
func (s *Service) unitRows(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, units below) ([]minyi.UnitRow, error) {
	if err := s.addUnits(ctx, st, slice, units); err != nil {
		return nil, err
	}
	rows, err := s.computedRows(ctx, m, st, slice, units.sheets)
	if err != nil {
		return nil, err
	}
	rows = append(rows, slices.Collect(maps.Values(units.lines))...)
	slices.SortFunc(rows, func(a, b minyi.UnitRow) int { return cmp.Compare(a.Unit, b.Unit) })
	return rows, nil
}

// computedRows computes lines on all processors: each is a whole tree.
func (s *Service) computedRows(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, stored map[minyi.UnitID][]sheet) ([]minyi.UnitRow, error) {
	units := slices.Sorted(maps.Keys(stored))
	rows, errs := make([]minyi.UnitRow, len(units)), make([]error, len(units))
	shown := tableOf(m)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(units))
	for w := range workers {
		wg.Go(func() {
			quantiles := stat.Quantiles(m.Level)
			for i := w; i < len(units); i += workers {
				rows[i], errs[i] = s.computedRow(ctx, shown, st, slice, units[i], stored[units[i]], quantiles)
			}
		})
	}
	wg.Wait()
	return rows, errors.Join(errs...)
}

// addUnits adds the units that have imported values and no answers; and the
// slice's own where none is below it.
func (s *Service) addUnits(ctx context.Context, st *state, slice minyi.Slice, units below) error {
	tree, err := s.trees.of(ctx, slice.Tenant)
	if err != nil {
		return err
	}
	for u := range st.Imported {
		if u != "" && !units.holds(u) && tree.parent(u) == slice.Unit {
			units.sheets[u] = nil
		}
	}
	if len(units.sheets)+len(units.lines) > 0 || slice.Unit == "" {
		return nil
	}
	own, _, err := s.sumOf(ctx, slice)
	units.sheets[slice.Unit] = []sheet{{Sum: own.Encode()}}
	return err
}

func (s *Service) computedRow(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, unit minyi.UnitID, sheets []sheet, quantiles func(float64) float64) (minyi.UnitRow, error) {
	sum, err := decodeAll(sheets, slice)
	if err != nil {
		return minyi.UnitRow{}, fmt.Errorf("sheets of %s: %w", unit, err)
	}
	slice.Unit = unit
	return s.unitRow(ctx, m, st, slice, sum, quantiles)
}

// unitRow computes the line of the slice's unit.
func (s *Service) unitRow(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, sum tally.Sum, quantiles func(float64) float64) (minyi.UnitRow, error) {
	in, err := s.inputs(ctx, st, slice, sum)
	if err != nil {
		return minyi.UnitRow{}, err
	}
	in.Terse, in.T = true, quantiles
	sheet := tree.Compute(m, in)
	return rowOf(m, slice.Unit, &sheet), nil
}

// decodeAll adds up stored sums, as far as they belong to the slice.
func decodeAll(sheets []sheet, slice minyi.Slice) (tally.Sum, error) {
	sum := tally.Sum{}
	for i := range sheets {
		if err := add(sum, sheets[i].Sum, slice); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// tableOf cuts a method's rates down to those that the unit table shows.
func tableOf(m *methods.Method) *methods.Method {
	shown := *m
	shown.Rates = slices.DeleteFunc(slices.Clone(m.Rates), func(r methods.Rate) bool {
		return r.Name != m.Table.Satisfied && r.Name != m.Table.TopTwo && r.Name != m.Table.Resolved
	})
	return &shown
}

// sumsBelow adds up the slice for each unit directly below it.
func (s *Service) sumsBelow(ctx context.Context, slice minyi.Slice) (map[minyi.UnitID]tally.Sum, error) {
	return s.sumsOfKind(ctx, slice, kindFor(slice))
}

func (s *Service) sumsOfKind(ctx context.Context, slice minyi.Slice, kind string) (map[minyi.UnitID]tally.Sum, error) {
	periods, _, err := s.periodsOf(ctx, slice, kind)
	if err != nil {
		return nil, err
	}
	stored, err := s.storedBelow(ctx, slice, periods, kind)
	if err != nil {
		return nil, err
	}
	sums := make(map[minyi.UnitID]tally.Sum, len(stored))
	for unit, all := range stored {
		if sums[unit], err = decodeAll(all, slice); err != nil {
			return nil, fmt.Errorf("sheets of %s: %w", unit, err)
		}
	}
	return sums, nil
}

// storedBelow reads the sheets of some periods, of each unit directly below
// the slice's.
func (s *Service) storedBelow(ctx context.Context, slice minyi.Slice, periods []string, kind string) (map[minyi.UnitID][]sheet, error) {
	stored := map[minyi.UnitID][]sheet{}
	for _, period := range periods {
		q := docstore.Query{Index: "children", Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, period)}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the sheets of the units: %w", err)
			}
			stored[d.Body.Unit] = append(stored[d.Body.Unit], d.Body)
		}
	}
	return stored, nil
}

// periodsOf lists the periods that cover the slice and have a sheet; the
// slice's own unit has one wherever a unit below it has, and it is written
// after theirs. So its revisions, which version lists, tell whether any of
// them has changed.
func (s *Service) periodsOf(ctx context.Context, slice minyi.Slice, kind string) (periods []string, version string, err error) {
	for _, p := range (span{slice.From, slice.To}).cover() {
		q := docstore.Query{Index: "unit", From: p.from, To: p.to + "\x7f",
			Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, grain(p.from))}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, "", fmt.Errorf("list the periods of a slice: %w", err)
			}
			periods = append(periods, d.Body.Period)
			version += fmt.Sprint(d.Body.Period, "@", d.Rev, " ")
		}
	}
	return periods, version, nil
}

// find gives the figure at path.
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

// gradeByShare grades the rows together where the method grades by shares of
// the units; units under the minimum n take no part.
func gradeByShare(m *methods.Method, rows []minyi.UnitRow) {
	if len(m.Grades.Shares) == 0 {
		return
	}
	var scores []float64
	var graded []*minyi.Figure
	for _, r := range rows {
		if r.Score != nil && !r.Score.Short && r.Score.Coverage >= m.Grades.Coverage {
			scores = append(scores, minyi.Round(*r.Score.Score, m.Places))
			graded = append(graded, r.Score)
		}
	}
	for i, g := range m.Grades.All(scores) {
		graded[i].Grade = g
	}
}

// compareRows puts ranked units first, best score on top; then units with too
// few answers; then those without a score.
func compareRows(a, b minyi.UnitRow) int {
	if c := cmp.Compare(rankClass(a), rankClass(b)); c != 0 {
		return c
	}
	if rankClass(a) == 0 {
		if c := cmp.Compare(*b.Score.Score, *a.Score.Score); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.Unit, b.Unit)
}

func rankClass(r minyi.UnitRow) int {
	switch {
	case r.Score == nil:
		return 2
	case r.Score.Short:
		return 1
	}
	return 0
}
