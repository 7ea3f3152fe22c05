package score

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// Sheet gives the scored tree of a slice. It reads the sums of whole years,
// months and days, so it takes the same time for ten answers as for ten
// million.
func (s *Service) Sheet(ctx context.Context, req minyi.SheetRequest) (minyi.Sheet, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return minyi.Sheet{}, err
	}
	sum, at, err := s.sumOf(ctx, req.Slice)
	if err != nil {
		return minyi.Sheet{}, err
	}
	return s.compute(ctx, m, req.Slice, sum, at)
}

// ready checks a slice and gives the method to use.
func (s *Service) ready(ctx context.Context, slice *minyi.Slice, method string) (*methods.Method, error) {
	if slice.Tenant == "" {
		slice.Tenant = minyi.DefaultTenant
	}
	if slice.Audience == "" {
		slice.Audience = minyi.Resident
	}
	if !slice.Audience.Valid() {
		return nil, fault.New(fault.Invalid, "audience_bad", "评价对象应为 resident（群众）或 enterprise（企业）。", "audience must be resident or enterprise").On("audience")
	}
	if slice.Channel != "" && !slice.Channel.Valid() {
		return nil, fault.New(fault.Invalid, "channel_bad", "没有这个渠道。", "there is no such channel").On("channel")
	}
	if err := checkDays(slice.From, slice.To); err != nil {
		return nil, err
	}
	// A tree that cannot be asked for is no reason to refuse figures that can be had.
	if tree, err := s.trees.of(ctx, slice.Tenant, slice.Unit); err == nil && !tree.holds([]minyi.UnitID{slice.Unit}) {
		return nil, fault.New(fault.Invalid, "unit_unknown", "没有这个单位（unit），请核对单位编号。", "there is no unit with this id; check it").On("unit")
	}
	return s.method(slice.Tenant, method)
}

func (s *Service) compute(ctx context.Context, m *methods.Method, slice minyi.Slice, sum tally.Sum, at time.Time) (minyi.Sheet, error) {
	st, _, err := s.stateOf(ctx, slice.Tenant)
	if err != nil {
		return minyi.Sheet{}, err
	}
	in, err := s.inputs(ctx, st, slice, sum)
	if err != nil {
		return minyi.Sheet{}, err
	}
	sheet := tree.Compute(m, in)
	sheet.Slice, sheet.Frame = slice, m.Frames[slice.Audience]
	if slice.Channel == minyi.ChannelOpen {
		sheet.Frame = "自行扫码或点击链接参与的人（自选样本，不代表总体）"
	}
	if at.IsZero() {
		at = s.clock.Now()
	}
	sheet.AsOf = at.In(minyi.Shanghai).Format(time.RFC3339)
	return sheet, nil
}

// kindFor says which sheets a slice needs: the lean ones, unless it asks for a
// channel or a campaign.
func kindFor(slice minyi.Slice) string {
	if slice.Channel == "" && slice.Campaign == "" {
		return lean
	}
	return wide
}

// in reports whether a cell belongs to a slice.
func in(slice minyi.Slice, c tally.Cell) bool {
	return c.Audience == slice.Audience &&
		(slice.Family == "" || c.Family == slice.Family) &&
		(slice.Channel == "" || c.Channel == slice.Channel) &&
		(slice.Campaign == "" || c.Campaign == slice.Campaign)
}

// add merges what a stored sum holds of a slice.
func add(into tally.Sum, stored []byte, slice minyi.Slice) error {
	all, err := tally.DecodeSum(stored)
	if err != nil {
		return err
	}
	for c := range all {
		if !in(slice, c) {
			delete(all, c)
		}
	}
	into.Take(all)
	return nil
}

// sumOf adds up a slice from the stored sheets; at is when the newest of them
// was written.
func (s *Service) sumOf(ctx context.Context, slice minyi.Slice) (sum tally.Sum, at time.Time, err error) {
	sum = tally.Sum{}
	kind := kindFor(slice)
	for _, p := range (span{slice.From, slice.To}).cover() {
		q := docstore.Query{Index: "unit", From: p.from, To: p.to + "\x7f",
			Part: docstore.Part(string(slice.Tenant), string(slice.Unit), kind, grain(p.from))}
		for d, err := range s.store.sheets.Find(ctx, q) {
			if err != nil {
				return nil, at, fmt.Errorf("read the sheets of a slice: %w", err)
			}
			if err := add(sum, d.Body.Sum, slice); err != nil {
				return nil, at, fmt.Errorf("sheet of %s: %w", d.Body.Period, err)
			}
			if d.Body.At.After(at) {
				at = d.Body.At
			}
		}
	}
	return sum, at, nil
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
