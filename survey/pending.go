package survey

import (
	"context"

	"minyi/internal/docstore"
)

// PendingReply counts work in hand.
type PendingReply struct {
	// Answers have landed and are not yet both analysed and scored.
	Answers int64 `json:"answers"`
}

// Pending counts answers that are on their way to a figure, all tenants: a
// command that imports waits until there are none.
func (s *Service) Pending(ctx context.Context, _ struct{}) (PendingReply, error) {
	n, err := s.store.answers.Count(ctx, docstore.Query{Index: answersUnsettled.Name, Part: everything})
	return PendingReply{Answers: n}, err
}
