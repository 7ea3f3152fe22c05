package score

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/tally"
)

// takeOut removes rows that no raw answer stands behind, from the unit-days
// that still differ after every answer was counted.
func (s *Service) takeOut(ctx context.Context, req RecountRequest, differ []Difference) (int, error) {
	days := map[mark]map[tally.Key]bool{}
	for _, d := range differ {
		days[mark{req.Tenant, d.Unit, d.Period}] = map[tally.Key]bool{}
	}
	err := s.pages(ctx, req, func(facts []minyi.AnswerFacts, _ map[minyi.AnswerID]*minyi.TextFacts) error {
		for _, f := range facts {
			if keys := days[mark{req.Tenant, f.Unit, f.Day}]; keys != nil {
				keys[tally.KeyOf(f.Answer)] = true
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var ops []op
	for d, keys := range days {
		for c, err := range s.liveChunks(ctx, d.Tenant, d.Unit, d.Day) {
			if err != nil {
				return 0, err
			}
			block, err := tally.Decode(c.Rows)
			if err != nil {
				return 0, fmt.Errorf("chunk of %s %s: %w", d.Unit, d.Day, err)
			}
			for _, r := range block {
				if !r.Gone && !keys[r.Key] {
					ops = append(ops, op{c.partition, tally.Tombstone(r.Key, r.Rev)})
				}
			}
		}
	}
	if err := s.putRows(ctx, ops); err != nil {
		return 0, err
	}
	return len(ops), s.mark(ctx, ops)
}

// sound gives a chunk's rows; ok is false where they cannot be read or its sum
// is not theirs.
func (c *chunk) sound() (rows tally.Block, ok bool) {
	rows, err := tally.Decode(c.Rows)
	if err != nil || len(rows) == 0 {
		return nil, err == nil && len(c.Sum) == 0
	}
	return rows, bytes.Equal(rows.Sum().Encode(), c.Sum)
}

// clearDamaged empties chunks that are not sound, so that the count from raw
// answers can write them anew.
func (s *Service) clearDamaged(ctx context.Context, tenant minyi.TenantID) error {
	for c, err := range s.allChunks(ctx, tenant) {
		if err != nil {
			return err
		}
		if _, ok := c.sound(); ok {
			continue
		}
		_, err := s.store.chunks.Update(ctx, c.chunkID(c.Branch), func(b *chunk) error {
			b.Rows, b.Sum = nil, nil
			b.Seq++
			return nil
		})
		if err != nil {
			return fmt.Errorf("empty a damaged chunk: %w", err)
		}
		s.log.WarnContext(ctx, "a chunk could not be read and is counted anew", "unit", c.Unit, "day", c.Day)
	}
	return nil
}

// allChunks streams every live chunk of a tenant, unit by unit.
func (s *Service) allChunks(ctx context.Context, tenant minyi.TenantID) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		units := map[minyi.UnitID]bool{}
		for d, err := range s.store.chunks.Find(ctx, docstore.Query{Index: "units", Part: string(tenant)}) {
			if err != nil {
				yield(chunk{}, fmt.Errorf("list the units with chunks: %w", err))
				return
			}
			units[d.Body.Unit] = true
		}
		for unit := range units {
			for c, err := range s.chunksBetween(ctx, tenant, unit, "", "") {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// compareSheets compares every sheet with the sum of what lies below it: a
// day with its chunks and the days of the units below, a month with its days,
// a year with its months; and every lean sheet with its wide one.
func (s *Service) compareSheets(ctx context.Context, tenant minyi.TenantID) ([]Difference, error) {
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
	var out []Difference
	for _, unit := range units {
		for length, step := range map[string]func(context.Context, sheetKey) (tally.Sum, int64, error){"2006-01-02": run.day, "2006-01": run.longer, "2006": run.longer} {
			d, err := run.compareUnit(ctx, unit, length, step)
			if err != nil {
				return nil, err
			}
			out = append(out, d...)
		}
	}
	return out, nil
}

func (r *summing) compareUnit(ctx context.Context, unit minyi.UnitID, length string, step func(context.Context, sheetKey) (tally.Sum, int64, error)) ([]Difference, error) {
	var out []Difference
	sums := map[string]tally.Sum{}
	for _, kind := range []string{wide, lean, lineOf(minyi.Resident), lineOf(minyi.Enterprise)} {
		q := docstore.Query{Index: "unit", Part: docstore.Part(string(r.tenant), string(unit), kind, grain(length))}
		for d, err := range r.s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the sheets of %s: %w", unit, err)
			}
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
	}
	return out, nil
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

// unitsWithSheets lists the units that have any sheet, "" among them.
func (s *Service) unitsWithSheets(ctx context.Context, tenant minyi.TenantID) ([]minyi.UnitID, error) {
	units := []minyi.UnitID{""}
	seen := map[minyi.UnitID]bool{"": true}
	for d, err := range s.store.sheets.Find(ctx, docstore.Query{Index: "years", Part: string(tenant)}) {
		if err != nil {
			return nil, fmt.Errorf("list the units with sheets: %w", err)
		}
		if !seen[d.Body.Unit] {
			seen[d.Body.Unit] = true
			units = append(units, d.Body.Unit)
		}
	}
	return units, nil
}
