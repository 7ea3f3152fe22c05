package charts

import (
	"context"

	"minyi"
	"minyi/charts/export"
	"minyi/charts/page"
)

// research is the researchers' export. It walks the answers twice: first it
// counts what could point at one of them, which is a few numbers however many
// answers there are, then it writes. Answers that come in between are left out
// unless others share their group.
func (s *Service) research(ctx context.Context, f page.Filter) (t export.Table, left int, err error) {
	counts := map[export.Group]int{}
	req := minyi.AnswerRowsRequest{Slice: f.Slice, Limit: rowsAPage}
	for more := true; more; more = req.After != "" {
		got, err := s.d.Surveys.AnswerRows(ctx, req)
		if err != nil {
			return t, 0, err
		}
		for _, row := range got.Rows {
			counts[export.GroupOf(row)]++
		}
		req.After = got.Next
	}
	groups, left := export.Anonymise(counts, s.d.Config.MinGroup)
	t = export.Table{Name: "research", Columns: export.ResearchColumns(), English: f.Lang == page.EN}
	if !t.English {
		t.Name = "研究数据"
	}
	t.Rows = func(yield func([]export.Cell, error) bool) {
		buf := make([]export.Cell, 0, len(t.Columns))
		for a, err := range s.eachAnswer(ctx, f) {
			as, shared := groups[export.GroupOf(a.AnswerRow)]
			if err == nil && !shared {
				continue
			}
			buf = a.ResearchCells(buf[:0], as)
			if !yield(buf, err) || err != nil {
				return
			}
		}
	}
	return t, left, nil
}
