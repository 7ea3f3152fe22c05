package score

import (
	"context"

	"minyi"
	"minyi/score/methods"
)

// TrendRequest asks for one figure over time.
type TrendRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	Path   string      `json:"path,omitempty" query:"path"`   // empty: what the method's unit table shows
	Grain  string      `json:"grain,omitempty" query:"grain"` // day week month quarter year rolling; empty: month
}

// Trend is a figure over time, each point with its change from the point
// before and from the same period of the year before.
type Trend struct {
	Slice  minyi.Slice  `json:"slice"`
	Method string       `json:"method"`
	Path   string       `json:"path"`
	Grain  string       `json:"grain"`
	Points []TrendPoint `json:"points"`
}

// TrendPoint is the figure of one period.
type TrendPoint struct {
	Period   string       `json:"period"`
	From     string       `json:"from"`
	To       string       `json:"to"`
	Figure   minyi.Figure `json:"figure"`
	Previous *Change      `json:"previous,omitempty"`
	YearAgo  *Change      `json:"year_ago,omitempty"`
}

// Trend gives a figure by period. Arrows are corrected for the number of
// changes in the answer.
func (s *Service) Trend(ctx context.Context, req TrendRequest) (Trend, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Trend{}, err
	}
	if req.Path == "" {
		req.Path = m.Table.Score
	}
	if req.Grain == "" {
		req.Grain = Monthly
	}
	periods, err := (span{req.Slice.From, req.Slice.To}).points(req.Grain)
	if err != nil {
		return Trend{}, err
	}
	out := Trend{Slice: req.Slice, Method: m.Name(), Path: req.Path, Grain: req.Grain}
	known := sheets{s: s, m: m, slice: req.Slice, at: map[span]computed{}}
	var changes []*Change
	for _, p := range periods {
		point, err := known.point(ctx, p, req.Path)
		if err != nil {
			return Trend{}, err
		}
		changes = append(changes, point.Previous, point.YearAgo)
		out.Points = append(out.Points, point)
	}
	judge(m.Level, changes)
	return out, nil
}

// sheets computes the sheets of a slice by period, each once.
type sheets struct {
	s     *Service
	m     *methods.Method
	slice minyi.Slice
	at    map[span]computed
}

func (k *sheets) of(ctx context.Context, p span) (computed, error) {
	if c, ok := k.at[p]; ok {
		return c, nil
	}
	slice := k.slice
	slice.From, slice.To = p.from, p.to
	c, err := k.s.computed(ctx, k.m, slice)
	if err == nil {
		k.at[p] = c
	}
	return c, err
}

func (k *sheets) point(ctx context.Context, p named, path string) (TrendPoint, error) {
	now, err := k.of(ctx, p.span)
	if err != nil {
		return TrendPoint{}, err
	}
	f := now.figure(path)
	if f == nil {
		return TrendPoint{}, unknownIndicator(path, k.m)
	}
	point := TrendPoint{Period: p.name, From: p.from, To: p.to, Figure: *f}
	point.Figure.Children = nil
	var then [2]computed
	for i, at := range []span{p.before(), p.yearAgo()} {
		if then[i], err = k.of(ctx, at); err != nil {
			return TrendPoint{}, err
		}
	}
	point.Previous, point.YearAgo = now.changes(&then[0], &then[1], path)
	return point, nil
}
