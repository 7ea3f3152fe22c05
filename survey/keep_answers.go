package survey

import (
	"context"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/survey/intake"
)

// takeAnswers stores one batch. Of two rows with one id in the file the first
// is the answer (一单一评), and the second is reported; a row whose answer stood
// before, by an earlier import or by another channel, is known. Nothing that
// says something else than what stands is passed over in silence.
func (s *Service) takeAnswers(ctx context.Context, in *incoming, rows []intake.Rated, docs []docstore.Doc[Answer], found []intake.Problem) error {
	if err := s.ofCases(ctx, rows, docs); err != nil {
		return err
	}
	inserted, repeated, stood, err := s.keepAnswers(ctx, in, docs)
	if err != nil {
		return err
	}
	units := map[minyi.UnitID]bool{}
	var events []any
	for i, doc := range docs {
		switch {
		case repeated[i]:
			found = append(found, in.refuse(ratedTwice(rows[i])))
			continue
		case !inserted[i]:
			p, err := s.known(ctx, in, rows[i], doc, stood[doc.ID])
			if err != nil {
				return err
			}
			if found = append(found, p...); len(p) > 0 && !p[0].Warning {
				continue
			}
		default:
			in.report.Import.Counts.Taken++
			units[doc.Body.Unit] = true
			events = append(events, minyi.AnswerLanded{Tenant: doc.Body.Tenant, Answer: minyi.AnswerID(doc.ID)})
		}
		in.about(doc.Body.Audience)
	}
	if in.dry {
		in.told()
		return nil
	}
	s.announce(ctx, minyi.TopicAnswerLanded, events)
	if err := s.noteUnits(ctx, in.report.Import.Tenant, units); err != nil {
		return err
	}
	if err := s.keepBatch(ctx, in, ImportBatch{Problems: found}); err != nil {
		return err
	}
	in.told()
	return nil
}

// keepAnswers inserts the batch and says, for each document, whether it is new
// and whether an earlier row of this file took its place, beside what stood. A
// dry run foretells the same.
func (s *Service) keepAnswers(ctx context.Context, in *incoming, docs []docstore.Doc[Answer]) (inserted, repeated []bool, stood map[string]docstore.Doc[Answer], err error) {
	inserted, repeated = make([]bool, len(docs)), make([]bool, len(docs))
	if !in.dry {
		if inserted, err = s.store.answers.InsertMany(ctx, docs); err != nil {
			return nil, nil, nil, err
		}
	}
	var ids []string
	for i, doc := range docs {
		if !inserted[i] {
			ids = append(ids, doc.ID)
		}
	}
	stood, err = s.store.answers.GetMany(ctx, ids)
	if err != nil {
		return nil, nil, nil, err
	}
	for i, doc := range docs {
		stands, known := stood[doc.ID]
		switch {
		case inserted[i]:
		case known:
			repeated[i] = stands.Body.Submission != doc.Body.Submission && strings.HasPrefix(stands.Body.Submission, submissionOf(in.report.ID))
		case in.dry:
			_, repeated[i] = in.seen[doc.ID]
			inserted[i], in.seen[doc.ID] = !repeated[i], 0
		}
	}
	return inserted, repeated, stood, nil
}

// submissionOf begins the idempotency keys of an import's rows.
func submissionOf(imp string) string { return "import:" + imp + ":" }

func ratedTwice(row intake.Rated) intake.Problem {
	p := intake.Problem{Record: row.Record, Line: row.Line, Field: "id", Code: "answer_duplicate",
		ZH: "与本文件前面的行是同一条评价，已取前一行", EN: "an earlier row of this file is the same answer and was taken"}
	if row.Case != "" {
		p.Field, p.Code = "case", "case_rated_twice"
		p.ZH, p.EN = "该工单在本文件前面的行已有评价，一单一评，已取前一行", "an earlier row of this file rates the same case and was taken: one case, one rating"
	}
	return p
}
