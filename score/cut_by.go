package score

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/methods"
	"minyi/score/places"
	"minyi/score/tally"
	"minyi/score/tree"
)

// cellKeys are the attributes that stored sums keep apart.
var cellKeys = map[string]func(tally.Cell) string{
	"channel":  func(c tally.Cell) string { return string(c.Channel) },
	"campaign": func(c tally.Cell) string { return string(c.Campaign) },
	"family":   func(c tally.Cell) string { return string(c.Family) },
	"audience": func(c tally.Cell) string { return string(c.Audience) },
}

// grains are the periods that a breakdown may be by.
var grains = []string{Daily, Weekly, Monthly, Quarterly, Yearly, Rolling}

// checkBy refuses attributes that nothing can be parted by.
func checkBy(by string) error {
	_, isPlace := (places.Place{}).By(by)
	if cellKeys[by] != nil || isPlace || slices.Contains([]string{"unit", "category", "question"}, by) || slices.Contains(grains, by) {
		return nil
	}
	known := "unit audience channel campaign family category question province region rank tier " + strings.Join(grains, " ")
	return fault.New(fault.Invalid, "by_bad", "by 应为以下之一："+strings.ReplaceAll(known, " ", "、")+"。", "by must be one of "+strings.ReplaceAll(known, " ", ", ")).On("by")
}

// partsOf computes the parts of a slice in a span, each as a sheet.
func (s *Service) partsOf(ctx context.Context, m *methods.Method, req BreakdownRequest, p span) (map[string]*computed, error) {
	req.Slice.From, req.Slice.To = p.from, p.to
	switch req.By {
	case "unit":
		return s.partsByUnit(ctx, m, req.Slice, p)
	case "question":
		return s.partsByQuestion(ctx, m, req.Slice)
	}
	sums, err := s.sumsBy(ctx, req)
	if err != nil {
		return nil, err
	}
	st, _, err := s.stateOf(ctx, req.Slice.Tenant)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*computed, len(sums))
	for key, sum := range sums {
		in := tree.Inputs{Sum: sum, Channel: req.Slice.Channel, Errors: st.Errors.Measured}
		if req.By == "channel" {
			in.Channel = minyi.Channel(key)
		}
		out[key] = computedFrom(m, in, req.Slice)
	}
	return out, nil
}

func (s *Service) partsByUnit(ctx context.Context, m *methods.Method, slice minyi.Slice, p span) (map[string]*computed, error) {
	below, err := s.computedBelow(ctx, m, slice, p)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*computed, len(below))
	for unit, c := range below {
		out[string(unit)] = c
	}
	return out, nil
}

// partsByQuestion makes each closed question a figure of its own: yes/no ones
// the share of yes, all others the linear mean.
func (s *Service) partsByQuestion(ctx context.Context, m *methods.Method, slice minyi.Slice) (map[string]*computed, error) {
	sum, _, err := s.sumOf(ctx, slice)
	if err != nil {
		return nil, err
	}
	byTag := map[string][]tally.Question{}
	for _, q := range tree.Counted(m, sum, slice.Channel).Questions() {
		if q != tally.Polarity && q != tally.Suggestion {
			byTag[q.Tag] = append(byTag[q.Tag], q)
		}
	}
	own := *m
	own.Tree, own.Rates, own.Missing, own.Grades = nil, nil, methods.Reweight, methods.Grades{} // a question is no indicator to be graded
	for tag, scales := range byTag {
		source := methods.Source{Kind: methods.Survey, Tag: tag}
		if len(scales) == 1 && scales[0].K == 2 {
			source.Rate, source.Of = []int{2}, 2
		}
		own.Tree = append(own.Tree, methods.Node{Name: tag, Path: tag, Share: 1 / float64(len(byTag)), Leaf: &methods.Leaf{Sources: []methods.Source{source}}})
	}
	all := computedFrom(&own, tree.Inputs{Sum: sum, Channel: slice.Channel}, slice)
	out := make(map[string]*computed, len(byTag))
	for tag := range byTag {
		one := *all
		if f := all.figure(tag); f != nil {
			one.Answers = f.N
		}
		out[tag] = &one
	}
	return out, nil
}

// sumsBy parts a slice's sum by an attribute of its answers or its places.
func (s *Service) sumsBy(ctx context.Context, req BreakdownRequest) (map[string]tally.Sum, error) {
	key := cellKeys[req.By]
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

// byCategory counts the packed rows by the case's category.
func (s *Service) byCategory(ctx context.Context, slice minyi.Slice) (map[string]tally.Sum, error) {
	parts := map[string]tally.Sum{}
	return parts, s.eachRow(ctx, slice, func(_ minyi.UnitID, r tally.Row) { partOf(parts, r.Category).Add(r) })
}

// eachRow visits the packed rows of a slice, its unit's and all below it. It
// takes time in proportion to the answers.
func (s *Service) eachRow(ctx context.Context, slice minyi.Slice, visit func(minyi.UnitID, tally.Row)) error {
	tree, err := s.trees.of(ctx, slice.Tenant, slice.Unit)
	if err != nil {
		return err
	}
	units, err := s.unitsWithSheets(ctx, slice.Tenant)
	if err != nil {
		return err
	}
	to := slice.To
	if to != "" {
		to += "}"
	}
	for _, u := range units {
		if u != slice.Unit && !slices.Contains(tree.ancestors(u), slice.Unit) {
			continue
		}
		for c, err := range s.chunksBetween(ctx, slice.Tenant, u, slice.From, to) {
			if err != nil {
				return err
			}
			block, err := tally.Decode(c.Rows)
			if err != nil {
				return fmt.Errorf("chunk of %s %s: %w", c.Unit, c.Day, err)
			}
			for _, r := range block {
				if cell, counts := tally.CellOf(r); counts && in(slice, cell) {
					visit(u, r)
				}
			}
		}
	}
	return nil
}
