package nlp

import (
	"context"
	"slices"
	"time"

	"minyi"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

// PhrasesReply is the review list of what was learnt. A phrase that is none
// goes into the dictionary's stop list.
type PhrasesReply struct {
	Phrases []phrase.Found `json:"phrases"`
	Texts   int            `json:"texts"`
	Version int            `json:"version"`
	At      time.Time      `json:"at,omitzero"`
}

// Phrases gives the tenant's learnt phrases with why each is one.
func (s *Service) Phrases(ctx context.Context, tenant minyi.TenantID) (PhrasesReply, error) {
	b, err := s.tenant(tenantOf(ctx, tenant)).readBasis(ctx)
	if err != nil {
		return PhrasesReply{}, err
	}
	hidden := phrase.NewTable(b.dictionary.Masked)
	shown := slices.DeleteFunc(slices.Clone(b.book.Phrases), func(f phrase.Found) bool {
		return len(uncovered([]token.Token{{Text: f.Text}}, hidden)) == 0
	})
	return PhrasesReply{Phrases: shown, Texts: b.book.Texts, Version: b.book.Version, At: b.book.At}, nil
}

// Status says which models answer and how far a re-analysis is.
type Status struct {
	Model      string         `json:"model"`  // whose verdicts are shown; empty before the first
	Wanted     string         `json:"wanted"` // those that settings and program ask for
	Versions   map[string]int `json:"versions"`
	Vocabulary string         `json:"vocabulary"`
	Job        *Job           `json:"job,omitempty"`
}

// Status gives a tenant's.
func (s *Service) Status(ctx context.Context, tenant minyi.TenantID) (Status, error) {
	set, err := s.readSettings(ctx, tenantOf(ctx, tenant))
	if err != nil {
		return Status{}, err
	}
	wanted, err := s.wanted(ctx, tenantOf(ctx, tenant))
	if err != nil {
		return Status{}, err
	}
	b, err := s.tenant(tenantOf(ctx, tenant)).readBasis(ctx)
	if err != nil {
		return Status{}, err
	}
	return Status{Model: set.Body.Active, Wanted: wanted.Version(), Versions: set.Body.Versions,
		Vocabulary: vocabularyVersion(b.book, b.dictionary), Job: set.Body.Job}, nil
}
