package score

import (
	"context"
	"net/http"

	"minyi"
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
	staff.Plain("POST /api/v1/score/indicators", http.HandlerFunc(s.postIndicators), kit.Doc{Summary: "import indicator values; the file is the body", Query: uploadQuery, Takes: "application/octet-stream", Gives: "application/json"})
	kit.Handle(staff, "GET /api/v1/score/study", s.Study)
	kit.Handle(staff, "GET /api/v1/score/weights", s.Weigh)
	kit.Handle(staff, "GET /api/v1/score/reliability", s.Reliability)
	kit.Handle(staff, "GET /api/v1/score/cross", s.Cross)
	kit.Handle(staff, "GET /api/v1/score/targets", s.getTargets)
	staff.Plain("POST /api/v1/score/targets", http.HandlerFunc(s.postTargets), kit.Doc{Summary: "import population targets; the file is the body", Query: []string{"name", "dry_run"}, Takes: "application/octet-stream", Gives: "application/json"})
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
