package survey

import (
	"cmp"
	"context"
	"reflect"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/intake"
)

// ofCases gives rows whose case is known what the case has and the row does
// not: an answer counts on the day on which its case was closed.
func (s *Service) ofCases(ctx context.Context, rows []intake.Rated, docs []docstore.Doc[Answer]) error {
	var keys []string
	for _, d := range docs {
		if d.Body.Case != "" {
			keys = append(keys, caseKey(d.Body.Tenant, d.Body.Case))
		}
	}
	cases, err := s.store.cases.GetMany(ctx, keys)
	if err != nil {
		return err
	}
	for i := range docs {
		a := &docs[i].Body
		of, known := cases[caseKey(a.Tenant, a.Case)]
		if a.Case == "" || !known {
			continue
		}
		c := of.Body
		a.Day, a.District = minyi.Day(c.Closed), c.District
		a.Unit, a.Category = cmp.Or(a.Unit, c.Unit), cmp.Or(a.Category, c.Category)
		if rows[i].Audience == "" {
			a.Audience = c.Audience
		}
	}
	return nil
}

// known accounts for a row whose answer stood before. One that says the same
// adds nothing. One that says something else of a case is kept beside the valid
// rating; under a number of the list's own it is refused, for lists begin their
// numbers anew.
func (s *Service) known(ctx context.Context, in *incoming, row intake.Rated, doc, stands docstore.Doc[Answer]) ([]intake.Problem, error) {
	same, err := s.saysTheSame(doc.Body, stands.Body)
	switch {
	case err != nil:
		return nil, err
	case !same && row.Case == "":
		return []intake.Problem{in.refuse(numberedOtherwise(row))}, nil
	}
	in.report.Import.Counts.Known++
	if same {
		return nil, nil
	}
	if a := doc.Body; !in.dry {
		late := Submission{Channel: a.Channel, Entries: a.Entries, Remark: a.Remark, Key: a.Submission, At: a.At}
		if err := s.keepLate(ctx, minyi.AnswerID(doc.ID), a, late); err != nil {
			return nil, err
		}
	}
	return []intake.Problem{in.note(ratedBefore(row))}, nil
}

// saysTheSame compares what a row says with the answer that stands. Of one
// that was erased nothing is left to compare.
func (s *Service) saysTheSame(row, stands Answer) (bool, error) {
	if stands.Erased {
		return true, nil
	}
	var said [2]string
	for i, sealed := range []string{row.Remark, stands.Remark} {
		open, err := s.box.Open(sealed)
		if err != nil {
			return false, fault.Wrap(err, "open a remark")
		}
		said[i] = open
	}
	silent := len(row.Entries) == 0 && len(stands.Entries) == 0
	return said[0] == said[1] && (row.Case != "" || row.Day == stands.Day) && (silent || reflect.DeepEqual(row.Entries, stands.Entries)), nil
}

func numberedOtherwise(row intake.Rated) intake.Problem {
	return intake.Problem{Record: row.Record, Line: row.Line, Field: "id", Code: "answer_differs",
		ZH: "该编号已有另一条内容不同的评价，本行未导入；若编号只是每份文件从头排的序号，请改列名为“序号”后重新导入",
		EN: "another answer with other content has this number, so the row was not taken; if numbers begin anew in each file, call the column 序号 and import again"}
}

func ratedBefore(row intake.Rated) intake.Problem {
	return intake.Problem{Record: row.Record, Line: row.Line, Field: "case", Code: "case_rated_before", Warning: true,
		ZH: "该工单已有有效评价，一单一评；本行内容不同，另作后到评价保存，不计入得分",
		EN: "the case has its valid rating; this one says something else and is kept beside it, uncounted"}
}
