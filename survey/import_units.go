package survey

import (
	"context"
	"slices"

	"minyi"
	"minyi/internal/docstore"
	"minyi/survey/intake"
)

// ImportUnits takes a list of units: id, name, the unit above, and what they
// are grouped by (region, administrative rank, city tier). Good rows are taken
// and each bad one is reported; a unit named again is changed. Figures follow a
// unit that moves under another. A list without the column of the unit above
// leaves the tree as it is.
func (s *Service) ImportUnits(ctx context.Context, req ImportRequest) (ImportReport, error) {
	in, err := s.open(ctx, "units", req)
	if err != nil {
		return ImportReport{}, err
	}
	defer in.table.Close()
	list, err := intake.NewUnits(in.table, req.Mapping)
	if err != nil {
		return ImportReport{}, err
	}
	in.columns(list.Binding)
	tree, err := s.Units(ctx, minyi.UnitsRequest{Tenant: in.report.Import.Tenant})
	if err != nil {
		return ImportReport{}, err
	}
	before := map[minyi.UnitID]minyi.Unit{}
	for _, u := range tree.Units {
		before[u.ID] = u
	}
	after, problems := graft(before, in.rows(list), list.Binding)
	for _, p := range problems {
		in.refuse(p)
	}
	in.warn(nil, list.Warnings())
	in.report.Import.Counts.Known = in.report.Import.Counts.Rows - in.report.Import.Counts.Refused
	for u, unit := range after {
		if stood, ok := before[u]; !ok || stood != unit {
			in.report.Import.Counts.Taken++
			in.report.Import.Counts.Known--
		}
	}
	if in.dry {
		return in.report, nil
	}
	if err := s.keepUnits(ctx, in.report.Import.Tenant, after); err != nil {
		return ImportReport{}, err
	}
	return in.report, s.close(ctx, in)
}

// rows reads the list, which is of thousands at most: a tree is checked whole.
func (in *incoming) rows(list *intake.Units) []intake.UnitRow {
	var rows []intake.UnitRow
	for row, problems := range list.All() {
		if in.count(problems) {
			rows = append(rows, row)
		}
	}
	return rows
}

// graft joins a list of units to a tree and gives the tree that comes of it,
// with the rows that do not fit.
func graft(before map[minyi.UnitID]minyi.Unit, rows []intake.UnitRow, b *intake.Binding) (after map[minyi.UnitID]minyi.Unit, bad []intake.Problem) {
	after = map[minyi.UnitID]minyi.Unit{}
	for id, u := range before {
		after[id] = u
	}
	var taken []intake.UnitRow
	listed := map[minyi.UnitID]bool{}
	for _, r := range rows {
		id := minyi.UnitID(r.ID)
		if listed[id] {
			bad = append(bad, r.Twice())
			continue
		}
		listed[id] = true
		after[id] = changed(before[id], r, b)
		taken = append(taken, r)
	}
	for again := b.Has("parent"); again; {
		again = false
		kept := taken[:0]
		for _, r := range taken {
			if p := place(after, r); p != nil {
				bad = append(bad, *p)
				back(after, before, minyi.UnitID(r.ID))
				again = true // what stood below it may now be without
				continue
			}
			kept = append(kept, r)
		}
		taken = kept
	}
	return after, bad
}

// changed gives the unit as the row has it; columns that are not there change
// nothing.
func changed(u minyi.Unit, r intake.UnitRow, b *intake.Binding) minyi.Unit {
	u.ID = minyi.UnitID(r.ID)
	if b.Has("name") || u.Name == "" {
		u.Name = r.Name
	}
	for field, to := range map[string]*string{"region": &u.Region, "rank": &u.Rank, "tier": &u.Tier} {
		if b.Has(field) {
			*to = map[string]string{"region": r.Region, "rank": r.Rank, "tier": r.Tier}[field]
		}
	}
	return u
}

// place puts the row's unit under the one that it names, by id or by name.
func place(units map[minyi.UnitID]minyi.Unit, r intake.UnitRow) *intake.Problem {
	unit := units[minyi.UnitID(r.ID)]
	unit.Parent = ""
	if r.Parent != "" {
		found := named(units, r.Parent)
		switch {
		case len(found) == 0:
			p := r.Orphan()
			return &p
		case len(found) > 1:
			p := r.Ambiguous()
			return &p
		}
		unit.Parent = found[0]
	}
	units[unit.ID] = unit
	for up, steps := unit.Parent, 0; up != "" && steps <= len(units); up, steps = units[up].Parent, steps+1 {
		if up == unit.ID {
			p := r.Loop()
			return &p
		}
	}
	return nil
}

func named(units map[minyi.UnitID]minyi.Unit, name string) (found []minyi.UnitID) {
	if _, ok := units[minyi.UnitID(name)]; ok {
		return []minyi.UnitID{minyi.UnitID(name)}
	}
	for id, u := range units {
		if u.Name == name {
			found = append(found, id)
		}
	}
	return found
}

// back undoes a row.
func back(after, before map[minyi.UnitID]minyi.Unit, id minyi.UnitID) {
	if u, stood := before[id]; stood {
		after[id] = u
		return
	}
	delete(after, id)
}

// keepUnits writes the tree with each unit's depth, by which parents are read
// before their children.
func (s *Service) keepUnits(ctx context.Context, t minyi.TenantID, units map[minyi.UnitID]minyi.Unit) error {
	var ids []string
	records := map[string]UnitRecord{}
	for id, u := range units {
		key := docstore.Part(string(t), string(id))
		records[key] = UnitRecord{Tenant: t, Unit: u, Depth: depth(units, u)}
		ids = append(ids, key)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, 500) {
		err := s.store.units.PutMany(ctx, part, func(key string, u *UnitRecord, exists bool) error {
			if exists && *u == records[key] {
				return docstore.Unchanged
			}
			*u = records[key]
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func depth(units map[minyi.UnitID]minyi.Unit, u minyi.Unit) (n int) {
	for u.Parent != "" && n <= len(units) {
		u, n = units[u.Parent], n+1
	}
	return n
}
