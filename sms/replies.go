package sms

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// RepliesReply lists inbound messages, newest first.
type RepliesReply struct {
	Items []ReplyItem `json:"items"`
	After string      `json:"after,omitempty"` // of the next page
}

// ReplyItem is what became of one inbound message. Its words are not shown
// here: what was said about the service is read, masked, with the remarks.
type ReplyItem struct {
	ID         string             `json:"id"`
	At         time.Time          `json:"at"`
	Mobile     string             `json:"mobile"` // masked
	Gateway    string             `json:"gateway"`
	Invitation minyi.InvitationID `json:"invitation,omitempty"`
	Said       SaidKind           `json:"said,omitempty"`    // "" not dealt with yet
	Outcome    string             `json:"outcome,omitempty"` // completed, already, expired, comment, not-understood, opted-out, unmatched
}

// Replies lists the tenant's inbound messages with what became of each, so
// that none is lost from sight: those that nobody could read, those from
// unknown numbers, those that came too late.
func (s *Service) Replies(ctx context.Context, req PageRequest) (RepliesReply, error) {
	q := docstore.Query{Index: byTenant, Part: string(tenantOr(req.Tenant)), Desc: true, Limit: req.limit(), After: req.After}
	reply := RepliesReply{Items: []ReplyItem{}}
	for d, err := range s.store.replies.Find(ctx, q) {
		if err != nil {
			return RepliesReply{}, err
		}
		b := d.Body
		reply.Items = append(reply.Items, ReplyItem{ID: d.ID, At: b.At, Mobile: s.masked(b.From), Gateway: b.Gateway, Invitation: b.Invitation, Said: b.Said, Outcome: b.Outcome})
		if len(reply.Items) == q.Limit {
			reply.After = s.store.replies.Cursor(q, d)
		}
	}
	return reply, nil
}
