package sms

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
)

// reply is one inbound message, a document of sms_replies.
type reply struct {
	Tenant  minyi.TenantID `json:"tenant"`
	Gateway string         `json:"gateway"`
	From    string         `json:"from"` // sealed
	Blind   string         `json:"blind"`
	To      string         `json:"to,omitempty"`
	Ext     string         `json:"ext,omitempty"`  // of our number, where the carrier tells it
	Text    string         `json:"text,omitempty"` // sealed
	At      time.Time      `json:"at"`
	// Parts holds the sealed segments of a longer message by index until all
	// are there or Due has passed.
	Parts map[int]string `json:"parts,omitempty"`
	Total int            `json:"total,omitempty"`

	Due   time.Time `json:"due,omitzero"` // when to deal with it; zero: dealt with
	Tries int       `json:"tries,omitempty"`

	Invitation minyi.InvitationID `json:"invitation,omitempty"`
	Said       SaidKind           `json:"said,omitempty"`
	Outcome    string             `json:"outcome,omitempty"` // survey's word, or "unmatched", "opted-out"
}

const (
	// sameWithin: the same text from the same number within this time is the
	// carrier repeating itself, where the protocol numbers nothing.
	sameWithin = 10 * time.Minute
	// partsWithin is how long a long message may stay incomplete.
	partsWithin = 2 * time.Minute
)

// takeReply stores an inbound message and returns when it is durable. What it
// means is worked out afterwards, so that a carrier never waits for that.
func (s *Service) takeReply(ctx context.Context, l *line, r Reply) error {
	if r.From.IsZero() {
		return nil // no subscriber: nobody to match and nobody to answer
	}
	body := reply{Tenant: l.Tenant, Gateway: l.Name, Blind: s.blind(r.From), To: clip(r.To, 40), Ext: clip(r.Ext, 8), At: r.At, Due: s.clock.Now()}
	if body.At.IsZero() {
		body.At = body.Due
	}
	var err error
	if body.From, err = s.box.Seal(r.From.Reveal()); err != nil {
		return fmt.Errorf("seal the sender: %w", err)
	}
	if !r.Part.Whole() {
		return s.takePart(ctx, body, r)
	}
	if repeated, err := s.repeats(ctx, body, r); err != nil || repeated {
		return err
	}
	if body.Text, err = s.box.Seal(strings.ToValidUTF8(r.Text, "")); err != nil {
		return fmt.Errorf("seal the text: %w", err)
	}
	replyID := id.New("rep")
	if r.ID != "" {
		replyID = id.Derive("reply", l.Name, r.ID)
	}
	if _, err := s.store.replies.Insert(ctx, replyID, body); err != nil && !fault.Is(err, fault.Exists) {
		return fmt.Errorf("store a reply: %w", err)
	}
	s.wakeHearing(replyID)
	return nil
}

// repeats reports whether the carrier has only repeated itself: SMPP numbers no
// inbound message, and one whose answer was lost comes again.
func (s *Service) repeats(ctx context.Context, body reply, r Reply) (bool, error) {
	if r.ID != "" {
		return false, nil
	}
	q := docstore.Query{Index: byNumber, Part: docstore.Part(string(body.Tenant), body.Blind), From: docstore.SortTime(body.At.Add(-sameWithin)), Desc: true, Limit: 5}
	for old, err := range s.store.replies.Find(ctx, q) {
		if err != nil {
			return false, fmt.Errorf("look for a repeat: %w", err)
		}
		text, err := s.box.Open(old.Body.Text)
		if err == nil && text == r.Text && old.Body.Total == 0 && old.Body.Gateway == body.Gateway {
			return true, nil
		}
	}
	return false, nil
}

// takePart stores one segment of a longer message. Segments come in any order,
// twice, and on different connections and accounts; each is durable before it is
// answered.
func (s *Service) takePart(ctx context.Context, body reply, r Reply) error {
	sealed, err := s.box.Seal(strings.ToValidUTF8(r.Text, "�"))
	if err != nil {
		return fmt.Errorf("seal a segment: %w", err)
	}
	// A telephone's reference is one octet and comes round again: a group that
	// is complete or dealt with is followed by the next generation.
	for generation := range 256 {
		replyID := id.Derive("reply-parts", string(body.Tenant), body.Blind, body.To, strconv.Itoa(r.Part.Ref), strconv.Itoa(r.Part.Total), strconv.Itoa(generation))
		closed, complete := false, false
		doc, err := s.store.replies.Put(ctx, replyID, func(b *reply, exists bool) error {
			closed, complete = exists && (len(b.Parts) == b.Total || b.Due.IsZero()), false
			if closed {
				return docstore.Unchanged
			}
			if !exists {
				*b = body
				b.Total, b.Parts, b.Due = r.Part.Total, map[int]string{}, s.clock.Now().Add(partsWithin)
			}
			b.Parts[r.Part.Index] = sealed
			if complete = len(b.Parts) == b.Total; complete {
				b.Due = s.clock.Now()
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("store a segment: %w", err)
		}
		if !closed {
			if complete {
				s.wakeHearing(replyID)
			}
			return nil
		}
		if s.samePart(doc.Body, r) {
			return nil
		}
	}
	return nil
}

// samePart reports whether r repeats a segment of a message already closed.
func (s *Service) samePart(b reply, r Reply) bool {
	text, err := s.box.Open(b.Parts[r.Part.Index])
	return err == nil && text == r.Text && r.At.Sub(b.At) < sameWithin
}

// textOf puts the text of a reply together; a segment that never came shows as
// an ellipsis.
func (s *Service) textOf(b reply) (string, error) {
	if b.Total == 0 {
		return s.box.Open(b.Text)
	}
	var text strings.Builder
	for i := 1; i <= b.Total; i++ {
		sealed, there := b.Parts[i]
		if !there {
			text.WriteString("…")
			continue
		}
		piece, err := s.box.Open(sealed)
		if err != nil {
			return "", err
		}
		text.WriteString(piece)
	}
	return text.String(), nil
}

// meaningOf parses a reply. Where the start of a longer message never came, a
// digit in what is left of it answers nothing.
func meaningOf(b reply, text string) Said {
	if _, starts := b.Parts[1]; b.Total > 0 && !starts {
		return Said{Kind: SaidComment, Comment: text}
	}
	return ParseReply(text)
}

// wakeHearing hands a stored reply to the workers; when they are far behind,
// the sweeper will find it.
func (s *Service) wakeHearing(replyID string) {
	select {
	case s.heard <- replyID:
	default:
	}
}
