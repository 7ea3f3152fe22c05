package score

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
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
	m, err := s.ready(&req.Slice, req.Method)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	sums, err := s.sumsBelow(ctx, req.Slice)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	if len(sums) == 0 && req.Slice.Unit != "" {
		own, _, err := s.sumOf(ctx, req.Slice)
		if err != nil {
			return minyi.UnitTable{}, err
		}
		sums = map[minyi.UnitID]tally.Sum{req.Slice.Unit: own}
	}
	imports, err := s.withImports(ctx, req.Slice.Tenant)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	table := minyi.UnitTable{Slice: req.Slice, Method: m.Name()}
	if table.Rows, err = s.unitRows(ctx, m, req.Slice, sums, imports); err != nil {
		return minyi.UnitTable{}, err
	}
	gradeByShare(m, table.Rows)
	slices.SortFunc(table.Rows, compareRows)
	return table, nil
}

// unitRows computes the rows, on all processors: each is a whole tree.
func (s *Service) unitRows(ctx context.Context, m *methods.Method, slice minyi.Slice, sums map[minyi.UnitID]tally.Sum, imports map[minyi.UnitID]bool) ([]minyi.UnitRow, error) {
	units := slices.Sorted(maps.Keys(sums))
	rows, errs := make([]minyi.UnitRow, len(units)), make([]error, len(units))
	shown := tableOf(m)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(units))
	for w := range workers {
		wg.Go(func() {
			quantiles := stat.Quantiles(m.Level)
			for i := w; i < len(units); i += workers {
				slice := slice
				slice.Unit = units[i]
				in := tree.Inputs{Sum: sums[units[i]], Channel: slice.Channel, Terse: true, T: quantiles}
				if imports[units[i]] {
					in.Imported, errs[i] = s.imported(ctx, slice)
				}
				sheet := tree.Compute(shown, in)
				rows[i] = unitRow(m, units[i], &sheet)
			}
		})
	}
	wg.Wait()
	return rows, errors.Join(errs...)
}

// tableOf cuts a method down to what the unit table shows.
func tableOf(m *methods.Method) *methods.Method {
	shown := *m
	shown.Rates = slices.DeleteFunc(slices.Clone(m.Rates), func(r methods.Rate) bool {
		return r.Name != m.Table.Satisfied && r.Name != m.Table.TopTwo && r.Name != m.Table.Resolved
	})
	if m.Table.Score != m.Root {
		shown.Tree = slices.DeleteFunc(slices.Clone(m.Tree), func(n methods.Node) bool {
			return n.Path != m.Table.Score && !strings.HasPrefix(m.Table.Score, n.Path+"/")
		})
	}
	return &shown
}

// sumsBelow adds up the slice for each unit directly below it.
func (s *Service) sumsBelow(ctx context.Context, slice minyi.Slice) (map[minyi.UnitID]tally.Sum, error) {
	return s.sumsOfKind(ctx, slice, kindFor(slice))
}

func (s *Service) sumsOfKind(ctx context.Context, slice minyi.Slice, kind string) (map[minyi.UnitID]tally.Sum, error) {
	sums := map[minyi.UnitID]tally.Sum{}
	periods, err := s.periodsOf(ctx, slice, kind)
	if err != nil {
		return nil, err
	}
	for _, period := range periods {
		q := docstore.Query{Index: "children", Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, period)}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the sheets of the units: %w", err)
			}
			sum := sums[d.Body.Unit]
			if sum == nil {
				sum = tally.Sum{}
				sums[d.Body.Unit] = sum
			}
			if err := add(sum, d.Body.Sum, slice); err != nil {
				return nil, fmt.Errorf("sheet of %s %s: %w", d.Body.Unit, d.Body.Period, err)
			}
		}
	}
	return sums, nil
}

// periodsOf lists the periods that cover the slice and have a sheet; the
// slice's own unit has one wherever a unit below it has.
func (s *Service) periodsOf(ctx context.Context, slice minyi.Slice, kind string) ([]string, error) {
	var out []string
	for _, p := range (span{slice.From, slice.To}).cover() {
		q := docstore.Query{Index: "unit", From: p.from, To: p.to + "\x7f",
			Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, grain(p.from))}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("list the periods of a slice: %w", err)
			}
			out = append(out, d.Body.Period)
		}
	}
	return out, nil
}

// unitRow picks the table's columns out of a sheet.
func unitRow(m *methods.Method, unit minyi.UnitID, sheet *minyi.Sheet) minyi.UnitRow {
	row := minyi.UnitRow{Unit: unit, Valid: sheet.Answers, Defaults: sheet.Defaults}
	for i := range sheet.Rates {
		f := &sheet.Rates[i]
		switch {
		case f.Score == nil:
		case f.Path == m.Table.Satisfied:
			row.Satisfied = f
		case f.Path == m.Table.TopTwo:
			row.TopTwo = f
		case f.Path == m.Table.Resolved:
			row.Resolved = f
		}
	}
	if f := find(&sheet.Root, m.Table.Score); f != nil && f.Score != nil {
		top := *f
		top.Children = nil
		row.Score = &top
	}
	return row
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
			scores = append(scores, *r.Score.Score)
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
