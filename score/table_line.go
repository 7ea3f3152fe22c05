package score

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/score/methods"
	"minyi/score/tally"
)

// A unit's line of the table is computed when its month or year is summed, and
// kept in the sheet itself: it is never of another sum than the one beside it,
// and a page of hundreds of units reads and does not compute.

// line is a prepared line of one audience.
type line struct {
	Basis string // what it was computed by besides the sum
	Row   minyi.UnitRow
}

// audiences are those that a table can be of.
var audiences = []minyi.Audience{minyi.Resident, minyi.Enterprise}

// basis names what figures are computed by besides counts: the method, the
// unit's imported values and the measured errors of the text model.
func (st *state) basis(m *methods.Method, unit minyi.UnitID) string {
	return m.Name() + "|" + strconv.FormatInt(st.Imported[unit], 10) + "|" + strconv.FormatInt(st.Errors.Rev, 10)
}

// lines prepares a unit's lines of a whole month or year by the tenant's own
// method.
func (s *Service) lines(ctx context.Context, st *state, tenant minyi.TenantID, unit minyi.UnitID, period string, sum tally.Sum) (map[minyi.Audience][]byte, error) {
	if unit == "" || len(period) > len("2006-01") {
		return nil, nil
	}
	m, err := s.method(tenant, "")
	if err != nil {
		return nil, err
	}
	_, days, err := parsePeriod(period)
	if err != nil {
		return nil, err
	}
	out := map[minyi.Audience][]byte{}
	for _, audience := range audiences {
		slice := minyi.Slice{Tenant: tenant, Unit: unit, Audience: audience, From: days.from, To: days.to}
		row, err := s.unitRow(ctx, tableOf(m), st, slice, only(sum, slice), nil)
		if err != nil {
			return nil, err
		}
		out[audience] = packLine(line{st.basis(m, unit), row})
	}
	return out, nil
}

// only gives the cells that belong to a slice.
func only(sum tally.Sum, slice minyi.Slice) tally.Sum {
	out := tally.Sum{}
	for c, n := range sum {
		if in(slice, c) {
			out[c] = n
		}
	}
	return out
}

// isPrepared reports whether a slice is one whole month or year of all
// answers: those have lines.
func isPrepared(slice minyi.Slice) bool {
	cover := span{slice.From, slice.To}.cover()
	return slice.Channel == "" && slice.Campaign == "" && slice.Family == "" &&
		len(cover) == 1 && cover[0].from == cover[0].to && len(cover[0].from) <= len("2006-01")
}

// prepareAnew marks units whose lines have to be computed again though no
// answer has changed.
func (s *Service) prepareAnew(ctx context.Context, tenant minyi.TenantID, units []minyi.UnitID) error {
	docs := make([]markDoc, len(units))
	for i, u := range units {
		docs[i] = markDoc{ID: id.New("line"), Body: mark{Tenant: tenant, Unit: u}}
	}
	if _, err := s.store.marks.InsertMany(ctx, docs); err != nil {
		return fmt.Errorf("mark %d units to be prepared anew: %w", len(units), err)
	}
	s.wake()
	return nil
}

// prepareUnits computes the lines of every month and year of some units.
func (s *Service) prepareUnits(ctx context.Context, st *state, tenant minyi.TenantID, units []minyi.UnitID) error {
	for _, u := range units {
		if u == "" {
			continue // the whole tenant is no line of a table
		}
		var ids []string
		for _, length := range []string{"2006", "2006-01"} {
			q := docstore.Query{Index: "unit", Part: docstore.Part(string(tenant), string(u), lean, grain(length))}
			for d, err := range s.store.sheets.Find(ctx, q) {
				if err != nil {
					return fmt.Errorf("list the sheets of %s: %w", u, err)
				}
				ids = append(ids, d.ID)
			}
		}
		for part := range slices.Chunk(ids, 100) {
			err := s.store.sheets.UpdateMany(ctx, part, func(_ string, b *sheet) error {
				sum, err := tally.DecodeSum(b.Sum)
				if err == nil {
					b.Lines, err = s.lines(ctx, st, tenant, u, b.Period, sum)
				}
				return err
			})
			if err != nil {
				return fmt.Errorf("prepare the lines of %s: %w", u, err)
			}
		}
	}
	return nil
}

// stateOf reads what is remembered of a tenant; nothing yet is an empty state.
func (s *Service) stateOf(ctx context.Context, tenant minyi.TenantID) (*state, int64, error) {
	doc, err := s.store.states.Get(ctx, string(tenant))
	if fault.Is(err, fault.NotFound) {
		return &state{}, 0, nil
	}
	return &doc.Body, doc.Rev, fault.Wrap(err, "read the tenant's state")
}

// rowOf picks the table's columns out of a sheet.
func rowOf(m *methods.Method, unit minyi.UnitID, sheet *minyi.Sheet) minyi.UnitRow {
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
	for i := range sheet.Root.Children {
		row.Indicators = indicators(row.Indicators, &sheet.Root.Children[i])
	}
	return row
}

// indicators adds the figures of the first two levels that have a score.
func indicators(out []minyi.Figure, f *minyi.Figure) []minyi.Figure {
	if f.Score == nil || f.Level > 2 {
		return out
	}
	alone := *f
	alone.Children, alone.Formula, alone.Excl = nil, "", ""
	out = append(out, alone)
	for i := range f.Children {
		out = indicators(out, &f.Children[i])
	}
	return out
}
