package sms

import (
	"context"

	"minyi/internal/docstore"
)

// StatesByNumber gives the state of every invitation's attempt by the digits
// of its number, for tests outside the package.
func (s *Service) StatesByNumber(ctx context.Context) (map[string]State, error) {
	states := map[string]State{}
	for r, err := range s.store.ledger.Find(ctx, docstore.Query{}) {
		if err != nil {
			return nil, err
		}
		m, err := s.numberOf(r.Body.To)
		if err != nil {
			return nil, err
		}
		if r.Body.Kind == kindInvitation {
			states[m.Reveal()] = r.Body.State
		}
	}
	return states, nil
}
