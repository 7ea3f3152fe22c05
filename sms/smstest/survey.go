// Package smstest has stand-ins for what sms works with, for tests.
//
// It takes in invitations from a test and gives out what sms told of them.
package smstest

import (
	"context"
	"slices"
	"sync"

	"minyi"
)

// Survey stands in for the survey service: it holds invitations and keeps what
// it was told.
type Survey struct {
	mu       sync.Mutex
	briefs   map[minyi.InvitationID]minyi.Brief
	progress []minyi.Progress
	heard    []minyi.HeardRequest
	deaf     error
	answer   func(minyi.HeardRequest) minyi.HeardReply
}

// Invite puts or replaces an invitation.
func (s *Survey) Invite(briefs ...minyi.Brief) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.briefs == nil {
		s.briefs = map[minyi.InvitationID]minyi.Brief{}
	}
	for _, b := range briefs {
		s.briefs[b.Invitation] = b
	}
}

// Withdraw makes an invitation one that must not be sent now, and why.
func (s *Survey) Withdraw(id minyi.InvitationID, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.briefs[id]
	b.Go, b.Why = false, why
	s.briefs[id] = b
}

// Deafen makes Progress and Heard fail with err; nil ends it.
func (s *Survey) Deafen(err error) { s.mu.Lock(); defer s.mu.Unlock(); s.deaf = err }

// Answer sets what Heard answers; by default every reply completes.
func (s *Survey) Answer(f func(minyi.HeardRequest) minyi.HeardReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Told gives all progress so far.
func (s *Survey) Told() []minyi.Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.progress)
}

// Last gives what was told of an invitation last.
func (s *Survey) Last(id minyi.InvitationID) minyi.Progress {
	for _, p := range slices.Backward(s.Told()) {
		if p.Invitation == id {
			return p
		}
	}
	return minyi.Progress{}
}

// Reports counts the reports of a disposition so far.
func (s *Survey) Reports(d minyi.Disposition) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.progress {
		if s.progress[i].Disposition == d {
			n++
		}
	}
	return n
}

// Standing gives how far every invitation has come by what was told: as in
// survey only upward, because reports overtake each other.
func (s *Survey) Standing() map[minyi.InvitationID]minyi.Disposition {
	standing := map[minyi.InvitationID]minyi.Disposition{}
	for _, p := range s.Told() {
		standing[p.Invitation] = standing[p.Invitation].Advance(p.Disposition)
	}
	return standing
}

// Replies gives all that was heard so far.
func (s *Survey) Replies() []minyi.HeardRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}

// Briefs answers sms.
func (s *Survey) Briefs(_ context.Context, req minyi.BriefsRequest) (minyi.BriefsReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out minyi.BriefsReply
	for _, id := range req.Invitations {
		b, ok := s.briefs[id]
		if !ok {
			b = minyi.Brief{Invitation: id, Why: "gone"}
		}
		if step, again := req.Again[id]; again {
			b.Step = step
		}
		out.Briefs = append(out.Briefs, b)
	}
	return out, nil
}

// Progress takes sms's word.
func (s *Survey) Progress(_ context.Context, req minyi.ProgressRequest) (minyi.Done, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf != nil {
		return minyi.Done{}, s.deaf
	}
	s.progress = append(s.progress, req.Progress...)
	return minyi.Done{}, nil
}

// Heard takes a reply.
func (s *Survey) Heard(_ context.Context, req minyi.HeardRequest) (minyi.HeardReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf != nil {
		return minyi.HeardReply{}, s.deaf
	}
	s.heard = append(s.heard, req)
	if s.answer != nil {
		return s.answer(req), nil
	}
	return minyi.HeardReply{Outcome: "completed"}, nil
}
