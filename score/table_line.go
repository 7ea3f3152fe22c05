package score

import (
	"context"
	"fmt"
	"strconv"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/score/methods"
	"minyi/score/tally"
)

// A unit's line of the table is computed when its month or year is summed, and
// written together with that sum as a small sheet of its own for each audience:
// a page of hundreds of units reads their lines, and neither computes nor reads
// their sums.

// lineOf is the kind of the sheets that hold lines of an audience.
func lineOf(audience minyi.Audience) string { return "line " + string(audience) }

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

// addLines prepares a unit's lines of a whole month or year by the tenant's own
// method, beside the lean sheet of that sum.
func (s *Service) addLines(ctx context.Context, st *state, of sheet, sum tally.Sum, into map[string]sheet) error {
	if of.Unit == "" || len(of.Period) > len("2006-01") {
		return nil
	}
	m, err := s.method(of.Tenant, "")
	if err != nil {
		return err
	}
	common := wordsOf(m)
	for _, audience := range audiences {
		row, err := s.lineRow(ctx, m, st, of, audience, sum)
		if err != nil {
			return err
		}
		of.Kind, of.Sum, of.Line = lineOf(audience), nil, packLine(line{st.basis(m, of.Unit), row}, common)
		into[of.id()] = of
	}
	return nil
}

// lineRow computes the line of a sheet's unit and period.
func (s *Service) lineRow(ctx context.Context, m *methods.Method, st *state, of sheet, audience minyi.Audience, sum tally.Sum) (minyi.UnitRow, error) {
	_, days, err := parsePeriod(of.Period)
	if err != nil {
		return minyi.UnitRow{}, err
	}
	slice := minyi.Slice{Tenant: of.Tenant, Unit: of.Unit, Audience: audience, From: days.from, To: days.to}
	return s.unitRow(ctx, tableOf(m), st, slice, only(sum, slice), nil)
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

// below is what stands of the units below another: prepared lines of some, and
// the sheets of the others.
type below struct {
	lines  map[minyi.UnitID]minyi.UnitRow
	sheets map[minyi.UnitID][]sheet
}

func (b below) holds(u minyi.UnitID) bool {
	_, prepared := b.lines[u]
	_, stored := b.sheets[u]
	return prepared || stored
}

// readBelow reads the lines of the units below the slice's where they are
// prepared, and the sheets where they are not.
func (s *Service) readBelow(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, periods []string) (below, error) {
	own, err := s.method(slice.Tenant, "")
	if err != nil {
		return below{}, err
	}
	if own == m && isPrepared(slice) && len(periods) == 1 {
		if units, all, err := s.linesBelow(ctx, m, st, slice, periods[0]); err != nil || all {
			return units, err
		}
	}
	stored, err := s.storedBelow(ctx, slice, periods, kindFor(slice))
	return below{sheets: stored}, err
}

// linesBelow reads the lines of a month or year, and the sheets of units whose
// line is of another basis. all is false where a unit with a sheet has no line.
func (s *Service) linesBelow(ctx context.Context, m *methods.Method, st *state, slice minyi.Slice, period string) (out below, all bool, err error) {
	children := func(kind string) docstore.Query {
		return docstore.Query{Index: "children", Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, period)}
	}
	out = below{map[minyi.UnitID]minyi.UnitRow{}, map[minyi.UnitID][]sheet{}}
	common := wordsOf(m)
	for d, err := range s.store.sheets.Find(ctx, children(lineOf(slice.Audience))) {
		if err != nil {
			return out, false, fmt.Errorf("read the lines of the units: %w", err)
		}
		if row, ok := unpackLine(d.Body.Line, st.basis(m, d.Body.Unit), common); ok {
			out.lines[d.Body.Unit] = row
			continue
		}
		lean := sheet{Tenant: d.Body.Tenant, Unit: d.Body.Unit, Period: period, Kind: lean}
		doc, err := s.store.sheets.Get(ctx, lean.id())
		if err != nil {
			return out, false, fmt.Errorf("read the sheet of %s: %w", lean.Unit, err)
		}
		out.sheets[lean.Unit] = []sheet{doc.Body}
	}
	n, err := s.store.sheets.Count(ctx, children(lean))
	return out, n == int64(len(out.lines)+len(out.sheets)), fault.Wrap(err, "count the sheets of the units")
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
		fresh := map[string]sheet{}
		for _, length := range []string{"2006", "2006-01"} {
			q := docstore.Query{Index: "unit", Part: docstore.Part(string(tenant), string(u), lean, grain(length))}
			for d, err := range s.store.sheets.Find(ctx, q) {
				if err != nil {
					return fmt.Errorf("list the sheets of %s: %w", u, err)
				}
				sum, err := tally.DecodeSum(d.Body.Sum)
				if err == nil {
					err = s.addLines(ctx, st, d.Body, sum, fresh)
				}
				if err != nil {
					return fmt.Errorf("prepare the lines of %s: %w", u, err)
				}
			}
		}
		if err := s.putSheets(ctx, fresh); err != nil {
			return err
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
