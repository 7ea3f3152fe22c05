package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
)

// AttemptsRequest asks what is kept beside an answer.
type AttemptsRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Answer minyi.AnswerID `json:"answer" path:"id"`
}

// AttemptsReply lists attempts in order of time; remarks stay sealed.
type AttemptsReply struct {
	Attempts []Attempt `json:"attempts"`
}

// Attempts lists what came in besides the valid answer: later answers, what
// was half filled, comments on their own.
func (s *Service) Attempts(ctx context.Context, req AttemptsRequest) (AttemptsReply, error) {
	var reply AttemptsReply
	tenant := tenantOf(ctx, req.Tenant)
	for doc, err := range s.store.attempts.Find(ctx, docstore.Query{Index: "answer", Part: string(req.Answer)}) {
		if err != nil {
			return AttemptsReply{}, err
		}
		if doc.Body.Tenant == tenant {
			reply.Attempts = append(reply.Attempts, doc.Body)
		}
	}
	return reply, nil
}
