package sms

import (
	"context"
	"fmt"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// Forget erases a number and its owner's words from the ledger and the
// replies. What remains is what happened, under a blind index that names
// nobody: the counts of a campaign, and 请勿打扰. Doing it again is harmless.
func (s *Service) Forget(ctx context.Context, req minyi.ForgetRequest) (minyi.ForgetReply, error) {
	part := docstore.Part(string(tenantOr(req.Tenant)), req.Blind)
	now := s.clock.Now()
	rows, err := s.collect(ctx, docstore.Query{Index: byNumber, Part: part})
	if err != nil {
		return minyi.ForgetReply{}, err
	}
	err = s.store.ledger.UpdateMany(ctx, idsOf(rows), func(_ string, a *attempt) error {
		a.To, a.Text = "", ""
		if a.State == StateWaiting {
			a.to(StateCancelled, "erased", now)
		}
		return nil
	})
	if err != nil {
		return minyi.ForgetReply{}, fmt.Errorf("erase a number from the ledger: %w", err)
	}
	var replies []string
	for d, err := range s.store.replies.Find(ctx, docstore.Query{Index: byNumber, Part: part}) {
		if err != nil {
			return minyi.ForgetReply{}, fmt.Errorf("find replies: %w", err)
		}
		replies = append(replies, d.ID)
	}
	err = s.store.replies.UpdateMany(ctx, replies, func(_ string, r *reply) error {
		r.From, r.Text, r.Parts, r.Due = "", "", nil, time.Time{}
		return nil
	})
	if err != nil {
		return minyi.ForgetReply{}, fmt.Errorf("erase replies: %w", err)
	}
	if err := s.forgetOrphans(ctx, req.Blind); err != nil {
		return minyi.ForgetReply{}, err
	}
	_, err = s.store.recipients.Put(ctx, recipientID(tenantOr(req.Tenant), req.Blind), func(r *recipient, exists bool) error {
		if !exists || r.Stop == nil || r.Stop.To == "" {
			return docstore.Unchanged
		}
		r.Stop.To, r.Stop.Note = "", ""
		return nil
	})
	return minyi.ForgetReply{Messages: len(rows), Replies: len(replies)}, err
}

// forgetOrphans takes the number off receipts that belong to no message.
func (s *Service) forgetOrphans(ctx context.Context, blind string) error {
	var ids []string
	for d, err := range s.store.segments.Find(ctx, docstore.Query{Index: byOrphan, Part: blind}) {
		if err != nil {
			return fmt.Errorf("find orphan receipts: %w", err)
		}
		ids = append(ids, d.ID)
	}
	return s.store.segments.DeleteMany(ctx, ids)
}
