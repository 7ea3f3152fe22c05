package nlp

import (
	"context"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// switched is a switch-over that score has yet to hear of. It stands in the
// store until it is told a second time: the first may be lost with the queue or
// with the process.
type switched struct {
	Before string    `json:"before"` // whose verdicts were shown; empty: not known
	At     time.Time `json:"at"`
}

// tellAgain is how long after a switch-over the changed answers are announced
// once more.
const tellAgain = 10 * time.Minute

// switchedFrom notes a switch-over from what b shows, if it shows anything.
// Where the last one is not told to the end, every answer will be told.
func switchedFrom(b settings, now time.Time) *switched {
	switch {
	case b.Switched != nil:
		return &switched{At: now}
	case b.Active == "":
		return nil
	}
	return &switched{Before: b.Active, At: now}
}

// tellSwitched announces the answers whose verdict a switch-over changed, once
// in the life of each process and a last time after tellAgain. What landed under
// the old models while they were switched is judged by the new ones first.
func (s *Service) tellSwitched(ctx context.Context, tenant minyi.TenantID, set settings) error {
	last := s.clock.Now().Sub(set.Switched.At) >= tellAgain
	if s.hasTold(tenant, set.Switched.At) && !last {
		return nil
	}
	target, err := s.analyserFor(ctx, tenant, set.Versions)
	if err != nil {
		return err
	}
	if target.Version() == set.Active {
		if err := s.judgeAll(ctx, tenant, set.Switched.Before, target, 0); err != nil {
			return err
		}
	}
	changed, err := s.changedBy(ctx, tenant, set)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(changed, 500) {
		if err := s.announce(ctx, tenant, part); err != nil {
			return err
		}
	}
	s.log.Info("changed verdicts announced", "tenant", tenant, "answers", len(changed))
	s.noteTold(tenant, set.Switched.At)
	if !last {
		return nil
	}
	_, err = s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		if b.Switched == nil || !b.Switched.At.Equal(set.Switched.At) {
			return docstore.Unchanged
		}
		b.Switched = nil
		return nil
	})
	return err
}

// changedBy gives the answers whose verdict a switch-over changed, or of which
// it is not known.
func (s *Service) changedBy(ctx context.Context, tenant minyi.TenantID, set settings) ([]minyi.AnswerID, error) {
	var changed []minyi.AnswerID
	for d, err := range s.store.analyses.Find(ctx, docstore.Query{Index: byChange, Part: docstore.Part(string(tenant))}) {
		if err != nil {
			return nil, err
		}
		a := &d.Body
		before, now := a.verdictBy(set.Switched.Before), a.verdictBy(set.Active)
		landedSince := before == nil && a.Next == nil && a.At.After(set.Switched.At)
		if a.Text == "" || landedSince {
			continue
		}
		if before == nil || now == nil || a.scored(*before) != a.scored(*now) {
			changed = append(changed, minyi.AnswerID(d.ID))
		}
	}
	return changed, nil
}

func (s *Service) hasTold(tenant minyi.TenantID, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[tenant].Equal(at)
}

func (s *Service) noteTold(tenant minyi.TenantID, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told[tenant] = at
}
