package score

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/score/alert"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// Counter is what alerts ask of survey besides what Survey holds: invitations
// by unit, and answers with the time they were given. Where survey does not
// offer it, alerts on response and on times are left out.
type Counter interface {
	Answers
	UnitCounts(ctx context.Context, req minyi.UnitCountsRequest) (minyi.UnitCountsReply, error)
}

// AlertsRequest asks which units below the slice's unit need a look.
type AlertsRequest struct {
	Slice  minyi.Slice `json:"slice"` // To is the last day looked at; empty: today
	Method string      `json:"method,omitempty" query:"method"`
	Days   int         `json:"days,omitempty" query:"days"` // of the recent window; 0: 30. Compared with three times as many before
}

// AlertsReply is one look.
type AlertsReply struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method"`
	Now    [2]string   `json:"now"`
	Before [2]string   `json:"before"`
	alert.Report
}

// Alerts compares each unit's recent days with its own earlier ones and with
// the other units. See package alert for the tests and their false alarms.
func (s *Service) Alerts(ctx context.Context, req AlertsRequest) (AlertsReply, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return AlertsReply{}, err
	}
	now, before := s.windows(req)
	tree, err := s.trees.of(ctx, req.Slice.Tenant, req.Slice.Unit)
	if err != nil {
		return AlertsReply{}, err
	}
	units := map[minyi.UnitID]*alert.Unit{}
	for _, w := range []struct {
		p    span
		into func(*alert.Unit) *alert.Window
	}{{now, func(u *alert.Unit) *alert.Window { return &u.Now }}, {before, func(u *alert.Unit) *alert.Window { return &u.Before }}} {
		slice := req.Slice
		slice.From, slice.To = w.p.from, w.p.to
		if err := s.fillWindow(ctx, m, tree, slice, units, w.into); err != nil {
			return AlertsReply{}, err
		}
	}
	if err := s.fillTimes(ctx, tree, req.Slice, now, units); err != nil {
		return AlertsReply{}, err
	}
	list := make([]alert.Unit, 0, len(units))
	for _, u := range units {
		list = append(list, *u)
	}
	return AlertsReply{Slice: req.Slice, Method: m.Name(), Now: [2]string{now.from, now.to}, Before: [2]string{before.from, before.to},
		Report: alert.Check(list, alert.DefaultRule())}, nil
}

func (s *Service) windows(req AlertsRequest) (now, before span) {
	days := req.Days
	if days <= 0 || days > 366 {
		days = 30
	}
	last := req.Slice.To
	if last == "" {
		last = minyi.Day(s.clock.Now())
	}
	now = span{addDays(last, 1-days), last}
	return now, span{addDays(now.from, -3*days), addDays(now.from, -1)}
}

// fillWindow counts one window of every unit below the slice's.
func (s *Service) fillWindow(ctx context.Context, m *methods.Method, tree *unitTree, slice minyi.Slice, units map[minyi.UnitID]*alert.Unit, into func(*alert.Unit) *alert.Window) error {
	sums, err := s.sumsOfKind(ctx, slice, wide)
	if err != nil {
		return err
	}
	for id, sum := range sums {
		if units[id] == nil {
			units[id] = &alert.Unit{Unit: id}
		}
		*into(units[id]) = windowOf(m, sum)
	}
	counter, ok := s.survey.(Counter)
	if !ok {
		return nil
	}
	// Lines are of each unit alone; what lies below a unit counts as its own.
	top := slice.Unit
	slice.Unit = ""
	counts, err := counter.UnitCounts(ctx, minyi.UnitCountsRequest{Slice: slice})
	if err != nil {
		return fmt.Errorf("ask survey for invitations by unit: %w", err)
	}
	for _, c := range counts.Units {
		if u := units[tree.childOf(top, c.Unit)]; u != nil {
			into(u).Delivered += c.Delivered
			into(u).Answered += c.Answered
		}
	}
	return nil
}

func windowOf(m *methods.Method, sum tally.Sum) alert.Window {
	var w alert.Window
	for cell, n := range sum {
		switch {
		case cell.Status == tally.Default:
			w.Default += int(n.Answers)
		case cell.Status == tally.Valid && cell.Channel == minyi.ChannelImport:
			w.Entered += int(n.Answers)
		}
	}
	sheet := tree.Compute(m, tree.Inputs{Sum: sum})
	w.Valid = sheet.Answers
	for _, r := range sheet.Rates {
		if r.Path == m.Table.Satisfied && r.Num != nil {
			w.Satisfied, w.Rated = int(*r.Num), int(*r.Den)
		}
	}
	return w
}

// fillTimes reads when the recent answers were given. It takes time in
// proportion to them, so alerts are for a job or a click, not for every page.
func (s *Service) fillTimes(ctx context.Context, tree *unitTree, slice minyi.Slice, now span, units map[minyi.UnitID]*alert.Unit) error {
	counter, ok := s.survey.(Counter)
	if !ok {
		return nil
	}
	top := slice.Unit
	slice.From, slice.To, slice.Unit = now.from, now.to, ""
	after := ""
	for {
		page, err := counter.AnswerRows(ctx, minyi.AnswerRowsRequest{Slice: slice, After: after, Limit: 1000})
		if err != nil {
			return fmt.Errorf("read the times of answers: %w", err)
		}
		for _, r := range page.Rows {
			// Imported ratings share the time of their file; that is no sign of anything.
			if u := units[tree.childOf(top, r.Unit)]; u != nil && r.Counts && !r.Default && r.Channel != minyi.ChannelImport && r.At.After(time.Unix(0, 0)) {
				u.Times = append(u.Times, r.At)
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}
