package score

import (
	"context"
	"encoding/json"
	"fmt"

	"minyi"
	"minyi/internal/id"
	"minyi/internal/stream"
)

// take handles a batch of either event: both say that an answer's row may have
// to be written anew, and both bodies name tenant and answer alike.
func (s *Service) take(ctx context.Context, batch []stream.Delivery) error {
	answers := map[minyi.TenantID][]minyi.AnswerID{}
	seen := map[minyi.AnswerLanded]bool{}
	for _, d := range batch {
		var e minyi.AnswerLanded
		if err := json.Unmarshal(d.Body, &e); err != nil {
			return fmt.Errorf("event %s: %w", d.ID, err)
		}
		if !seen[e] {
			seen[e] = true
			answers[e.Tenant] = append(answers[e.Tenant], e.Answer)
		}
	}
	for tenant, ids := range answers {
		if err := s.Count(ctx, tenant, ids); err != nil {
			return err
		}
	}
	return nil
}

// Count brings the rows of these answers up to what survey and nlp know now,
// marks the days they touch, and tells survey which are fully in. Doing it
// twice, or in any order, ends the same.
func (s *Service) Count(ctx context.Context, tenant minyi.TenantID, answers []minyi.AnswerID) error {
	facts, texts, err := s.ask(ctx, tenant, answers)
	if err != nil {
		return err
	}
	if err := s.count(ctx, tenant, facts, texts); err != nil {
		return err
	}
	done := settled(facts, texts)
	if len(done) == 0 {
		return nil
	}
	if _, err := s.survey.Settled(ctx, minyi.SettledRequest{Tenant: tenant, Items: done}); err != nil {
		return fmt.Errorf("tell survey that %d answers are counted: %w", len(done), err)
	}
	return nil
}

func (s *Service) ask(ctx context.Context, tenant minyi.TenantID, answers []minyi.AnswerID) ([]minyi.AnswerFacts, map[minyi.AnswerID]*minyi.TextFacts, error) {
	reply, err := s.survey.Facts(ctx, minyi.AnswersRequest{Tenant: tenant, Answers: answers})
	if err != nil {
		return nil, nil, fmt.Errorf("ask survey for %d answers: %w", len(answers), err)
	}
	texts, err := s.analyses(ctx, tenant, reply.Facts)
	return reply.Facts, texts, err
}

// analyses asks nlp for the remarks among these answers.
func (s *Service) analyses(ctx context.Context, tenant minyi.TenantID, facts []minyi.AnswerFacts) (map[minyi.AnswerID]*minyi.TextFacts, error) {
	var remarks []minyi.AnswerID
	for _, f := range facts {
		if f.Remark {
			remarks = append(remarks, f.Answer)
		}
	}
	out := make(map[minyi.AnswerID]*minyi.TextFacts, len(remarks))
	if len(remarks) == 0 {
		return out, nil
	}
	reply, err := s.words.Analyses(ctx, minyi.AnswersRequest{Tenant: tenant, Answers: remarks})
	if err != nil {
		return nil, fmt.Errorf("ask nlp for %d analyses: %w", len(remarks), err)
	}
	for _, a := range reply.Analyses {
		out[a.Answer] = &a
	}
	return out, nil
}

// count writes rows, then marks. The marks are written even when no row
// changed: a process that died between the two left rows without a mark.
func (s *Service) count(ctx context.Context, tenant minyi.TenantID, facts []minyi.AnswerFacts, texts map[minyi.AnswerID]*minyi.TextFacts) error {
	ops, moved, err := s.locate(ctx, tenant, facts, texts)
	if err != nil {
		return err
	}
	if err := s.putRows(ctx, ops); err != nil {
		return err
	}
	if err := s.mark(ctx, ops); err != nil {
		return err
	}
	if len(moved) > 0 {
		if err := s.settleMoves(ctx, moved, ops); err != nil {
			return err
		}
	}
	s.wake()
	return nil
}

func (s *Service) mark(ctx context.Context, ops []op) error {
	days := map[mark]bool{}
	for _, o := range ops {
		days[mark{o.at.Tenant, o.at.Unit, o.at.Day}] = true
	}
	docs := make([]markDoc, 0, len(days))
	for d := range days {
		docs = append(docs, markDoc{ID: id.New(d.Day), Body: d})
	}
	if _, err := s.store.marks.InsertMany(ctx, docs); err != nil {
		return fmt.Errorf("mark %d days to be summed: %w", len(docs), err)
	}
	return nil
}

// wake tells the aggregator that there are marks; it looks by itself too.
func (s *Service) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// settled lists the answers whose rows need nothing more: no remark, or its
// analysis at this revision is in.
func settled(facts []minyi.AnswerFacts, texts map[minyi.AnswerID]*minyi.TextFacts) []minyi.Settled {
	var out []minyi.Settled
	for _, f := range facts {
		if t := texts[f.Answer]; !f.Remark || !f.Counts || t != nil && t.Rev >= f.Rev {
			out = append(out, minyi.Settled{Answer: f.Answer, Rev: f.Rev})
		}
	}
	return out
}
