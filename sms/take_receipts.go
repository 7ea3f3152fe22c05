package sms

import (
	"context"
	"fmt"

	"minyi"
	"minyi/internal/docstore"
)

// inlet is the Sink of one line.
type inlet struct {
	service *Service
	line    *line
}

var _ Sink = (*inlet)(nil)

// Receipt takes a report on a segment and returns when it is durable.
func (i *inlet) Receipt(ctx context.Context, r Receipt) error {
	return i.line.receipts.do(ctx, r)
}

// Reply takes an inbound message and returns when it is durable.
func (i *inlet) Reply(ctx context.Context, r Reply) error {
	return i.service.takeReply(ctx, i.line, r)
}

// takeReceipts writes receipts to the attempts whose segments they name. A
// receipt that comes before the submit response, or whose message we lost
// sight of, is kept with its segment as an orphan until the attempt turns up.
func (s *Service) takeReceipts(ctx context.Context, l *line, batch []Receipt) error {
	ctx = context.WithoutCancel(ctx) // a batch begun is written
	byKey := make(map[string]Receipt, len(batch))
	for _, r := range batch {
		// A receipt that names no message can never teach us anything, and one
		// of a message still on its way will be followed by another.
		if r.ID != "" && Classify(s.cfg.Codes, r.Code) != ClassIntermediate {
			byKey[segmentID(l.Name, r.ID)] = r
		}
	}
	found, err := s.store.segments.GetMany(ctx, keysOf(byKey))
	if err != nil {
		return fmt.Errorf("look segments up: %w", err)
	}
	reported := map[string]segment{}
	early := map[string]Receipt{}
	for key, r := range byKey {
		if g, ok := found[key]; ok && g.Body.Attempt != "" && g.Body.mayBeFor(s.blindOf(r)) {
			g.Body.Class, g.Body.Code = Classify(s.cfg.Codes, r.Code), clip(r.Code, 40)
			reported[key] = g.Body
			continue
		}
		early[key] = r
	}
	if err := s.keepEarly(ctx, early, reported); err != nil {
		return err
	}
	return s.passOn(ctx, l, reported)
}

// keepEarly stores receipts of segments that have no attempt yet, and adds to
// reported how each then stands: the submit response may have come meanwhile.
func (s *Service) keepEarly(ctx context.Context, early map[string]Receipt, reported map[string]segment) error {
	now := s.clock.Now()
	err := s.store.segments.PutMany(ctx, keysOf(early), func(key string, g *segment, exists bool) error {
		r := early[key]
		blind := s.blindOf(r)
		if !exists || !g.mayBeFor(blind) {
			*g = segment{Carrier: clip(r.ID, 100), Index: -1, At: now}
		}
		if g.Class != "" {
			reported[key] = *g
			return docstore.Unchanged
		}
		g.Class, g.Code, g.Blind = Classify(s.cfg.Codes, r.Code), clip(r.Code, 40), orString(blind, g.Blind)
		reported[key] = *g
		return nil
	})
	if err != nil {
		return fmt.Errorf("write receipts: %w", err)
	}
	return nil
}

// passOn takes stored receipts to their attempts; of orphans it looks whether
// their number has an attempt whose outcome is not known.
func (s *Service) passOn(ctx context.Context, l *line, stored map[string]segment) error {
	byAttempt := map[string][]segment{}
	orphans := map[string]bool{}
	for _, g := range stored {
		if g.Attempt == "" {
			orphans[g.Blind] = true
			continue
		}
		byAttempt[string(g.Attempt)] = append(byAttempt[string(g.Attempt)], g)
	}
	if err := s.report(ctx, byAttempt); err != nil {
		return err
	}
	for blind := range orphans {
		if err := s.reconcile(ctx, l.Tenant, blind); err != nil {
			s.log.Warn("orphan receipts not matched, the sweeper will try", "gateway", l.Name, "err", err)
		}
	}
	return nil
}

// report notes receipts on their attempts.
func (s *Service) report(ctx context.Context, byAttempt map[string][]segment) error {
	if len(byAttempt) == 0 {
		return nil
	}
	rows, err := s.store.ledger.GetMany(ctx, keysOf(byAttempt))
	if err != nil {
		return fmt.Errorf("read attempts: %w", err)
	}
	known := make([]row, 0, len(rows))
	for _, r := range rows {
		known = append(known, r)
	}
	now := s.clock.Now()
	_, err = s.advance(ctx, known, func(attemptID string, a *attempt) {
		for _, r := range byAttempt[attemptID] {
			a.receive(r.Carrier, r.Index, r.Class, r.Code, now)
		}
	})
	return err
}

// blindOf gives the blind index of the number that a receipt names, "" where
// it names none.
func (s *Service) blindOf(r Receipt) string {
	if r.Number.IsZero() {
		return ""
	}
	return s.blind(r.Number)
}

func (s *Service) blind(m minyi.Mobile) string { return s.box.Blind("mobile", m.Reveal()) }

// clip shortens what a stranger wrote into a field of ours.
func clip(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}
