package survey

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/survey/intake"
)

// maxUpload bounds a list: a million work orders take about 160 MB as CSV.
const maxUpload = 1 << 30

// upload takes a list as the body of the request, or as the part "file" of a
// multipart form whose parts before it may set "mapping" (JSON: field →
// header), "sheet", "dry_run", "questionnaire" and "tag"; the same names work in the
// query. It answers with the report as JSON, after a line of counts for each
// batch where the caller accepts application/x-ndjson. The list is spooled to a file
// that only this process can read and that is gone when the request ends.
func (s *Service) upload(take func(context.Context, ImportRequest) (ImportReport, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		steps := kit.NewSteps(w, r)
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		steps.End(s.receive(r, take, func(c ImportCounts) { steps.Tell(c) }))
	})
}

func (s *Service) receive(r *http.Request, take func(context.Context, ImportRequest) (ImportReport, error), tell func(ImportCounts)) (ImportReport, error) {
	fields := map[string]string{}
	for name, values := range r.URL.Query() {
		fields[name] = values[0]
	}
	body, name, err := listOf(r, fields)
	if err != nil {
		return ImportReport{}, err
	}
	spool, err := spooled(body)
	if err != nil {
		return ImportReport{}, err
	}
	defer spool.Close()
	req := ImportRequest{Tenant: kit.TenantFrom(r.Context()), Name: name, File: spool, Tell: tell, Sheet: fields["sheet"], Audience: minyi.Audience(fields["audience"]),
		Answers: AnswerDefaults{Questionnaire: minyi.QuestionnaireID(fields["questionnaire"]), Tag: fields["tag"], Day: fields["day"]}}
	if m := fields["mapping"]; m != "" {
		if err := json.Unmarshal([]byte(m), &req.Mapping); err != nil {
			return ImportReport{}, fault.New(fault.Invalid, "mapping_bad", "列对应关系须为 JSON，如 {\"case\":\"案件号\"}。",
				"the column mapping must be JSON such as {\"case\":\"案件号\"}").On("mapping")
		}
	}
	if d := fields["dry_run"]; d != "" {
		if req.DryRun, err = strconv.ParseBool(d); err != nil {
			return ImportReport{}, fault.New(fault.Invalid, "request_bad", "dry_run 应为 true 或 false。", "dry_run must be true or false").On("dry_run")
		}
	}
	return take(r.Context(), req)
}

// listOf gives the list's bytes, having read the form's fields before it.
func listOf(r *http.Request, fields map[string]string) (io.Reader, string, error) {
	form, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return r.Body, fields["name"], nil
	}
	if err != nil {
		return nil, "", noFile()
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, "", noFile()
		}
		if part.FormName() == "file" {
			return part, part.FileName(), nil
		}
		value, err := io.ReadAll(io.LimitReader(part, 64<<10))
		if err != nil {
			return nil, "", noFile()
		}
		fields[part.FormName()] = string(value)
	}
}

func noFile() error {
	return fault.New(fault.Invalid, "file_missing", "请选择要导入的文件。", "choose a file to import").On("file")
}

// spooled copies a stream into a file that is already unlinked: it holds
// personal data, and nothing of it is left however the process ends.
func spooled(body io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "minyi-import-*")
	if err != nil {
		return nil, fault.Wrap(err, "make a temporary file")
	}
	_ = os.Remove(f.Name())
	if _, err := io.Copy(f, body); err != nil {
		_ = f.Close()
		return nil, fault.Wrap(err, "receive the file")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, fault.Wrap(err, "rewind the file")
	}
	return f, nil
}

// downloadProblems streams an import's report of bad rows as CSV for a
// spreadsheet.
func (s *Service) downloadProblems(w http.ResponseWriter, r *http.Request) {
	imp, err := s.store.imports.Get(r.Context(), r.PathValue("id"))
	if err == nil && imp.Body.Tenant != kit.TenantFrom(r.Context()) {
		err = fault.New(fault.NotFound, "import_missing", "没有这次导入。", "there is no such import")
	}
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="problems.csv"`)
	_, _ = io.WriteString(w, "\uFEFF")
	out := csv.NewWriter(w)
	_ = out.Write([]string{"记录号", "行号", "字段", "代码", "说明", "explanation", "已导入"})
	for p, err := range s.ImportProblems(r.Context(), imp.ID) {
		if err != nil {
			s.log.ErrorContext(r.Context(), "report of bad rows broken off", "err", err)
			break
		}
		_ = out.Write(problemRow(p))
	}
	out.Flush()
}

func problemRow(p intake.Problem) []string {
	kept := "否"
	if p.Warning {
		kept = "是"
	}
	return []string{strconv.Itoa(p.Record), strconv.Itoa(p.Line), p.Field, p.Code, p.ZH, p.EN, kept}
}

// AnswersRequest asks for a page of answers.
type AnswersRequest struct {
	minyi.Slice
	After string `json:"after,omitempty" query:"after"`
	Limit int    `json:"limit,omitempty" query:"limit"`
}

// ListAnswers is AnswerRows by address.
func (s *Service) ListAnswers(ctx context.Context, req AnswersRequest) (minyi.AnswerRowsReply, error) {
	return s.AnswerRows(ctx, minyi.AnswerRowsRequest{Slice: req.Slice, After: req.After, Limit: req.Limit})
}
