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
	stored, err := s.storedBelow(ctx, req.Slice, kindFor(req.Slice))
	if err != nil {
		return minyi.UnitTable{}, err
	}
	if len(stored) == 0 && req.Slice.Unit != "" {
		own, _, err := s.sumOf(ctx, req.Slice)
		if err != nil {
			return minyi.UnitTable{}, err
		}
		stored = map[minyi.UnitID][][]byte{req.Slice.Unit: {own.Encode()}}
	}
	imports, err := s.withImports(ctx, req.Slice.Tenant)
	if err != nil {
		return minyi.UnitTable{}, err
	}
	table := minyi.UnitTable{Slice: req.Slice, Method: m.Name()}
	if table.Rows, err = s.unitRows(ctx, m, req.Slice, stored, imports); err != nil {
		return minyi.UnitTable{}, err
	}
	gradeByShare(m, table.Rows)
	slices.SortFunc(table.Rows, compareRows)
	return table, nil
}

// unitRows computes the rows, on all processors: each is a whole tree.
func (s *Service) unitRows(ctx context.Context, m *methods.Method, slice minyi.Slice, stored map[minyi.UnitID][][]byte, imports map[minyi.UnitID]bool) ([]minyi.UnitRow, error) {
	units := slices.Sorted(maps.Keys(stored))
	rows, errs := make([]minyi.UnitRow, len(units)), make([]error, len(units))
	shown := tableOf(m)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(units))
	for w := range workers {
		wg.Go(func() {
			quantiles := stat.Quantiles(m.Level)
			for i := w; i < len(units); i += workers {
				rows[i], errs[i] = s.unitRow(ctx, shown, slice, units[i], stored[units[i]], imports[units[i]], quantiles)
			}
		})
	}
	wg.Wait()
	return rows, errors.Join(errs...)
}

func (s *Service) unitRow(ctx context.Context, m *methods.Method, slice minyi.Slice, unit minyi.UnitID, stored [][]byte, imports bool, quantiles func(float64) float64) (minyi.UnitRow, error) {
	sum, err := decodeAll(stored, slice)
	if err != nil {
		return minyi.UnitRow{}, fmt.Errorf("sheets of %s: %w", unit, err)
	}
	in := tree.Inputs{Sum: sum, Channel: slice.Channel, Terse: true, T: quantiles}
	if slice.Unit = unit; imports {
		if in.Imported, err = s.imported(ctx, slice); err != nil {
			return minyi.UnitRow{}, err
		}
	}
	sheet := tree.Compute(m, in)
	return unitRow(m, unit, &sheet), nil
}

// decodeAll adds up stored sums, as far as they belong to the slice.
func decodeAll(stored [][]byte, slice minyi.Slice) (tally.Sum, error) {
	sum := tally.Sum{}
	for _, b := range stored {
		if err := add(sum, b, slice); err != nil {
			return nil, err
		}
	}
	return sum, nil
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
	stored, err := s.storedBelow(ctx, slice, kind)
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

// storedBelow reads the packed sums that cover a slice, of each unit directly
// below it.
func (s *Service) storedBelow(ctx context.Context, slice minyi.Slice, kind string) (map[minyi.UnitID][][]byte, error) {
	stored := map[minyi.UnitID][][]byte{}
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
			stored[d.Body.Unit] = append(stored[d.Body.Unit], d.Body.Sum)
		}
	}
	return stored, nil
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
