package survey

import (
	"context"
	"iter"

	"minyi"
	"minyi/internal/docstore"
)

// AnswerRows gives a page of answers to export, a unit's with those of all
// units below it, in order of day and unit, so that a walk through the pages
// sees every answer that stood when it began, once. Set-aside, default and
// partial answers are among them, marked. Its facts are those that score counts.
func (s *Service) AnswerRows(ctx context.Context, req minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error) {
	limit := req.Limit
	if limit <= 0 || limit > 5000 {
		limit = 500
	}
	q := docstore.Query{Index: answersByDay.Name, Part: docstore.Part(string(tenantOf(ctx, req.Slice.Tenant))), From: req.Slice.From, After: req.After}
	q.To = endOf(req.Slice.To)
	units, err := s.below(ctx, tenantOf(ctx, req.Slice.Tenant), req.Slice.Unit)
	if err != nil {
		return minyi.AnswerRowsReply{}, err
	}
	var reply minyi.AnswerRowsReply
	for doc, err := range s.store.answers.Find(ctx, q) {
		if err != nil {
			return minyi.AnswerRowsReply{}, err
		}
		if !doc.Body.mark().within(req.Slice, units) {
			continue
		}
		row, err := s.rowOf(ctx, doc)
		if err != nil {
			return minyi.AnswerRowsReply{}, err
		}
		reply.Rows = append(reply.Rows, row)
		if len(reply.Rows) == limit {
			reply.Next = s.store.answers.Cursor(q, doc)
			break
		}
	}
	return reply, nil
}

// Rows streams the answers of a slice, a page at a time.
func (s *Service) Rows(ctx context.Context, sl minyi.Slice) iter.Seq2[minyi.AnswerRow, error] {
	return func(yield func(minyi.AnswerRow, error) bool) {
		for after := ""; ; {
			reply, err := s.AnswerRows(ctx, minyi.AnswerRowsRequest{Slice: sl, After: after})
			if err != nil {
				yield(minyi.AnswerRow{}, err)
				return
			}
			for _, row := range reply.Rows {
				if !yield(row, nil) {
					return
				}
			}
			if after = reply.Next; after == "" {
				return
			}
		}
	}
}

func (s *Service) rowOf(ctx context.Context, doc docstore.Doc[Answer]) (minyi.AnswerRow, error) {
	facts, err := s.factsOf(ctx, doc)
	if err != nil {
		return minyi.AnswerRow{}, err
	}
	v, err := s.version(ctx, doc.Body.Tenant, doc.Body.Questionnaire, doc.Body.Version)
	if err != nil {
		return minyi.AnswerRow{}, err
	}
	_, reasons := v.Worst(doc.Body.Entries)
	return minyi.AnswerRow{AnswerFacts: facts, Rated: doc.Body.rated(), CaseTail: tail(string(doc.Body.Case)), At: doc.Body.At, Reasons: reasons}, nil
}

// tail gives the last four characters of a case number, which tell a
// respondent which case is meant and nobody else anything.
func tail(s string) string {
	r := []rune(s)
	return string(r[max(0, len(r)-4):])
}
