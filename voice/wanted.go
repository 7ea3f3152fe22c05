package voice

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// whyOff is why a number on 请勿打扰 is not called, as sms says it.
const whyOff = "do_not_contact"

// ending gives the event by which a call ends that is no longer wanted; ok is
// false of reasons that only put a call off.
func ending(why string) (kind EventKind, ok bool) {
	switch why {
	case "answered":
		return EventElsewhere, true
	case whyOff:
		return EventOptedOut, true
	case "stopped", "gone", "expired":
		return EventStopped, true
	}
	return "", false
}

// unwanted says of which rows nobody wants a call any more, and why: the person
// has answered or refused by another channel, or the campaign was stopped.
func (s *Service) unwanted(ctx context.Context, rows []row) (map[minyi.InvitationID]string, error) {
	briefs, err := s.briefs(ctx, rows)
	if err != nil {
		return nil, err
	}
	blinds, off := map[minyi.TenantID][]string{}, map[minyi.TenantID]map[string]time.Time{}
	for _, r := range rows {
		blinds[r.Body.Tenant] = append(blinds[r.Body.Tenant], r.Body.Blind)
	}
	for tenant, list := range blinds {
		if off[tenant], err = s.refused(ctx, tenant, list); err != nil {
			return nil, err
		}
	}
	why := map[minyi.InvitationID]string{}
	for _, r := range rows {
		b := briefs[r.Body.Invitation]
		if _, is := off[r.Body.Tenant][r.Body.Blind]; is {
			b.Go, b.Why = false, whyOff
		}
		if _, final := ending(b.Why); final && !b.Go {
			why[r.Body.Invitation] = b.Why
		}
	}
	return why, nil
}

// refused gives those of the numbers that are on 请勿打扰.
func (s *Service) refused(ctx context.Context, tenant minyi.TenantID, blinds []string) (map[string]time.Time, error) {
	if s.contacts == nil {
		return nil, nil
	}
	reply, err := s.contacts.DoNotContact(ctx, minyi.DoNotContactRequest{Tenant: tenant, Blinds: blinds})
	if err != nil {
		return nil, fmt.Errorf("ask who is on do-not-contact: %w", err)
	}
	return reply.Stopped, nil
}

// watch ends live calls that are no longer wanted, politely.
func (s *Service) watch(ctx context.Context) error {
	var rows []row
	s.mu.Lock()
	calls := make(map[minyi.InvitationID]*conversation, len(s.live))
	for _, c := range s.live {
		calls[c.brief.Invitation] = c
		rows = append(rows, row{Body: record{Tenant: c.brief.Tenant, Invitation: c.brief.Invitation, Blind: c.brief.Blind}})
	}
	s.mu.Unlock()
	why, err := s.unwanted(ctx, rows)
	for invitation, reason := range why {
		calls[invitation].drop(reason)
	}
	return err
}

// drop ends a call that is no longer wanted.
func (c *conversation) drop(why string) {
	kind, _ := ending(why)
	c.mu.Lock()
	c.why = why
	c.mu.Unlock()
	c.interrupt(kind)
}

// dropUnwanted ends calls that wait for their hour and are no longer wanted:
// the table says so within seconds, not at the hour. One sweep looks at the
// next few hundred; the dispatcher asks once more before each call.
func (s *Service) dropUnwanted(ctx context.Context) error {
	q := docstore.Query{Index: byDue, Part: string(StateWaiting), After: s.looked, Limit: 500}
	var rows []row
	for r, err := range s.store.calls.Find(ctx, q) {
		if err != nil {
			return fmt.Errorf("find waiting calls: %w", err)
		}
		rows = append(rows, r)
	}
	s.looked = ""
	if len(rows) == q.Limit {
		s.looked = s.store.calls.Cursor(q, rows[len(rows)-1])
	}
	why, err := s.unwanted(ctx, rows)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	for _, r := range rows {
		if reason, is := why[r.Body.Invitation]; is {
			if err := s.change(ctx, r.ID, func(r *record) { r.end(reason, now) }); err != nil {
				return err
			}
		}
	}
	return nil
}
