package sms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// earlier is what the try before came to, when a message is tried again.
type earlier struct {
	First   time.Time `json:"first"` // when the first try failed
	Code    string    `json:"code"`
	Class   Class     `json:"class"`
	Gateway string    `json:"gateway"`
}

// disposition gives what a message came to that is not tried any more.
func (e *earlier) disposition() minyi.Disposition {
	if e.Class == ClassDead || e.Class == ClassOff {
		return minyi.Unreachable
	}
	return minyi.Failed
}

// avoid names the line that found no road to a's number, if one did.
func (a *attempt) avoid() string {
	if a.Earlier == nil || a.Earlier.Class != ClassRoute {
		return ""
	}
	return a.Earlier.Gateway
}

// Temporary reports whether another message some hours later is worth it: the
// telephone was off, the carrier busy, the road to that network closed.
func (c Class) Temporary() bool { return c == ClassOff || c == ClassRate || c == ClassRoute }

// follows reports whether a has failed for a time and is to be tried again. An
// outcome that is not known never is.
func (a *attempt) follows(again []time.Duration) bool {
	return a.Kind == kindInvitation && a.State == StateFailed && a.Class.Temporary() && a.Try < len(again)
}

// next gives the try that follows a, with its id.
func (a *attempt) next(again []time.Duration, now time.Time) row {
	before := earlier{First: now, Code: a.Reason, Class: a.Class, Gateway: a.Gateway}
	if a.Earlier != nil {
		before.First = a.Earlier.First
	}
	n := attempt{Tenant: a.Tenant, Invitation: a.Invitation, Campaign: a.Campaign, Step: a.Step, Try: a.Try + 1, To: a.To, Blind: a.Blind, Created: now, Earlier: &before}
	at := before.First.Add(again[a.Try])
	if at.Before(now) { // reports may come days late
		at = now.Add(again[0])
	}
	n.wait(at, "try_again", now)
	return row{ID: string(AttemptIDFor(n.Invitation, n.Step, n.Try)), Body: n}
}

// follow enters the tries that follow messages which have just failed for a
// time. They are written before the failure is, so that a crash between the
// two leaves the failure to be reported again; entering twice is harmless.
func (s *Service) follow(ctx context.Context, rows []row) error {
	var tries []row
	now := s.clock.Now()
	for i := range rows {
		if a := &rows[i].Body; !a.Followed && a.follows(s.cfg.Again) {
			a.Followed = true
			tries = append(tries, a.next(s.cfg.Again, now))
		}
	}
	if len(tries) == 0 {
		return nil
	}
	if _, err := s.store.ledger.InsertMany(ctx, tries); err != nil {
		return fmt.Errorf("enter tries that follow: %w", err)
	}
	return nil
}

// followOne is follow for a row that is being changed in the store.
func (s *Service) followOne(ctx context.Context, a *attempt) error {
	rows := []row{{Body: *a}}
	err := s.follow(ctx, rows)
	*a = rows[0].Body
	return err
}

// mostRefusals is how often a carrier may say "later" to one message before
// that counts as a failure for a time.
const mostRefusals = 8

// comeAgain puts a off as the carrier said, longer each time; trouble of the
// line itself is not held against the message.
func (a *attempt) comeAgain(e *SubmitError, now time.Time) {
	wait := max(e.After, time.Second)
	if !e.LineTrouble {
		if a.Refusals++; a.Refusals > mostRefusals {
			a.fail(ClassRate, e.Code, now)
			return
		}
		wait = min(wait<<(a.Refusals-1), time.Hour)
	}
	a.wait(now.Add(wait), e.Code, now)
}

// tryDue carries messages whose turn to be tried again has come. Survey is
// asked whether they are still wanted, and policy whether they may go.
func (s *Service) tryDue(ctx context.Context) error {
	q := docstore.Query{Index: byTime, Part: timePart(StateWaiting, queueAgain), To: docstore.SortTime(s.clock.Now()), Limit: 500}
	rows, err := s.collect(ctx, q)
	if err != nil {
		return err
	}
	byTenant := map[minyi.TenantID][]row{}
	for _, r := range rows {
		byTenant[r.Body.Tenant] = append(byTenant[r.Body.Tenant], r)
	}
	for tenant, due := range byTenant {
		for chunk := range slices.Chunk(due, s.atOnce()) {
			if err := s.tryAgain(ctx, tenant, chunk); err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) tryAgain(ctx context.Context, tenant minyi.TenantID, due []row) error {
	req := minyi.BriefsRequest{Tenant: tenant, Again: map[minyi.InvitationID]int{}}
	byInvitation := map[minyi.InvitationID]row{}
	for _, r := range due {
		if _, another := byInvitation[r.Body.Invitation]; another {
			continue // one at a time; the other's turn comes with the next sweep
		}
		byInvitation[r.Body.Invitation] = r
		req.Invitations = append(req.Invitations, r.Body.Invitation)
		req.Again[r.Body.Invitation] = r.Body.Step
	}
	briefs, err := s.survey.Briefs(ctx, req)
	if err != nil {
		return fmt.Errorf("ask for briefs of tries: %w", err)
	}
	asked := s.clock.Now()
	var todo []errand
	var off []row
	for _, b := range briefs.Briefs {
		switch r := byInvitation[b.Invitation]; {
		case b.Go:
			todo = append(todo, errand{brief: b, id: minyi.AttemptID(r.ID), row: r.Body, stands: true})
		case b.Why == "paused":
			err = s.putOffTry(ctx, r)
		default:
			off = append(off, r)
		}
		if err != nil {
			return err
		}
	}
	if err := s.cancel(ctx, off); err != nil {
		return err
	}
	return s.handOver(ctx, todo, asked)
}

// putOffTry looks again in an hour at a try whose campaign is paused.
func (s *Service) putOffTry(ctx context.Context, r row) error {
	now := s.clock.Now()
	_, err := s.store.ledger.Update(ctx, r.ID, func(a *attempt) error {
		if a.State != StateWaiting {
			return docstore.Unchanged
		}
		a.wait(now.Add(time.Hour), "paused", now)
		return nil
	})
	if err != nil {
		return fmt.Errorf("put a try off: %w", err)
	}
	return nil
}
