package nlp

import (
	"context"

	"minyi"
)

// Analyses gives what scoring needs of the analyses that exist of the answers.
func (s *Service) Analyses(ctx context.Context, req minyi.AnswersRequest) (minyi.AnalysesReply, error) {
	ids := make([]string, len(req.Answers))
	for i, a := range req.Answers {
		ids[i] = string(a)
	}
	docs, err := s.store.analyses.GetMany(ctx, ids)
	if err != nil {
		return minyi.AnalysesReply{}, err
	}
	set, err := s.readSettings(ctx, tenantOf(ctx, req.Tenant))
	if err != nil {
		return minyi.AnalysesReply{}, err
	}
	var reply minyi.AnalysesReply
	for _, id := range ids {
		d, there := docs[id]
		if !there || d.Body.Tenant != tenantOf(ctx, req.Tenant) {
			continue
		}
		v := d.Body.by(set.Body.Active)
		reply.Analyses = append(reply.Analyses, minyi.TextFacts{Answer: minyi.AnswerID(id), Rev: d.Body.Rev, Content: v.Content,
			Polarity: v.Polarity, Suggestion: v.Suggestion, Topic: v.Topic, Model: v.Model})
	}
	return reply, nil
}
