package sms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// record writes down what came of hand-overs: first the carrier's ids, then
// the attempts. When it fails half-way, what is written of the ids still tells
// the sweeper the outcome; an attempt with none becomes unknown when its lease
// runs out.
func (s *Service) record(ctx context.Context, results []handed) error {
	early, err := s.recordSegments(ctx, results)
	if err != nil {
		return fmt.Errorf("write the carrier's ids: %w", err)
	}
	known := make([]row, len(results))
	of := make(map[string]handed, len(results))
	for i, h := range results {
		known[i] = h.errand.asRow()
		of[known[i].ID] = h
		s.logRefusal(h)
	}
	now := s.clock.Now()
	rows, err := s.advance(ctx, known, func(attemptID string, a *attempt) {
		of[attemptID].apply(a, now)
		for _, g := range early[attemptID] {
			a.receive(g.Carrier, g.Index, g.Class, g.Code, now)
		}
	})
	if err != nil {
		return err
	}
	// A receipt that came while the attempt was being handed over waited for it
	// to be called unknown.
	for _, r := range rows {
		if r.Body.State == StateUnknown {
			if err := s.reconcile(ctx, r.Body.Tenant, r.Body.Blind); err != nil {
				s.log.Warn("unknown outcome not looked into, the sweeper will", "attempt", r.ID, "err", err)
			}
		}
	}
	return s.release(ctx, refusedOf(rows))
}

// recordSegments ties the carrier's ids to their attempts and gives the
// receipts that came before.
func (s *Service) recordSegments(ctx context.Context, results []handed) (map[string][]segment, error) {
	var fresh []docstore.Doc[segment]
	now := s.clock.Now()
	for _, h := range results {
		for i, carrierID := range h.ids {
			if carrierID != "" {
				g := segment{Carrier: clip(carrierID, 100), Attempt: h.errand.id, Index: i, Blind: h.errand.row.Blind, At: now}
				fresh = append(fresh, docstore.Doc[segment]{ID: segmentID(h.gateway, carrierID), Body: g})
			}
		}
	}
	inserted, err := s.store.segments.InsertMany(ctx, fresh)
	if err != nil {
		return nil, err
	}
	standing := map[string]segment{}
	for i, g := range fresh {
		if !inserted[i] {
			standing[g.ID] = g.Body
		}
	}
	return s.claimEarly(ctx, standing)
}

// claimEarly ties segments whose receipt was there first to their attempts, and
// takes ids over that meant another message before.
func (s *Service) claimEarly(ctx context.Context, standing map[string]segment) (map[string][]segment, error) {
	early := map[string]segment{}
	err := s.store.segments.PutMany(ctx, keysOf(standing), func(key string, g *segment, exists bool) error {
		delete(early, key)
		ours := standing[key]
		switch {
		case exists && g.Attempt == ours.Attempt:
			return docstore.Unchanged
		case exists && g.Attempt == "" && g.mayBeFor(ours.Blind):
			ours.Class, ours.Code, ours.At = g.Class, g.Code, g.At
			early[key] = ours
		}
		*g = ours
		return nil
	})
	byAttempt := map[string][]segment{}
	for _, r := range early {
		byAttempt[string(r.Attempt)] = append(byAttempt[string(r.Attempt)], r)
	}
	return byAttempt, err
}

// apply notes the outcome on the attempt. What a receipt has settled in the
// meantime stands.
func (h handed) apply(a *attempt, now time.Time) {
	a.Gateway = h.gateway
	a.number(h.ids, now)
	if h.err == nil || a.final() || a.State == StateSubmitted {
		return
	}
	switch h.err.Outcome {
	case OutcomeRefused:
		a.fail(ClassUnknown, h.err.Code, now)
	case OutcomePartial:
		a.fail(ClassRate, h.err.Code, now)
	case OutcomeRetry:
		a.comeAgain(h.err, now)
	default:
		a.forget(h.err.Code, now)
	}
}

func (s *Service) logRefusal(h handed) {
	if h.err != nil && h.err.Outcome != OutcomeRetry {
		s.log.Warn("sms not accepted", "attempt", h.errand.id, "gateway", h.gateway, "outcome", h.err.Outcome, "code", h.err.Code, "err", h.err.Cause)
	}
}

// refusedOf gives the attempts that never left us.
func refusedOf(rows []row) (refused []row) {
	for _, r := range rows {
		if r.Body.State == StateFailed && numbered(r.Body) == 0 {
			refused = append(refused, r)
		}
	}
	return refused
}

func numbered(a attempt) (n int) {
	for _, p := range a.Parts {
		if p.ID != "" {
			n++
		}
	}
	return n
}

// advance changes attempts and tells survey. It tells before it writes, which
// saves a write: what is told rests on segments that are durable already, and
// what is not told is told by the sweeper. known holds the rows as last read;
// where another was quicker, change is made again on what stands.
func (s *Service) advance(ctx context.Context, known []row, change func(string, *attempt)) ([]row, error) {
	after := make([]row, len(known))
	for i, r := range known {
		r.Body.Parts = slices.Clone(r.Body.Parts)
		change(r.ID, &r.Body)
		after[i] = r
	}
	if err := s.follow(ctx, after); err != nil {
		return nil, err
	}
	told := s.tell(ctx, after)
	done, late, err := s.replace(ctx, after, told)
	if err != nil || len(late) == 0 {
		return done, err
	}
	overtaken, err := s.changeAgain(ctx, late, told, change)
	return append(done, overtaken...), err
}

// replace writes rows over the revisions that were read and gives the ids of
// those that have moved on.
func (s *Service) replace(ctx context.Context, after []row, told map[string]string) (done []row, late []string, err error) {
	var docs []row
	for _, r := range after {
		if key, ok := told[r.ID]; ok {
			r.Body.Told = key
		}
		if r.Rev == 0 {
			late = append(late, r.ID)
			continue
		}
		docs = append(docs, r)
	}
	won, err := s.store.ledger.ReplaceMany(ctx, docs)
	if err != nil {
		return nil, nil, fmt.Errorf("write attempts: %w", err)
	}
	for i, r := range docs {
		if won[i] {
			done = append(done, r)
		} else {
			late = append(late, r.ID)
		}
	}
	return done, late, nil
}

// changeAgain makes the change on attempts that another has moved, and tells
// of what came of both.
func (s *Service) changeAgain(ctx context.Context, ids []string, told map[string]string, change func(string, *attempt)) ([]row, error) {
	after := make(map[string]attempt, len(ids))
	err := s.store.ledger.UpdateMany(ctx, ids, func(attemptID string, a *attempt) error {
		change(attemptID, a)
		if err := s.followOne(ctx, a); err != nil {
			return err
		}
		if key, ok := told[attemptID]; ok {
			a.Told = key
		}
		after[attemptID] = *a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("write attempts: %w", err)
	}
	rows := make([]row, 0, len(after))
	var moved []row
	for attemptID, a := range after {
		r := row{ID: attemptID, Body: a}
		rows = append(rows, r)
		if _, key, ok := a.news(); ok && key != a.Told {
			moved = append(moved, r)
		}
	}
	if err := s.tellAgain(ctx, moved); err != nil && !errors.Is(err, errUntold) {
		return nil, err
	}
	return rows, nil
}

// tell tells survey how far attempts have come and gives what it took in, by
// attempt. What it did not take in stays in the index of the untold.
func (s *Service) tell(ctx context.Context, rows []row) map[string]string {
	progress := map[minyi.TenantID][]minyi.Progress{}
	keys := map[minyi.TenantID]map[string]string{}
	for _, r := range rows {
		p, key, ok := r.Body.news()
		if !ok {
			continue
		}
		t := r.Body.Tenant
		if keys[t] == nil {
			keys[t] = map[string]string{}
		}
		keys[t][r.ID] = key
		progress[t] = append(progress[t], p)
	}
	told := map[string]string{}
	for t, list := range progress {
		if _, err := s.survey.Progress(ctx, minyi.ProgressRequest{Tenant: t, Progress: list}); err != nil {
			s.log.Warn("progress not told, the sweeper will", "attempts", len(list), "err", err)
			continue
		}
		for attemptID, key := range keys[t] {
			told[attemptID] = key
		}
	}
	return told
}

// tellAgain tells survey of rows as they stand and notes that it was told.
func (s *Service) tellAgain(ctx context.Context, rows []row) error {
	told := s.tell(ctx, rows)
	var ids []string
	for _, r := range rows {
		if key, ok := told[r.ID]; ok && key != r.Body.Told {
			ids = append(ids, r.ID)
		}
	}
	err := s.store.ledger.UpdateMany(ctx, ids, func(attemptID string, a *attempt) error {
		a.Told = told[attemptID]
		return nil
	})
	if err != nil {
		return fmt.Errorf("note what was told: %w", err)
	}
	if len(told) < tellable(rows) {
		return errUntold
	}
	return nil
}

var errUntold = errors.New("survey did not take progress in")

func tellable(rows []row) (n int) {
	for _, r := range rows {
		if _, _, ok := r.Body.news(); ok {
			n++
		}
	}
	return n
}
