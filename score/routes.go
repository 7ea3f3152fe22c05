package score

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// Routes adds the service's methods, all for staff. A sheet is asked for by
// address or, where a slice is at hand, by body.
func (s *Service) Routes(staff, _ *kit.Router) {
	kit.Handle(staff, "GET /api/v1/score/sheet", s.getSheet)
	kit.Handle(staff, "POST /api/v1/score/sheet", s.Sheet)
	kit.Handle(staff, "GET /api/v1/score/units", s.getUnits)
	kit.Handle(staff, "POST /api/v1/score/units", s.UnitTable)
	kit.Handle(staff, "GET /api/v1/score/explain", s.Explain)
	kit.Handle(staff, "GET /api/v1/score/trend", s.Trend)
	kit.Handle(staff, "GET /api/v1/score/breakdown", s.Breakdown)
	kit.Handle(staff, "GET /api/v1/score/ranking", s.Ranking)
	kit.Handle(staff, "GET /api/v1/score/alerts", s.Alerts)
	kit.Handle(staff, "GET /api/v1/score/response", s.ResponseRates)
	kit.Handle(staff, "GET /api/v1/score/methods", s.Methods)
	kit.Handle(staff, "GET /api/v1/score/indicators", s.Indicators)
	staff.Plain("POST /api/v1/score/indicators", http.HandlerFunc(s.postIndicators))
	kit.Handle(staff, "GET /api/v1/score/study", s.Study)
	kit.Handle(staff, "GET /api/v1/score/weights", s.Weigh)
	kit.Handle(staff, "GET /api/v1/score/reliability", s.Reliability)
	kit.Handle(staff, "GET /api/v1/score/cross", s.Cross)
	kit.Handle(staff, "GET /api/v1/score/targets", s.getTargets)
	staff.Plain("POST /api/v1/score/targets", http.HandlerFunc(s.postTargets))
}

// sliceQuery is a slice and a method in an address.
type sliceQuery struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
}

func (s *Service) getSheet(ctx context.Context, q sliceQuery) (minyi.Sheet, error) {
	return s.Sheet(ctx, minyi.SheetRequest{Slice: q.Slice, Method: q.Method})
}

func (s *Service) getUnits(ctx context.Context, q sliceQuery) (minyi.UnitTable, error) {
	return s.UnitTable(ctx, minyi.UnitTableRequest{Slice: q.Slice, Method: q.Method})
}

// MethodInfo names a method that scores can be asked by.
type MethodInfo struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"` // id@version, as scores print it
	Title   string   `json:"title"`
	Source  string   `json:"source"`
	Notes   []string `json:"notes"`
	Minimum int      `json:"minimum"`
	Default bool     `json:"default"`
}

// MethodsReply lists the methods.
type MethodsReply struct {
	Methods []MethodInfo `json:"methods"`
}

// Methods lists the methods, the tenant's own marked.
func (s *Service) Methods(ctx context.Context, _ struct{}) (MethodsReply, error) {
	own, err := s.method(kit.TenantFrom(ctx), "")
	if err != nil {
		return MethodsReply{}, err
	}
	var out MethodsReply
	for _, m := range s.methods {
		out.Methods = append(out.Methods, MethodInfo{ID: m.ID, Name: m.Name(), Title: m.Title, Source: m.Source, Notes: m.Notes, Minimum: m.Minimum, Default: m == own})
	}
	return out, nil
}

// postIndicators takes a file of indicator values: ?name=&period=&method=
// &dry_run=true, and where the file's headings are its own, ?unit_column=
// &indicator_column=&score_column=&period_column=.
func (s *Service) postIndicators(w http.ResponseWriter, r *http.Request) {
	s.postFile(w, r, func(req ImportRequest, body io.Reader) (any, error) {
		return s.ImportIndicators(r.Context(), req, body)
	})
}

// postFile takes a file as the request's body, or as the part "file" of a form.
func (s *Service) postFile(w http.ResponseWriter, r *http.Request, take func(ImportRequest, io.Reader) (any, error)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+1<<20)
	query := r.URL.Query()
	req := ImportRequest{Tenant: kit.TenantFrom(r.Context()), Method: query.Get("method"), File: query.Get("name"), Period: query.Get("period"), DryRun: query.Get("dry_run") == "true"}
	if p, ok := kit.PrincipalFrom(r.Context()); ok {
		req.By = p.Name
	}
	for _, name := range columnOrder {
		if h := query.Get(name + "_column"); h != "" {
			req.Columns = append(req.Columns, Column{name, h})
		}
	}
	body := r.Body
	if r.Header.Get("Content-Type") != "" && isForm(r) {
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
