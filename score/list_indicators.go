package score

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// IndicatorsRequest asks for a unit's imported values.
type IndicatorsRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Unit   minyi.UnitID   `json:"unit,omitempty" query:"unit"`
}

// IndicatorsReply lists imported values with where they come from.
type IndicatorsReply struct {
	Values []IndicatorValue `json:"values"`
}

// IndicatorValue is an imported value and its provenance.
type IndicatorValue struct {
	Unit   minyi.UnitID `json:"unit"`
	Period string       `json:"period"`
	Path   string       `json:"path"`
	Value  float64      `json:"value"`
	File   string       `json:"file"`
	Line   int          `json:"line"`
	By     string       `json:"by"`
	At     time.Time    `json:"at"`
	Was    []float64    `json:"was,omitempty"` // values it replaced, newest first
}

// Indicators lists a unit's imported values.
func (s *Service) Indicators(ctx context.Context, req IndicatorsRequest) (IndicatorsReply, error) {
	out := IndicatorsReply{Values: []IndicatorValue{}}
	if req.Tenant == "" {
		req.Tenant = minyi.DefaultTenant
	}
	q := docstore.Query{Index: "unit", Part: docstore.Part(string(req.Tenant), string(req.Unit))}
	for d, err := range s.store.indicators.Find(ctx, q) {
		if err != nil {
			return out, fmt.Errorf("list imported indicators: %w", err)
		}
		b := d.Body
		v := IndicatorValue{Unit: b.Unit, Period: b.Period, Path: b.Path, Value: b.Value, File: b.File, Line: b.Line, By: b.By, At: b.At}
		for _, w := range b.Was {
			v.Was = append(v.Was, w.Value)
		}
		out.Values = append(out.Values, v)
	}
	return out, nil
}

func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && strings.HasPrefix(kind, "multipart/")
}
