package sms

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
)

// recipient is what we keep of a number: recent messages for the caps, and
// whether it wants no more. Its id is derived from the tenant and the number's
// blind index.
type recipient struct {
	Tenant minyi.TenantID `json:"tenant"`
	Blind  string         `json:"blind"`
	Sent   []Sent         `json:"sent,omitempty"`
	// Ref counts long messages to this number, so that the reference of one is
	// not that of another still under way, across restarts too.
	Ref      byte      `json:"ref,omitempty"`
	Stop     *stop     `json:"stop,omitempty"`
	Answers  []given   `json:"answers,omitempty"` // our recent answers to its replies
	Helped   string    `json:"helped,omitempty"`  // invitation for which the help text was sent
	HelpedAt time.Time `json:"helped_at,omitzero"`
}

// stop says when and why a number was put on 请勿打扰.
type stop struct {
	At        time.Time `json:"at"`
	Source    string    `json:"source"` // reply, page, staff, erasure, voice
	By        string    `json:"by,omitempty"`
	Note      string    `json:"note,omitempty"`
	To        string    `json:"to,omitempty"`        // sealed number, to show it masked
	Confirmed string    `json:"confirmed,omitempty"` // the reply that was answered with a confirmation
}

func recipientID(tenant minyi.TenantID, blind string) string {
	return id.Derive("recipient", string(tenant), blind)
}

func (r *recipient) history() History { return History{Sent: r.Sent, Stopped: r.Stop != nil} }

// note enters a message as sent at now, in place of what stood for the same
// attempt, and drops what no cap looks at any more.
func (r *recipient) note(s Sent) {
	kept := r.Sent[:0:0]
	for _, old := range r.Sent {
		if old.Attempt != s.Attempt && s.At.Sub(old.At) < 31*24*time.Hour {
			kept = append(kept, old)
		}
	}
	r.Sent = append(kept, s)
}

// lastSent is when something last went to the number.
func (r *recipient) lastSent() (last time.Time) {
	for _, s := range r.Sent {
		if s.At.After(last) {
			last = s.At
		}
	}
	return last
}

func (r *recipient) drop(attempt minyi.AttemptID) bool {
	for i, s := range r.Sent {
		if s.Attempt == attempt {
			r.Sent = append(r.Sent[:i:i], r.Sent[i+1:]...)
			return true
		}
	}
	return false
}

// ruling is policy's verdict on one message, with the concatenation reference
// that it got.
type ruling struct {
	Verdict
	Ref byte
}

// wanted is one message that asks for its place among a number's messages.
type wanted struct {
	Wish
	Tenant  minyi.TenantID
	Blind   string
	Carrier Limits // of the lines that may carry it
}

// reserve judges messages and enters those that may go in their recipients'
// histories, in one compare-and-swap a recipient: campaigns that run at the
// same time cannot exceed a cap together. Reserving again changes nothing.
func (s *Service) reserve(ctx context.Context, wishes []wanted) (map[minyi.AttemptID]ruling, error) {
	byRecipient := map[string][]wanted{}
	ids := make([]string, 0, len(wishes))
	for _, w := range wishes {
		rid := recipientID(w.Tenant, w.Blind)
		if byRecipient[rid] == nil {
			ids = append(ids, rid)
		}
		byRecipient[rid] = append(byRecipient[rid], w)
	}
	now := s.clock.Now()
	rulings := make(map[minyi.AttemptID]ruling, len(wishes))
	err := s.store.recipients.PutMany(ctx, ids, func(rid string, r *recipient, _ bool) error {
		changed := false
		for _, w := range byRecipient[rid] {
			v := s.policyOf(w.Tenant).Within(w.Carrier).Decide(w.Wish, r.history(), s.cfg.Calendar, now)
			if v.Action == ActionSend {
				r.Tenant, r.Blind = w.Tenant, w.Blind
				r.Ref++
				r.note(Sent{Attempt: w.Attempt, Invitation: w.Invitation, At: now})
				changed = true
			}
			rulings[w.Attempt] = ruling{Verdict: v, Ref: r.Ref}
		}
		if !changed {
			return docstore.Unchanged
		}
		return nil
	})
	return rulings, err
}

// release gives back the places of messages that certainly never reached the
// person.
func (s *Service) release(ctx context.Context, rows []row) error {
	of := map[string][]minyi.AttemptID{}
	var rids []string
	for _, r := range rows {
		rid := recipientID(r.Body.Tenant, r.Body.Blind)
		of[rid] = append(of[rid], minyi.AttemptID(r.ID))
		rids = append(rids, rid)
	}
	return s.store.recipients.UpdateMany(ctx, rids, func(rid string, r *recipient) error {
		changed := false
		for _, a := range of[rid] {
			changed = r.drop(a) || changed
		}
		if !changed {
			return docstore.Unchanged
		}
		return nil
	})
}
