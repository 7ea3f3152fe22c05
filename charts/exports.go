package charts

import (
	"bufio"
	"context"
	"iter"
	"net/http"

	"minyi"
	"minyi/charts/export"
	"minyi/charts/page"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

const (
	csvType  = "text/csv; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// rowsAPage is how many answers are asked for at a time: one question to
// survey and one to nlp, a few hundred kilobytes held.
const rowsAPage = 500

// serveExport streams a file. Nothing is sent before the first page of rows
// has been had, so that an early fault is an answer a person can read; a later
// one breaks the connection, so that no cut file passes for a whole one.
func (s *Service) serveExport(w http.ResponseWriter, r *http.Request, f page.Filter) {
	name := r.PathValue("file")
	kind, write := s.file(r.Context(), f, name)
	if write == nil {
		kit.WriteError(w, r, fault.New(fault.NotFound, "no_such_export", "没有这个导出文件。可用：answers.csv、answers.xlsx、scores.csv、scores.xlsx、research.csv、research.xlsx、study.csv、codebook.csv。",
			"there is no such export; there are answers.csv, answers.xlsx, scores.csv, scores.xlsx, research.csv, research.xlsx, study.csv and codebook.csv"))
		return
	}
	out := &download{w: w, kind: kind, name: "minyi-" + name}
	b := bufio.NewWriterSize(out, 64<<10)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	switch {
	case err == nil:
	case !out.begun:
		kit.WriteError(w, r, err)
	default:
		s.d.Log.WarnContext(r.Context(), "an export was cut short", "file", name, "err", err)
		panic(http.ErrAbortHandler)
	}
}

// download sets its headers with the first byte that is really sent.
type download struct {
	w          http.ResponseWriter
	kind, name string
	begun      bool
}

func (d *download) Write(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.w.Header()
		h.Set("Content-Type", d.kind)
		h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	return d.w.Write(p)
}

// file gives what writes an export, or nil for a name that there is not.
func (s *Service) file(ctx context.Context, f page.Filter, name string) (kind string, write func(*bufio.Writer) error) {
	english := f.Lang == page.EN
	switch name {
	case "answers.csv":
		return csvType, func(b *bufio.Writer) error { return export.WriteCSV(b, s.answers(ctx, f)) }
	case "answers.xlsx":
		return xlsxType, func(b *bufio.Writer) error {
			return export.WriteXLSX(b, s.answers(ctx, f), export.Codebook(export.AnswerColumns(), english))
		}
	case "research.csv":
		return csvType, func(b *bufio.Writer) error {
			t, _, err := s.research(ctx, f)
			if err != nil {
				return err
			}
			return export.WriteCSV(b, t)
		}
	case "research.xlsx":
		return xlsxType, func(b *bufio.Writer) error {
			t, left, err := s.research(ctx, f)
			if err != nil {
				return err
			}
			notes := export.ResearchNotes(s.d.Config.MinGroup, left)
			return export.WriteXLSX(b, t, export.Codebook(append(export.ResearchColumns(), notes...), english))
		}
	case "scores.csv":
		return csvType, func(b *bufio.Writer) error {
			t, err := s.scores(ctx, f)
			if err != nil {
				return err
			}
			return export.WriteCSV(b, t)
		}
	case "scores.xlsx":
		return xlsxType, func(b *bufio.Writer) error {
			t, err := s.scores(ctx, f)
			if err != nil {
				return err
			}
			study, err := s.study(ctx, f)
			if err != nil {
				return err
			}
			return export.WriteXLSX(b, t, study, export.Codebook(append(export.ScoreColumns(), export.StudyColumns()...), english))
		}
	case "study.csv":
		return csvType, func(b *bufio.Writer) error {
			t, err := s.study(ctx, f)
			if err != nil {
				return err
			}
			return export.WriteCSV(b, t)
		}
	case "codebook.csv":
		return csvType, func(b *bufio.Writer) error {
			return export.WriteCSV(b, export.Codebook(append(export.AnswerColumns(), export.ScoreColumns()...), english))
		}
	}
	return "", nil
}

func (s *Service) scores(ctx context.Context, f page.Filter) (export.Table, error) {
	sheet, err := s.askSheet(ctx, f)
	if err != nil {
		return export.Table{}, err
	}
	table, err := s.askTable(ctx, f)
	return export.ScoreTable(sheet, table, f.Lang == page.EN), err
}

// study is the statistics that stand beside the index.
func (s *Service) study(ctx context.Context, f page.Filter) (export.Table, error) {
	got, err := s.d.Scores.Study(ctx, minyi.StudyRequest{Slice: f.Slice})
	return export.StudyTable(got, f.Lang == page.EN), err
}

// answers is the answers export: survey's rows joined with nlp's masked
// remarks, a page at a time.
func (s *Service) answers(ctx context.Context, f page.Filter) export.Table {
	t := export.Table{Name: "answers", Columns: export.AnswerColumns(), English: f.Lang == page.EN}
	if !t.English {
		t.Name = "答卷"
	}
	t.Rows = func(yield func([]export.Cell, error) bool) {
		buf := make([]export.Cell, 0, len(t.Columns))
		for a, err := range s.eachAnswer(ctx, f) {
			buf = a.Cells(buf[:0])
			if !yield(buf, err) || err != nil {
				return
			}
		}
	}
	return t
}

func (s *Service) eachAnswer(ctx context.Context, f page.Filter) iter.Seq2[export.Answer, error] {
	return func(yield func(export.Answer, error) bool) {
		units, err := s.askUnits(ctx, f)
		if err != nil {
			yield(export.Answer{}, err)
			return
		}
		names := map[minyi.UnitID]string{}
		for _, u := range units {
			names[u.ID] = u.Name
		}
		req := minyi.AnswerRowsRequest{Slice: f.Slice, Limit: rowsAPage}
		for {
			page, err := s.answerPage(ctx, &req)
			if err != nil {
				yield(export.Answer{}, err)
				return
			}
			for _, a := range page {
				a.UnitName = names[a.Unit]
				if !yield(a, nil) {
					return
				}
			}
			if req.After == "" {
				return
			}
		}
	}
}

// answerPage asks for one page and moves req on to the next; After is empty
// at the end.
func (s *Service) answerPage(ctx context.Context, req *minyi.AnswerRowsRequest) ([]export.Answer, error) {
	got, err := s.d.Surveys.AnswerRows(ctx, *req)
	if err != nil {
		return nil, err
	}
	req.After = got.Next
	remarks, err := s.remarksOf(ctx, req.Slice.Tenant, got.Rows)
	if err != nil {
		return nil, err
	}
	out := make([]export.Answer, len(got.Rows))
	for i, row := range got.Rows {
		out[i] = export.Answer{AnswerRow: row, Remark: remarks[row.Answer]}
	}
	return out, nil
}

// remarksOf asks nlp for the masked remarks of these answers; those that it
// has not analysed yet are blank.
func (s *Service) remarksOf(ctx context.Context, tenant minyi.TenantID, rows []minyi.AnswerRow) (map[minyi.AnswerID]minyi.Verbatim, error) {
	var ids []minyi.AnswerID
	for _, r := range rows {
		if r.Remark {
			ids = append(ids, r.Answer)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	got, err := s.d.Words.Verbatims(ctx, minyi.VerbatimsRequest{Slice: minyi.Slice{Tenant: tenant}, Answers: ids, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	out := map[minyi.AnswerID]minyi.Verbatim{}
	for _, v := range got.Verbatims {
		out[v.Answer] = v
	}
	return out, nil
}
