package sms

import (
	"context"
	"fmt"

	"minyi"
	"minyi/internal/docstore"
)

// ReserveCall gives voice a place for one call among a number's contacts, in
// the same document by which messages are counted, so that SMS and telephone
// keep one cap and one 请勿打扰 together. Asking again for the same attempt
// gives the same place.
func (s *Service) ReserveCall(ctx context.Context, req minyi.ReserveCallRequest) (minyi.ReserveCallReply, error) {
	tenant := tenantOr(req.Tenant)
	now := s.clock.Now()
	var v Verdict
	_, err := s.store.recipients.Put(ctx, recipientID(tenant, req.Blind), func(r *recipient, _ bool) error {
		v = s.policyOf(tenant).DecideCall(Wish{Attempt: req.Attempt, Invitation: req.Invitation}, r.history(), now)
		if v.Action != ActionSend {
			return docstore.Unchanged
		}
		r.Tenant, r.Blind = tenant, req.Blind
		r.note(Sent{Attempt: req.Attempt, Invitation: req.Invitation, At: now, Call: CallPlaced})
		return nil
	})
	if err != nil {
		return minyi.ReserveCallReply{}, fmt.Errorf("reserve a place for a call: %w", err)
	}
	return minyi.ReserveCallReply{Go: v.Action == ActionSend, Reason: v.Reason}, nil
}

// SettleCall notes what became of a reserved call: an answered one counts for
// 30 days, one that never rang gives its place back. An answer is never taken
// back by a later report.
func (s *Service) SettleCall(ctx context.Context, req minyi.SettleCallRequest) (minyi.Done, error) {
	_, err := s.store.recipients.Put(ctx, recipientID(tenantOr(req.Tenant), req.Blind), func(r *recipient, exists bool) error {
		for i := range r.Sent {
			if c := &r.Sent[i]; exists && c.Attempt == req.Attempt && c.Call != CallAnswered {
				switch {
				case req.Answered:
					c.Call = CallAnswered
				case req.Rang:
					c.Call = CallUnanswered
				default:
					r.drop(req.Attempt)
				}
				return nil
			}
		}
		return docstore.Unchanged
	})
	if err != nil {
		return minyi.Done{}, fmt.Errorf("settle a call: %w", err)
	}
	return minyi.Done{}, nil
}
