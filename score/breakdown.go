package score

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// BreakdownRequest asks for figures by one attribute.
type BreakdownRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	By     string      `json:"by" query:"by"`                       // channel campaign family audience category; for a nation's units: province region rank tier
	Path   string      `json:"path,omitempty" query:"path"`         // empty: what the method's unit table shows
	K      int         `json:"suppress,omitempty" query:"suppress"` // hide parts with fewer answers; 0: none
}

// Breakdown is a figure and the rates beside it, by one attribute.
type Breakdown struct {
	Slice  minyi.Slice    `json:"slice"`
	Method string         `json:"method"`
	By     string         `json:"by"`
	Parts  []BreakdownRow `json:"parts"`
	Hidden int            `json:"hidden"` // parts not shown because too few answered
}

// BreakdownRow is one part. Audiences stand side by side; they are never
// summed.
type BreakdownRow struct {
	Key     string         `json:"key"`
	Answers int            `json:"answers"`
	Figure  *minyi.Figure  `json:"figure"`
	Rates   []minyi.Figure `json:"rates"`
}

// Breakdown gives the parts of a slice, most answers first. By category the
// packed rows are read, in time that grows with the answers; all others come
// from the stored sums.
func (s *Service) Breakdown(ctx context.Context, req BreakdownRequest) (Breakdown, error) {
	m, err := s.ready(&req.Slice, req.Method)
	if err != nil {
		return Breakdown{}, err
	}
	if req.Path == "" {
		req.Path = m.Table.Score
	}
	parts, err := s.partsBy(ctx, req)
	if err != nil {
		return Breakdown{}, err
	}
	out := Breakdown{Slice: req.Slice, Method: m.Name(), By: req.By, Parts: []BreakdownRow{}}
	for key, sum := range parts {
		row := breakdownRow(m, key, sum, req)
		if row.Answers < req.K {
			out.Hidden++
			continue
		}
		out.Parts = append(out.Parts, row)
	}
	out.hideAnother(req.K)
	slices.SortFunc(out.Parts, func(a, b BreakdownRow) int {
		return cmp.Or(cmp.Compare(b.Answers, a.Answers), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

// hideAnother hides the smallest shown part when exactly one is hidden, which
// the total would otherwise give away.
func (b *Breakdown) hideAnother(k int) {
	if k <= 1 || b.Hidden != 1 || len(b.Parts) == 0 {
		return
	}
	least := 0
	for i, p := range b.Parts {
		if p.Answers < b.Parts[least].Answers {
			least = i
		}
	}
	b.Parts = slices.Delete(b.Parts, least, least+1)
	b.Hidden++
}

func breakdownRow(m *methods.Method, key string, sum tally.Sum, req BreakdownRequest) BreakdownRow {
	channel := req.Slice.Channel
	if req.By == "channel" {
		channel = minyi.Channel(key)
	}
	c := computed{Sheet: tree.Compute(m, tree.Inputs{Sum: sum, Channel: channel})}
	row := BreakdownRow{Key: key, Answers: c.Answers, Rates: c.Rates, Figure: c.figure(req.Path)}
	if row.Figure != nil {
		top := *row.Figure
		top.Children = nil
		row.Figure = &top
	}
	return row
}

// partsBy parts a slice's sum.
func (s *Service) partsBy(ctx context.Context, req BreakdownRequest) (map[string]tally.Sum, error) {
	key := map[string]func(tally.Cell) string{
		"channel":  func(c tally.Cell) string { return string(c.Channel) },
		"campaign": func(c tally.Cell) string { return string(c.Campaign) },
		"family":   func(c tally.Cell) string { return string(c.Family) },
		"audience": func(c tally.Cell) string { return string(c.Audience) },
	}[req.By]
	switch {
	case req.By == "category":
		return s.byCategory(ctx, req.Slice)
	case key == nil:
		return s.byPlace(ctx, req)
	}
	parts := map[string]tally.Sum{}
	for _, p := range (span{req.Slice.From, req.Slice.To}).cover() {
		q := docstore.Query{Index: "unit", From: p.from, To: p.to + "\x7f",
			Part: docstore.Part(string(req.Slice.Tenant), string(req.Slice.Unit), wide, grain(p.from))}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("read the sheets of a slice: %w", err)
			}
			if err := addParts(parts, d.Body.Sum, req, key); err != nil {
				return nil, fmt.Errorf("sheet of %s: %w", d.Body.Period, err)
			}
		}
	}
	return parts, nil
}

func addParts(parts map[string]tally.Sum, stored []byte, req BreakdownRequest, key func(tally.Cell) string) error {
	all, err := tally.DecodeSum(stored)
	if err != nil {
		return err
	}
	for c, n := range all {
		slice := req.Slice
		if req.By == "audience" {
			slice.Audience = c.Audience
		}
		if in(slice, c) {
			partOf(parts, key(c)).Merge(tally.Sum{c: n})
		}
	}
	return nil
}

func partOf(parts map[string]tally.Sum, key string) tally.Sum {
	if parts[key] == nil {
		parts[key] = tally.Sum{}
	}
	return parts[key]
}

// byCategory scans the packed rows of the unit and of all below it.
func (s *Service) byCategory(ctx context.Context, slice minyi.Slice) (map[string]tally.Sum, error) {
	tree, err := s.trees.of(ctx, slice.Tenant, slice.Unit)
	if err != nil {
		return nil, err
	}
	units, err := s.unitsWithSheets(ctx, slice.Tenant)
	if err != nil {
		return nil, err
	}
	from, to := slice.From, slice.To
	if to != "" {
		to += "}"
	}
	parts := map[string]tally.Sum{}
	for _, u := range units {
		if u != slice.Unit && !slices.Contains(tree.ancestors(u), slice.Unit) {
			continue
		}
		for c, err := range s.chunksBetween(ctx, slice.Tenant, u, from, to) {
			if err != nil {
				return nil, err
			}
			if err := addRows(parts, c, slice); err != nil {
				return nil, err
			}
		}
	}
	return parts, nil
}

func addRows(parts map[string]tally.Sum, c chunk, slice minyi.Slice) error {
	block, err := tally.Decode(c.Rows)
	if err != nil {
		return fmt.Errorf("chunk of %s %s: %w", c.Unit, c.Day, err)
	}
	for _, r := range block {
		if cell, counts := tally.CellOf(r); counts && in(slice, cell) {
			partOf(parts, r.Category).Add(r)
		}
	}
	return nil
}
