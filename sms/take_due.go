package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/stream"
)

// takeDue handles a batch of invitation.due: it asks survey what each is
// about, lets policy rule, writes the attempts down, hands them to a carrier
// and writes down what came of it. Every step is repeated harmlessly.
func (s *Service) takeDue(ctx context.Context, batch []stream.Delivery) error {
	byTenant := map[minyi.TenantID][]minyi.InvitationID{}
	seen := map[minyi.InvitationDue]bool{}
	for _, d := range batch {
		var due minyi.InvitationDue
		if err := json.Unmarshal(d.Body, &due); err != nil {
			return fmt.Errorf("read invitation.due: %w", err)
		}
		if !seen[due] {
			seen[due] = true
			byTenant[due.Tenant] = append(byTenant[due.Tenant], due.Invitation)
		}
	}
	for tenant, invitations := range byTenant {
		// Only so many are marked as being handed over as can be under way at
		// once: all that are marked when the process dies become unknown.
		for chunk := range slices.Chunk(invitations, s.atOnce()) {
			if err := s.carry(ctx, tenant, chunk); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// atOnce is what the gateways that are up can have under way together, or all
// where none is; one without a window takes a batch. Of a line with a rate it
// is what that lets through in wantedFor, shared among the workers: more would
// only wait, marked, behind a stop or a crash.
func (s *Service) atOnce() int {
	const batch = 100
	up, all := 0, 0
	for _, l := range s.lines {
		st := l.Gateway.Status()
		room := orInt(st.Window, batch)
		if l.Rate > 0 {
			room = min(room, max(1, int(l.Rate*wantedFor.Seconds())/s.cfg.Workers))
		}
		all += room
		if st.Bound {
			up += room
		}
	}
	return min(orInt(up, orInt(all, batch)), batch)
}

// errand is one message on its way through a batch.
type errand struct {
	brief  minyi.Brief
	id     minyi.AttemptID
	row    attempt
	stands bool // the row is in the ledger already, waiting
}

// asRow gives the errand's row; one that we have just inserted is known in its
// first revision.
func (e errand) asRow() row {
	r := row{ID: string(e.id), Rev: 1, Body: e.row}
	if e.stands {
		r.Rev = 0
	}
	return r
}

func (s *Service) carry(ctx context.Context, tenant minyi.TenantID, invitations []minyi.InvitationID) error {
	briefs, err := s.survey.Briefs(ctx, minyi.BriefsRequest{Tenant: tenant, Invitations: invitations})
	if err != nil {
		return fmt.Errorf("ask for briefs: %w", err)
	}
	asked := s.clock.Now()
	todo, err := s.sortOut(ctx, briefs.Briefs)
	if err != nil {
		return err
	}
	return s.handOver(ctx, todo, asked)
}

// handOver takes errands through policy, ledger and carrier; asked is when
// survey last said that they are wanted.
func (s *Service) handOver(ctx context.Context, todo []errand, asked time.Time) error {
	if len(todo) == 0 {
		return nil
	}
	ready, err := s.rule(ctx, todo)
	if err != nil || len(ready) == 0 {
		return err
	}
	// From here on the attempts are written as being handed over: a stop lets
	// them come to their end.
	stopping := ctx
	ctx = context.WithoutCancel(ctx)
	return s.record(ctx, s.submitAll(ctx, stopping, ready, asked))
}

// sortOut finds for each brief the attempt that is its turn, and deals with
// those that need no carrier.
func (s *Service) sortOut(ctx context.Context, briefs []minyi.Brief) ([]errand, error) {
	ids := make([]string, len(briefs))
	for i, b := range briefs {
		ids[i] = string(AttemptIDFor(b.Invitation, b.Step, 0))
	}
	rows, err := s.store.ledger.GetMany(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	now := s.clock.Now()
	var todo []errand
	var again, off []row
	seen := map[minyi.InvitationID]bool{}
	for _, b := range briefs {
		if seen[b.Invitation] {
			continue // named twice in one batch
		}
		seen[b.Invitation] = true
		e := errand{brief: b, id: AttemptIDFor(b.Invitation, b.Step, 0), row: newAttempt(b, now)}
		standing, stands := rows[string(e.id)]
		waits := stands && standing.Body.State == StateWaiting
		switch {
		case waits && over(b):
			off = append(off, standing)
		case waits && b.Go && !standing.Body.Next.After(now):
			e.row, e.stands = standing.Body, true
			todo = append(todo, e)
		case stands:
			again = append(again, standing)
		case b.Go && b.To != "":
			todo = append(todo, e)
		}
	}
	if err := s.cancel(ctx, off); err != nil {
		return nil, err
	}
	return todo, s.tellAgain(ctx, again)
}

// over reports that a step will never be wanted again; one that is paused or
// not due yet will.
func over(b minyi.Brief) bool {
	switch b.Why {
	case "answered", "stopped", "expired", "gone":
		return !b.Go
	}
	return false
}

func newAttempt(b minyi.Brief, now time.Time) attempt {
	return attempt{Tenant: b.Tenant, Invitation: b.Invitation, Campaign: b.Campaign, Step: b.Step, To: b.To, Blind: b.Blind, Created: now}
}

// cancel ends attempts that waited and are no longer wanted.
func (s *Service) cancel(ctx context.Context, rows []row) error {
	now := s.clock.Now()
	return s.store.ledger.UpdateMany(ctx, idsOf(rows), func(_ string, a *attempt) error {
		if a.State != StateWaiting {
			return docstore.Unchanged
		}
		a.to(StateCancelled, "", now)
		return nil
	})
}

// rule lets policy decide and gives the errands that now lie in the ledger as
// submitting, each by us alone.
func (s *Service) rule(ctx context.Context, todo []errand) ([]errand, error) {
	wishes := make([]wanted, len(todo))
	for i, e := range todo {
		wishes[i] = wanted{Wish: Wish{Attempt: e.id, Invitation: e.brief.Invitation, Deadline: e.brief.Deadline}, Tenant: e.brief.Tenant, Blind: e.brief.Blind, Carrier: s.limitsFor(e.row.To)}
	}
	rulings, err := s.reserve(ctx, wishes)
	if err != nil {
		return nil, fmt.Errorf("reserve a place in the recipients' histories: %w", err)
	}
	now := s.clock.Now()
	var later []errand
	kept := todo[:0]
	for _, e := range todo {
		switch r := rulings[e.id]; r.Action {
		case ActionSend:
			e.row.lend(now, now.Add(s.cfg.Lease), max(1, Segments(e.brief.Text)))
			e.row.Ref = r.Ref
		case ActionRefuse:
			e.row.to(StateRefused, r.Reason, now)
		case ActionWait:
			e.row.wait(r.Until, r.Reason, now)
			if !e.stands {
				later = append(later, e)
				continue
			}
		}
		kept = append(kept, e)
	}
	if err := s.postpone(ctx, later); err != nil {
		return nil, err
	}
	return s.enter(ctx, kept)
}

// postpone asks survey for steps again that must wait. Nothing of them is in
// the ledger: until survey has taken this in, it asks by itself.
func (s *Service) postpone(ctx context.Context, later []errand) error {
	told := map[minyi.TenantID][]minyi.Progress{}
	for _, e := range later {
		p, _, _ := e.row.news()
		told[e.row.Tenant] = append(told[e.row.Tenant], p)
	}
	for tenant, progress := range told {
		if _, err := s.survey.Progress(ctx, minyi.ProgressRequest{Tenant: tenant, Progress: progress}); err != nil {
			return fmt.Errorf("postpone: %w", err)
		}
	}
	return nil
}

// enter writes errands into the ledger and gives back those that are ours to
// submit: inserted by us, or moved by us from waiting.
func (s *Service) enter(ctx context.Context, errands []errand) ([]errand, error) {
	won, err := s.insertNew(ctx, errands)
	if err != nil {
		return nil, fmt.Errorf("write attempts into the ledger: %w", err)
	}
	standing := map[string]attempt{}
	for _, e := range errands {
		if e.stands {
			standing[string(e.id)] = e.row
		}
	}
	err = s.store.ledger.UpdateMany(ctx, keysOf(standing), func(attemptID string, a *attempt) error {
		won[minyi.AttemptID(attemptID)] = a.State == StateWaiting
		if a.State != StateWaiting {
			return docstore.Unchanged
		}
		*a = standing[attemptID]
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take waiting attempts up: %w", err)
	}
	var ready []errand
	var settled []row
	for _, e := range errands {
		switch {
		case !won[e.id]:
		case e.row.State == StateSubmitting:
			ready = append(ready, e)
		default:
			settled = append(settled, row{ID: string(e.id), Body: e.row})
		}
	}
	return ready, s.tellAgain(ctx, settled)
}

func (s *Service) insertNew(ctx context.Context, errands []errand) (map[minyi.AttemptID]bool, error) {
	var docs []row
	for _, e := range errands {
		if !e.stands {
			docs = append(docs, row{ID: string(e.id), Body: e.row})
		}
	}
	won := make(map[minyi.AttemptID]bool, len(errands))
	if len(docs) == 0 {
		return won, nil
	}
	inserted, err := s.store.ledger.InsertMany(ctx, docs)
	for i, ok := range inserted {
		won[minyi.AttemptID(docs[i].ID)] = ok
	}
	return won, err
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

func idsOf(rows []row) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}
