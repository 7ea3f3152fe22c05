package score

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/tally"
)

// sumAnew sums what is marked over whatever stands: a chunk that was lost and
// written again counts its changes from one, and by that count its days would
// never replace the old sheets. Then it sums the sheets that still differ, such
// as those of a unit that has nothing of its own any more.
func (s *Service) sumAnew(ctx context.Context, tenant minyi.TenantID, have map[mark]tallied) error {
	values, err := s.valuesByUnit(ctx, tenant)
	if err != nil {
		return err
	}
	if err := s.nextEpoch(ctx, tenant, values); err != nil {
		return err
	}
	if err := s.Aggregate(ctx); err != nil {
		return err
	}
	differ, err := s.compareSums(ctx, tenant, have)
	if err != nil || len(differ) == 0 {
		return err
	}
	ops := make([]op, 0, len(differ))
	for _, d := range differ {
		ops = append(ops, op{at: partition{Tenant: tenant, Unit: d.Unit, Day: d.Period}})
	}
	if err := s.mark(ctx, ops); err != nil {
		return err
	}
	if err := s.nextEpoch(ctx, tenant, values); err != nil {
		return err
	}
	return s.Aggregate(ctx)
}

// nextEpoch lets sheets that are summed from now on replace any that stand, and
// remembers again which units have imported values.
func (s *Service) nextEpoch(ctx context.Context, tenant minyi.TenantID, values map[minyi.UnitID]int) error {
	_, err := s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error {
		st.Epoch++
		for u := range values {
			if st.Imported[u] == 0 {
				st.noteImport(u)
			}
		}
		return nil
	})
	return fault.Wrap(err, "begin to sum anew")
}

// valuesByUnit counts the imported values of each unit.
func (s *Service) valuesByUnit(ctx context.Context, tenant minyi.TenantID) (map[minyi.UnitID]int, error) {
	out := map[minyi.UnitID]int{}
	for d, err := range s.store.indicators.Find(ctx, docstore.Query{}) {
		if err != nil {
			return nil, fmt.Errorf("list imported indicators: %w", err)
		}
		if d.Body.Tenant == tenant {
			out[d.Body.Unit]++
		}
	}
	return out, nil
}

// compareSums compares every sheet with the sum of what lies below it: a day
// with its chunks and the days of the units below, a month with its days, a year
// with its months; every lean sheet with its wide one; and each unit's imported
// values with what is remembered of them. have says on which days a unit has
// answers, and so sheets.
func (s *Service) compareSums(ctx context.Context, tenant minyi.TenantID, have map[mark]tallied) ([]Difference, error) {
	units, err := s.unitsWithSheets(ctx, tenant)
	if err != nil {
		return nil, err
	}
	tree, err := s.trees.of(ctx, tenant, units...)
	if err != nil {
		return nil, err
	}
	st, _, err := s.stateOf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	run := &summing{s: s, tenant: tenant, tree: tree, state: st}
	out, err := run.compareImported(ctx)
	if err != nil {
		return nil, err
	}
	due := dueSheets(tree, have)
	for _, u := range units {
		if due[u] == nil {
			due[u] = map[string]bool{}
		}
	}
	for _, unit := range slices.Sorted(maps.Keys(due)) {
		for length, step := range map[string]func(context.Context, sheetKey) (tally.Sum, int64, error){"2006-01-02": run.day, "2006-01": run.longer, "2006": run.longer} {
			d, err := run.compareUnit(ctx, unit, length, step, due[unit])
			if err != nil {
				return nil, err
			}
			out = append(out, d...)
		}
	}
	slices.SortStableFunc(out, compareDifferences)
	return out, nil
}

// dueSheets lists, by unit, the days, months and years that must have a sheet.
func dueSheets(tree *unitTree, have map[mark]tallied) map[minyi.UnitID]map[string]bool {
	due := map[minyi.UnitID]map[string]bool{}
	for k := range have {
		for _, u := range append([]minyi.UnitID{k.Unit}, tree.ancestors(k.Unit)...) {
			if due[u] == nil {
				due[u] = map[string]bool{}
			}
			for _, length := range []string{"2006-01-02", "2006-01", "2006"} {
				due[u][k.Day[:len(length)]] = true
			}
		}
	}
	return due
}

// compareImported compares what is remembered of imported values with them: of a
// unit that is thought to have none they are not read.
func (r *summing) compareImported(ctx context.Context) ([]Difference, error) {
	values, err := r.s.valuesByUnit(ctx, r.tenant)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for u, n := range values {
		if r.state.Imported[u] == 0 {
			out = append(out, Difference{u, "", "imported values", n, 0})
		}
	}
	return out, nil
}

// compareUnit compares a unit's sheets of one length.
func (r *summing) compareUnit(ctx context.Context, unit minyi.UnitID, length string, step func(context.Context, sheetKey) (tally.Sum, int64, error), due map[string]bool) ([]Difference, error) {
	var out []Difference
	sums := map[string]tally.Sum{}
	for _, kind := range []string{wide, lean, lineOf(minyi.Resident), lineOf(minyi.Enterprise)} {
		missing := maps.Clone(due)
		q := docstore.Query{Index: "unit", Part: docstore.Part(string(r.tenant), string(unit), kind, grain(length))}
		for d, err := range r.s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the sheets of %s: %w", unit, err)
			}
			delete(missing, d.Body.Period)
			want, known := sums[d.Body.Period]
			if !known {
				want, _, err = step(ctx, sheetKey{unit, d.Body.Period})
				sums[d.Body.Period] = want
			}
			switch {
			case errors.Is(err, tally.ErrDamaged):
				out = append(out, Difference{Unit: unit, Period: d.Body.Period, What: "unreadable below"})
				continue
			case err != nil:
				return nil, err
			case want == nil:
				continue // told already
			}
			same, err := r.holds(ctx, d.Body, want)
			if err != nil {
				return nil, err
			}
			if !same {
				have := want // a line holds no counts
				if d.Body.Line == nil {
					have, _ = tally.DecodeSum(d.Body.Sum) // what can be read of it
				}
				out = append(out, Difference{unit, d.Body.Period, "sheet " + kind, total(want), total(have)})
			}
		}
		if kind == wide || kind == lean { // a line that is missing is computed when it is asked for
			out = append(out, absent(unit, kind, length, missing)...)
		}
	}
	return out, nil
}

// absent tells the sheets of one length that are missing.
func absent(unit minyi.UnitID, kind, length string, missing map[string]bool) []Difference {
	var out []Difference
	for period := range missing {
		if len(period) == len(length) {
			out = append(out, Difference{Unit: unit, Period: period, What: "no sheet " + kind})
		}
	}
	return out
}

// holds reports whether a stored sheet is what it should be: of this sum. A
// line that is not of today's basis is not shown, and so cannot be wrong.
func (r *summing) holds(ctx context.Context, have sheet, want tally.Sum) (bool, error) {
	switch have.Kind {
	case wide:
		return bytes.Equal(want.Encode(), have.Sum), nil
	case lean:
		return bytes.Equal(want.Lean().Encode(), have.Sum), nil
	}
	m, err := r.s.method(r.tenant, "")
	if err != nil {
		return false, err
	}
	if _, shown := unpackLine(have.Line, r.state.basis(m, have.Unit), wordsOf(m)); !shown {
		return true, nil
	}
	fresh := map[string]sheet{}
	err = r.s.addLines(ctx, r.state, have, want.Lean(), fresh)
	return bytes.Equal(fresh[have.id()].Line, have.Line), err
}

func total(s tally.Sum) int {
	return int(s.Pick(func(tally.Cell) bool { return true }).Answers)
}
