package score

import (
	"context"
	"fmt"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// ExplainRequest asks for the working of one figure.
type ExplainRequest struct {
	Slice  minyi.Slice `json:"slice"`
	Method string      `json:"method,omitempty" query:"method"`
	Path   string      `json:"path" query:"path"` // an indicator's path, the root, or the name of a rate
}

// Explanation is a figure with everything needed to compute it again by hand.
type Explanation struct {
	Slice  minyi.Slice  `json:"slice"`
	Method string       `json:"method"`
	Title  string       `json:"title"`
	Source string       `json:"source"` // where the method's weights and formulas come from
	Notes  []string     `json:"notes"`
	Frame  string       `json:"frame"`
	AsOf   string       `json:"as_of"`
	Figure minyi.Figure `json:"figure"`
	Grades string       `json:"grades"`
	// Counts holds, for each question below the figure, how many gave each
	// value.
	Counts []QuestionCounts `json:"counts"`
}

// QuestionCounts is the histogram of one question.
type QuestionCounts struct {
	Tag      string         `json:"tag"`
	Scale    int            `json:"scale"`
	Families []minyi.Family `json:"families,omitempty"` // those that the method narrows to
	DontKnow int64          `json:"dont_know"`
	Values   []int64        `json:"values"` // how many gave 1…Scale
}

// Explain gives the working of a figure down to the counts.
func (s *Service) Explain(ctx context.Context, req ExplainRequest) (Explanation, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return Explanation{}, err
	}
	sum, at, err := s.sumOf(ctx, req.Slice)
	if err != nil {
		return Explanation{}, err
	}
	sheet, err := s.compute(ctx, m, req.Slice, sum, at)
	if err != nil {
		return Explanation{}, err
	}
	figure := find(&sheet.Root, req.Path)
	for i := range sheet.Rates {
		if sheet.Rates[i].Path == req.Path {
			figure = &sheet.Rates[i]
		}
	}
	if figure == nil {
		return Explanation{}, unknownIndicator(req.Path, m)
	}
	return Explanation{Slice: req.Slice, Method: m.Name(), Title: m.Title, Source: m.Source, Notes: m.Notes, Frame: sheet.Frame,
		AsOf: sheet.AsOf, Figure: *figure, Grades: m.Grades.Note, Counts: s.counts(m, req, sum)}, nil
}

// counts lists the histograms of the questions below a path, each of the answers
// that its source counts.
func (s *Service) counts(m *methods.Method, req ExplainRequest, sum tally.Sum) []QuestionCounts {
	var out []QuestionCounts
	type base struct {
		q  tally.Question
		of string
	}
	seen := map[base]bool{}
	for _, source := range tree.SourcesOf(m, req.Path) {
		n := tree.CountedBy(m, sum, req.Slice.Channel, source)
		for _, q := range tree.Questions(n, source) {
			h, at := n.Hist(q), base{q, fmt.Sprint(source.Families, source.Include)}
			if h == nil || seen[at] {
				continue
			}
			seen[at] = true
			out = append(out, QuestionCounts{Tag: q.Tag, Scale: q.K, Families: source.Families, DontKnow: h[0], Values: h[1:]})
		}
	}
	return out
}
