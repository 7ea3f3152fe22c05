package score

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"minyi/internal/fault"
	"minyi/internal/kit"
)

// postIndicators takes a file of indicator values: ?name=&period=&method=
// &dry_run=true, and where the file's headings are its own, ?unit_column=
// &indicator_column=&score_column=&period_column=.
func (s *Service) postIndicators(w http.ResponseWriter, r *http.Request) {
	s.postFile(w, r, func(req ImportRequest, body io.Reader) (any, error) {
		return s.ImportIndicators(r.Context(), req, body)
	})
}

// uploadQuery names what postFile reads of the address.
var uploadQuery = []string{"name", "period", "method", "dry_run", "unit_column", "indicator_column", "score_column", "period_column"}

// postFile takes a file as the request's body, or as the part "file" of a form.
func (s *Service) postFile(w http.ResponseWriter, r *http.Request, take func(ImportRequest, io.Reader) (any, error)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+1<<20)
	query := r.URL.Query()
	req := ImportRequest{Tenant: kit.TenantFrom(r.Context()), Method: query.Get("method"), File: query.Get("name"), Period: query.Get("period")}
	if d := query.Get("dry_run"); d != "" {
		var err error
		if req.DryRun, err = strconv.ParseBool(d); err != nil {
			kit.WriteError(w, r, fault.New(fault.Invalid, "request_bad", "dry_run 应为 true 或 false。", "dry_run must be true or false").On("dry_run"))
			return
		}
	}
	if p, ok := kit.PrincipalFrom(r.Context()); ok {
		req.By = p.Name
	}
	for _, name := range columnOrder {
		if h := query.Get(name + "_column"); h != "" {
			req.Columns = append(req.Columns, Column{name, h})
		}
	}
	body := r.Body
	if isForm(r) {
		part, header, err := r.FormFile("file")
		if err != nil {
			kit.WriteError(w, r, fault.New(fault.Invalid, "file_missing", "请选择要导入的文件。", "choose a file to import (part \"file\")").On("file").With(err))
			return
		}
		defer part.Close()
		defer r.MultipartForm.RemoveAll()
		body = part
		if req.File == "" {
			req.File = header.Filename
		}
	}
	if req.File == "" {
		req.File = "未命名文件"
	}
	report, err := take(req, body)
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(report); err != nil {
		s.log.WarnContext(r.Context(), "import report could not be sent", "err", err)
	}
}
