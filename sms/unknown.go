package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// lapse ends hand-overs whose lease has run out: what the segments tell is
// taken over, and what they do not tell is unknown from then on.
func (s *Service) lapse(ctx context.Context) error {
	now := s.clock.Now()
	for _, queue := range []string{kindInvitation, kindAnswer, queueAgain} {
		q := docstore.Query{Index: byTime, Part: timePart(StateSubmitting, queue), To: docstore.SortTime(now)}
		for r, err := range s.store.ledger.Find(ctx, q) {
			if err != nil {
				return fmt.Errorf("find lapsed leases: %w", err)
			}
			if err := s.lapseOne(ctx, r, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) lapseOne(ctx context.Context, r row, now time.Time) error {
	found, err := s.segmentsOf(ctx, r.ID)
	if err != nil {
		return err
	}
	rows, err := s.advance(ctx, []row{r}, func(_ string, a *attempt) {
		if a.State == StateSubmitting && a.Lease.After(now) {
			return // taken up again in the meantime
		}
		absorb(a, found, now)
		a.forget("lease_lapsed", now)
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Body.State == StateUnknown {
			s.log.Warn("sms outcome unknown", "attempt", r.ID, "reason", r.Body.Reason)
		}
	}
	return s.reconcile(ctx, r.Body.Tenant, r.Body.Blind)
}

// segmentsOf gives the segments that are tied to an attempt.
func (s *Service) segmentsOf(ctx context.Context, attemptID string) ([]docstore.Doc[segment], error) {
	var found []docstore.Doc[segment]
	for g, err := range s.store.segments.Find(ctx, docstore.Query{Index: byAttempt, Part: attemptID}) {
		if err != nil {
			return nil, fmt.Errorf("find segments: %w", err)
		}
		found = append(found, g)
	}
	return found, nil
}

// absorb brings what the segments know into the attempt.
func absorb(a *attempt, segments []docstore.Doc[segment], now time.Time) {
	for _, g := range segments {
		a.receive(g.Body.Carrier, g.Body.Index, g.Body.Class, g.Body.Code, now)
	}
}

// reconcile looks whether receipts that belong to no message settle attempts
// whose outcome is not known. It does so only where there can be no mistake:
// when the receipt came, one attempt alone could have been meant.
func (s *Service) reconcile(ctx context.Context, tenant minyi.TenantID, blind string) error {
	if blind == "" {
		return nil
	}
	open, err := s.openOf(ctx, tenant, blind)
	if err != nil || len(open) == 0 {
		return err
	}
	q := docstore.Query{Index: byOrphan, Part: blind, From: docstore.SortTime(open[len(open)-1].Body.Created)}
	claims := map[string][]string{} // segments by attempt
	for g, err := range s.store.segments.Find(ctx, q) {
		if err != nil {
			return fmt.Errorf("find orphan receipts: %w", err)
		}
		if r, ok := meantBy(open, g.Body.At); ok && len(claims[r.ID]) < len(r.Body.Parts) {
			claims[r.ID] = append(claims[r.ID], g.ID)
		}
	}
	for _, r := range open {
		if err := s.claim(ctx, r, claims[r.ID]); err != nil {
			return err
		}
	}
	return nil
}

// meantBy gives the attempt of unknown outcome that a receipt of that moment
// must be about: the only one that was begun by then.
func meantBy(open []row, at time.Time) (row, bool) {
	var begun []row
	for _, r := range open {
		if !r.Body.Created.After(at) {
			begun = append(begun, r)
		}
	}
	if len(begun) != 1 || begun[0].Body.State != StateUnknown {
		return row{}, false
	}
	return begun[0], true
}

// claim ties orphan segments to an attempt of unknown outcome.
func (s *Service) claim(ctx context.Context, r row, segments []string) error {
	if r.Body.State != StateUnknown {
		return nil
	}
	err := s.store.segments.UpdateMany(ctx, segments, func(_ string, g *segment) error {
		if g.Attempt != "" {
			return docstore.Unchanged
		}
		g.Attempt = minyi.AttemptID(r.ID)
		return nil
	})
	if err != nil {
		return fmt.Errorf("claim orphan receipts: %w", err)
	}
	return s.refold(ctx, r)
}

// refold brings all that is tied to an unknown attempt into it.
func (s *Service) refold(ctx context.Context, r row) error {
	found, err := s.segmentsOf(ctx, r.ID)
	if err != nil || len(found) == 0 {
		return err
	}
	now := s.clock.Now()
	_, err = s.advance(ctx, []row{r}, func(_ string, a *attempt) { absorb(a, found, now) })
	return err
}

// openOf gives a number's attempts, latest first, that are being handed over or
// whose outcome is not known.
func (s *Service) openOf(ctx context.Context, tenant minyi.TenantID, blind string) (open []row, err error) {
	q := docstore.Query{Index: byNumber, Part: docstore.Part(string(tenant), blind), Desc: true, Limit: 20}
	for r, err := range s.store.ledger.Find(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("find a number's attempts: %w", err)
		}
		if r.Body.State == StateUnknown || r.Body.State == StateSubmitting {
			open = append(open, r)
		}
	}
	return open, nil
}

// retrace looks at unknown attempts again while receipts may still come:
// carriers report for up to 72 hours.
func (s *Service) retrace(ctx context.Context) error {
	for _, tenant := range s.tenants() {
		q := docstore.Query{Index: byUnknown, Part: string(tenant), From: docstore.SortTime(s.clock.Now().Add(-72 * time.Hour)), Limit: 1000, Desc: true}
		for r, err := range s.store.ledger.Find(ctx, q) {
			if err != nil {
				return fmt.Errorf("find unknown attempts: %w", err)
			}
			if err := s.reconcile(ctx, tenant, r.Body.Blind); err != nil {
				return err
			}
		}
	}
	return nil
}

// tenants gives the tenants of which this process knows.
func (s *Service) tenants() []minyi.TenantID {
	seen := map[minyi.TenantID]bool{minyi.DefaultTenant: true}
	for _, l := range s.lines {
		seen[l.Tenant] = true
	}
	for t := range s.cfg.Tenants {
		seen[t] = true
	}
	out := make([]minyi.TenantID, 0, len(seen))
	for t := range seen {
		out = append(out, t)
	}
	return out
}
