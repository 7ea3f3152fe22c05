package nlp

import (
	"context"
	"encoding/json"
	"fmt"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/stream"
)

// take analyses a batch of answers. It is idempotent: an analysis at the same
// revision by the same model is left alone, and announced again in case the
// announcement was lost.
func (s *Service) take(ctx context.Context, batch []stream.Delivery) error {
	byTenant := make(map[minyi.TenantID][]minyi.AnswerID)
	for _, d := range batch {
		var e minyi.AnswerLanded
		if err := json.Unmarshal(d.Body, &e); err != nil {
			return fmt.Errorf("decode %s: %w", minyi.TopicAnswerLanded, err)
		}
		byTenant[e.Tenant] = append(byTenant[e.Tenant], e.Answer)
	}
	for tenant, answers := range byTenant {
		if err := s.analyse(ctx, tenant, answers); err != nil {
			return err
		}
	}
	return nil
}

// analyse brings the analyses of answers up to their remarks.
func (s *Service) analyse(ctx context.Context, tenant minyi.TenantID, answers []minyi.AnswerID) error {
	reply, err := s.survey.Remarks(ctx, minyi.AnswersRequest{Tenant: tenant, Answers: answers})
	if err != nil {
		return fault.Wrap(err, "ask survey for remarks")
	}
	ids := make([]string, len(answers))
	for i, a := range answers {
		ids[i] = string(a)
	}
	stand, err := s.store.analyses.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	minds, err := s.minds(ctx, tenant)
	if err != nil {
		return err
	}
	fresh, analysed, err := s.compute(minds, answers, reply.Remarks, stand)
	if err != nil {
		return err
	}
	if err := s.write(ctx, fresh); err != nil {
		return err
	}
	if err := s.forgetExamples(ctx, tenant, fresh); err != nil {
		return err
	}
	return s.announce(ctx, tenant, analysed)
}

// compute analyses what is new and blanks what is gone. analysed names every
// answer whose analysis stands once fresh is written.
func (s *Service) compute(m minds, answers []minyi.AnswerID, remarks []minyi.Remark, stand map[string]docstore.Doc[analysis]) (fresh map[string]analysis, analysed []minyi.AnswerID, err error) {
	fresh = make(map[string]analysis)
	known := make(map[minyi.AnswerID]bool, len(remarks))
	for _, r := range remarks {
		known[r.Answer] = true
		old, exists := stand[string(r.Answer)]
		if !exists && r.Text == "" {
			continue // nothing was written, nothing to forget
		}
		analysed = append(analysed, r.Answer)
		if exists && (old.Body.Rev > r.Rev || old.Body.Rev == r.Rev && m.know(&old.Body)) {
			continue
		}
		a, err := s.analysisOf(m, r)
		if err != nil {
			return nil, nil, err
		}
		fresh[string(r.Answer)] = a
	}
	for _, id := range answers {
		if old, exists := stand[string(id)]; exists && !known[id] && (old.Body.Counts || old.Body.Text != "") {
			fresh[string(id)] = analysis{Tenant: m.tenant, Rev: old.Body.Rev + 1, Day: old.Body.Day, Now: verdict{Model: m.now.Version()}}
			analysed = append(analysed, id)
		}
	}
	return fresh, analysed, nil
}

func (s *Service) analysisOf(m minds, r minyi.Remark) (analysis, error) {
	a := analysis{Tenant: m.tenant, Rev: r.Rev, Campaign: r.Campaign, Family: r.Family, Unit: r.Unit, Audience: r.Audience,
		Channel: r.Channel, Day: r.Day, Category: r.Category, Respondent: r.Respondent, Overall: r.Overall, Counts: r.Counts,
		Now: verdict{Model: m.now.Version()}}
	if r.Text == "" {
		return a, nil
	}
	raw, err := s.box.Open(r.Text)
	if err != nil {
		return analysis{}, fault.Wrap(err, "open a remark")
	}
	res := m.now.AnalyseAs(r.Family, m.veil(raw))
	a.Text, a.Cuts = res.Text, encodeCuts(res.Tokens)
	a.Now = verdictOf(res)
	if m.next != nil {
		v := verdictOf(m.next.judge(r.Family, res.Text, res.Tokens))
		a.Next = &v
	}
	return a, nil
}

func verdictOf(r Result) verdict {
	return verdict{Model: r.Model, Content: r.Content, Topic: r.Topic.Topic, Best: r.Topic.Best, Margin: r.Topic.Margin,
		Polarity: r.Polarity, Score: r.Score, Suggestion: r.Suggestion}
}

// forgetExamples takes erased remarks out of what models are trained on.
func (s *Service) forgetExamples(ctx context.Context, tenant minyi.TenantID, fresh map[string]analysis) error {
	var ids []string
	for answer, a := range fresh {
		if a.Text == "" {
			ids = append(ids, exampleID(tenant, TaskTopic, minyi.AnswerID(answer), ""), exampleID(tenant, TaskPolarity, minyi.AnswerID(answer), ""))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return s.store.examples.DeleteMany(ctx, ids)
}

// write stores analyses unless a newer revision came in between.
func (s *Service) write(ctx context.Context, fresh map[string]analysis) error {
	if len(fresh) == 0 {
		return nil
	}
	ids := make([]string, 0, len(fresh))
	for id := range fresh {
		ids = append(ids, id)
	}
	return s.store.analyses.PutMany(ctx, ids, func(id string, body *analysis, exists bool) error {
		if exists && body.Rev > fresh[id].Rev {
			return docstore.Unchanged
		}
		person := body.Person
		same := body.Text == fresh[id].Text
		*body = fresh[id]
		if same {
			body.Person = person // what a person said of these words still holds
		}
		body.At = s.clock.Now() // at the write itself: followers read by it
		return nil
	})
}

// announce tells score. A queue that is down is no loss: survey's sweeper
// announces the answer again, and this batch with it.
func (s *Service) announce(ctx context.Context, tenant minyi.TenantID, answers []minyi.AnswerID) error {
	if len(answers) == 0 {
		return nil
	}
	events := make([]any, len(answers))
	for i, a := range answers {
		events[i] = minyi.AnswerAnalysed{Tenant: tenant, Answer: a}
	}
	return s.bus.Publish(ctx, minyi.TopicAnswerAnalysed, events...)
}
