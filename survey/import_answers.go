package survey

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/survey/intake"
	"minyi/survey/questionnaires"
)

// AnswerDefaults says what imported ratings are ratings of.
type AnswerDefaults struct {
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"` // case-closed
	Tag           string                `json:"tag"`           // handling: what the rating column rates
	Day           string                `json:"day,omitempty"` // 2026-11-01, for rows without a time
}

// day gives noon of the day named, or zero.
func (d AnswerDefaults) day() (time.Time, error) {
	if d.Day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, d.Day, minyi.Shanghai)
	if err != nil {
		return t, fault.New(fault.Invalid, "day_bad", "日期应形如 2026-11-01。", "the day must look like 2026-11-01").On("day")
	}
	return t.Add(12 * time.Hour), nil
}

// ImportAnswers takes existing ratings and remarks. Rows are the same by case,
// else by the list's own row id, else by content, so that importing again adds
// nothing. Each becomes an answer of channel import on its own or its case's
// day, and goes the same road as every other.
func (s *Service) ImportAnswers(ctx context.Context, req ImportRequest) (ImportReport, error) {
	rated, err := s.ratedBy(ctx, req)
	if err != nil {
		return ImportReport{}, err
	}
	in, err := s.open(ctx, "answers", req)
	if err != nil {
		return ImportReport{}, err
	}
	defer in.table.Close()
	day, err := req.Answers.day()
	if err != nil {
		return ImportReport{}, err
	}
	list, err := intake.NewRatedList(in.table, req.Mapping, day)
	if err != nil {
		return ImportReport{}, err
	}
	in.columns(list.Binding)
	var rows []intake.Rated
	var docs []docstore.Doc[Answer]
	var found []intake.Problem
	flush := func() error {
		err := s.takeAnswers(ctx, in, rows, docs, found)
		rows, docs, found = rows[:0], docs[:0], nil
		return err
	}
	for row, problems := range list.All() {
		if in.count(problems) {
			doc, err := s.importedAnswer(in, rated, row, cmp.Or(row.Audience, req.Audience, rated.version.Audience, minyi.Resident))
			if err != nil {
				return ImportReport{}, err
			}
			rows, docs = append(rows, row), append(docs, doc)
		}
		if found = append(found, problems...); len(docs)+len(found) >= batch {
			if err := flush(); err != nil {
				return ImportReport{}, err
			}
		}
	}
	if err := in.empty(); err != nil {
		return ImportReport{}, err
	}
	found = in.warn(found, list.Warnings())
	if err := flush(); err != nil {
		return ImportReport{}, err
	}
	return in.report, s.close(ctx, in)
}

// rating says how the rows' values become entries.
type rating struct {
	version *questionnaires.Version
	level   string // question id of the rating column; "" when there is none
	solved  string // question id of the resolved column
}

func (s *Service) ratedBy(ctx context.Context, req ImportRequest) (rating, error) {
	d := req.Answers
	if d.Questionnaire == "" {
		d.Questionnaire = "case-closed"
	}
	if d.Tag == "" {
		d.Tag = minyi.TagHandling
	}
	tenant := tenantOf(ctx, req.Tenant)
	v, err := s.latest(ctx, tenant, d.Questionnaire)
	if err != nil {
		return rating{}, err
	}
	if v == nil {
		_, err := s.version(ctx, tenant, d.Questionnaire, 1)
		return rating{}, err
	}
	r := rating{version: v}
	for _, q := range v.Questions {
		switch {
		case q.Tag == d.Tag && q.Kind == questionnaires.Five:
			r.level = q.ID
		case q.Tag == minyi.TagResolved:
			r.solved = q.ID
		}
	}
	if r.level == "" {
		return r, fault.New(fault.Invalid, "tag_missing", "该问卷没有标签为 "+d.Tag+" 的五级题，请更换问卷或标签。",
			"the questionnaire has no five-level question tagged "+d.Tag).On("tag")
	}
	return r, nil
}

func (s *Service) importedAnswer(in *incoming, by rating, row intake.Rated, about minyi.Audience) (docstore.Doc[Answer], error) {
	tenant := in.report.Import.Tenant
	sealed, err := s.box.Seal(row.Text)
	if err != nil {
		return docstore.Doc[Answer]{}, fault.Wrap(err, "seal a remark")
	}
	a := Answer{
		Tenant: tenant, Family: by.version.Family, Questionnaire: by.version.ID, Version: by.version.Number,
		Case: row.Case, Unit: row.Unit, Category: row.Category, Audience: about, Channel: minyi.ChannelImport,
		Day: minyi.Day(row.At), At: row.At, Entries: by.entries(row), Remark: sealed, Default: row.Default,
		Submission: submissionOf(in.report.ID) + strconv.Itoa(row.Record),
		Revision:   1, Told: 1, NextAt: s.clock.Now().Add(s.cfg.Announce),
	}
	if row.User != "" {
		a.Respondent = s.box.Blind("user", row.User)
	}
	return docstore.Doc[Answer]{ID: string(s.importedID(in, a, row)), Body: a}, nil
}

func (by rating) entries(row intake.Rated) questionnaires.Entries {
	e := questionnaires.Entries{}
	if row.Level != 0 {
		e[by.level] = questionnaires.Entry{V: int(row.Level)}
	}
	if row.Resolved != 0 && by.solved != "" {
		e[by.solved] = questionnaires.Entry{V: row.Resolved}
	}
	return e
}

// importedID is the case's one answer, where a case is named. Content goes
// through the blind index, so that the id does not let anybody test guesses at
// what was said. Rows of nobody in particular that say the same are as many
// answers, told apart by their turn in the file: many say 满意 on one day.
func (s *Service) importedID(in *incoming, a Answer, row intake.Rated) minyi.AnswerID {
	t := in.report.Import.Tenant
	switch {
	case row.Case != "":
		return answerOfCase(t, a.Family, row.Case)
	case row.ID != "":
		return minyi.AnswerID(id.Derive("answer", string(t), string(a.Family), "row", row.ID))
	}
	content := s.box.Blind("remark", strings.Join([]string{row.User, a.Day, row.Text, strconv.Itoa(int(row.Level)), strconv.Itoa(row.Resolved),
		string(a.Unit), a.Category, string(a.Audience)}, "\x00"))
	turn := 0
	if row.User == "" {
		turn = in.turns[content]
		in.turns[content]++
	}
	return minyi.AnswerID(id.Derive("answer", string(t), string(a.Family), "content", content, strconv.Itoa(turn)))
}
