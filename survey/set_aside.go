package survey

import (
	"context"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// SetAsideRequest sets a disputed rating aside, or takes that back.
type SetAsideRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Answer minyi.AnswerID `json:"answer" path:"id"`
	On     bool           `json:"on"`
	Reason string         `json:"reason"`
	By     string         `json:"by,omitempty"`
}

// SetAside marks a rating as disputed (误评, 恶意差评), or unmarks it, with a
// reason, a name and a lasting trace. The rating itself is not touched, and
// figures with and without it stay visible.
func (s *Service) SetAside(ctx context.Context, req SetAsideRequest) (minyi.Done, error) {
	tenant := tenantOf(ctx, req.Tenant)
	reason := strings.TrimSpace(req.Reason)
	if reason == "" || len([]rune(reason)) > 500 {
		return minyi.Done{}, fault.New(fault.Invalid, "reason_missing", "请填写理由（500 字以内）。", "give a reason of at most 500 characters").On("reason")
	}
	if req.By == "" {
		req.By = actor(ctx)
	}
	now := s.clock.Now()
	_, err := s.store.answers.Update(ctx, string(req.Answer), func(a *Answer) error {
		if a.Tenant != tenant {
			return noAnswer()
		}
		if a.setAside() == req.On {
			return docstore.Unchanged
		}
		mark := SetAside{On: req.On, Reason: reason, By: req.By, At: now}
		a.SetAside, a.Trace = &mark, append(a.Trace, mark)
		a.changed(now, s.cfg.Announce)
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return minyi.Done{}, noAnswer()
	}
	if err == nil {
		s.tell(minyi.AnswerLanded{Tenant: tenant, Answer: req.Answer})
	}
	return minyi.Done{}, err
}

func noAnswer() error {
	return fault.New(fault.NotFound, "answer_missing", "没有这份答卷。", "there is no such answer").On("answer")
}
