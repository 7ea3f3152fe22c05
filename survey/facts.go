package survey

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// Remarks gives nlp the sealed texts of answers with the attributes by which
// words are counted. Answers that are gone are left out.
func (s *Service) Remarks(ctx context.Context, req minyi.AnswersRequest) (minyi.RemarksReply, error) {
	docs, err := s.answersOf(ctx, req)
	if err != nil {
		return minyi.RemarksReply{}, err
	}
	var reply minyi.RemarksReply
	for _, doc := range docs {
		a := doc.Body
		v, err := s.version(ctx, a.Tenant, a.Questionnaire, a.Version)
		if err != nil {
			return minyi.RemarksReply{}, err
		}
		reply.Remarks = append(reply.Remarks, minyi.Remark{
			Answer: minyi.AnswerID(doc.ID), Rev: a.Revision, Campaign: a.Campaign, Family: a.Family, Unit: a.Unit,
			Audience: a.Audience, Channel: a.Channel, Day: a.Day, Category: a.Category, Respondent: a.person(doc.ID),
			Overall: v.Overall(a.Entries), Text: a.Remark, Counts: a.valid() && !a.setAside() && !a.Erased,
		})
	}
	return reply, nil
}

// Facts gives score the closed answers. Answers that are gone come with
// Counts false, so that score takes their rows out.
func (s *Service) Facts(ctx context.Context, req minyi.AnswersRequest) (minyi.FactsReply, error) {
	docs, err := s.answersOf(ctx, req)
	if err != nil {
		return minyi.FactsReply{}, err
	}
	found := map[minyi.AnswerID]bool{}
	var reply minyi.FactsReply
	for _, doc := range docs {
		facts, err := s.factsOf(ctx, doc)
		if err != nil {
			return minyi.FactsReply{}, err
		}
		found[facts.Answer] = true
		reply.Facts = append(reply.Facts, facts)
	}
	for _, id := range req.Answers {
		if !found[id] {
			reply.Facts = append(reply.Facts, minyi.AnswerFacts{Answer: id})
		}
	}
	return reply, nil
}

func (s *Service) factsOf(ctx context.Context, doc docstore.Doc[Answer]) (minyi.AnswerFacts, error) {
	a := doc.Body
	v, err := s.version(ctx, a.Tenant, a.Questionnaire, a.Version)
	if err != nil {
		return minyi.AnswerFacts{}, err
	}
	return minyi.AnswerFacts{
		Answer: minyi.AnswerID(doc.ID), Rev: a.Revision, Campaign: a.Campaign, Questionnaire: a.Questionnaire,
		Version: a.Version, Family: a.Family, Unit: a.Unit, Audience: a.Audience, Channel: a.Channel,
		Category: a.Category, Day: a.Day, Respondent: a.person(doc.ID), Counts: a.valid(), SetAside: a.setAside(),
		Default: a.Default, Remark: a.Remark != "", Values: v.Values(a.Entries),
	}, nil
}

// answersOf reads the tenant's answers in the order asked.
func (s *Service) answersOf(ctx context.Context, req minyi.AnswersRequest) ([]docstore.Doc[Answer], error) {
	ids := make([]string, len(req.Answers))
	for i, id := range req.Answers {
		ids[i] = string(id)
	}
	found, err := s.store.answers.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var docs []docstore.Doc[Answer]
	for _, id := range ids {
		if doc, ok := found[id]; ok && doc.Body.Tenant == req.Tenant {
			docs = append(docs, doc)
			delete(found, id)
		}
	}
	return docs, nil
}

// Settled records that score holds these answers at these revisions. A
// revision that has moved on meanwhile stays unsettled.
func (s *Service) Settled(ctx context.Context, req minyi.SettledRequest) (minyi.Done, error) {
	rev := map[string]int64{}
	var ids []string
	for _, item := range req.Items {
		ids = append(ids, string(item.Answer))
		rev[string(item.Answer)] = max(rev[string(item.Answer)], item.Rev)
	}
	return minyi.Done{}, s.store.answers.UpdateMany(ctx, ids, func(id string, a *Answer) error {
		if a.Tenant != req.Tenant || rev[id] <= a.Settled || rev[id] > a.Revision {
			return docstore.Unchanged
		}
		a.Settled = rev[id]
		a.calm()
		return nil
	})
}

// person names who speaks: a blind index, or, where the link to the person was
// erased or never was, the answer itself, so that nobody is merged with anybody.
func (a Answer) person(id string) string {
	if a.Respondent == "" {
		return id
	}
	return a.Respondent
}

func (a Answer) valid() bool { return !a.Partial }

// rated tells a rating from a remark on its own, as imported letters are: that
// is read as text and counts for no question.
func (a Answer) rated() bool    { return len(a.Entries) > 0 }
func (a Answer) setAside() bool { return a.SetAside != nil && a.SetAside.On }

// calm takes the answer off the sweeper's list once everyone has acted on its
// revision.
func (a *Answer) calm() {
	if a.Settled >= a.Revision && a.Handled >= a.Revision {
		a.NextAt, a.Told = time.Time{}, 0
	}
}

// changed starts a new revision that everyone must act on.
func (a *Answer) changed(now time.Time, announce time.Duration) {
	a.Revision++
	a.Told, a.NextAt = 1, now.Add(announce)
}
