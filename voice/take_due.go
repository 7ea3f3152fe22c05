package voice

import (
	"context"
	"encoding/json"
	"fmt"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/stream"
)

// takeDue enters due invitations into the ledger; the dispatcher calls them.
// Every step is repeated harmlessly.
func (s *Service) takeDue(ctx context.Context, batch []stream.Delivery) error {
	byTenant := map[minyi.TenantID][]minyi.InvitationID{}
	for _, d := range batch {
		var due minyi.CallDue
		if err := json.Unmarshal(d.Body, &due); err != nil {
			return fmt.Errorf("read call.due: %w", err)
		}
		byTenant[due.Tenant] = append(byTenant[due.Tenant], due.Invitation)
	}
	for tenant, invitations := range byTenant {
		if err := s.enter(ctx, tenant, invitations); err != nil {
			return err
		}
	}
	s.wake()
	return nil
}

func (s *Service) enter(ctx context.Context, tenant minyi.TenantID, invitations []minyi.InvitationID) error {
	reply, err := s.survey.CallBriefs(ctx, minyi.BriefsRequest{Tenant: tenant, Invitations: invitations})
	if err != nil {
		return fmt.Errorf("ask for call briefs: %w", err)
	}
	now := s.clock.Now()
	var rows []row
	known := map[string]bool{}
	for _, b := range reply.Briefs {
		key := recordID(b.Invitation, b.Step)
		if !b.Go || b.To == "" || known[key] {
			continue
		}
		known[key] = true
		r := record{Tenant: b.Tenant, Invitation: b.Invitation, Campaign: b.Campaign, Step: b.Step, To: b.To, Blind: b.Blind, Deadline: b.Deadline, Created: now}
		r.wait(now, "", now)
		rows = append(rows, row{ID: key, Body: r})
	}
	if len(rows) == 0 {
		return nil
	}
	inserted, err := s.store.calls.InsertMany(ctx, rows)
	if err != nil {
		return fmt.Errorf("write calls into the ledger: %w", err)
	}
	var stood []string
	for i, ok := range inserted {
		if !ok {
			stood = append(stood, rows[i].ID)
		}
	}
	// Survey asks again for what stands: it has not taken in what we told.
	return s.store.calls.UpdateMany(ctx, stood, func(_ string, r *record) error {
		if r.State == StateDialing || r.State == StateTalking || !r.Owe.IsZero() {
			return docstore.Unchanged
		}
		r.Owe = now
		return nil
	})
}
