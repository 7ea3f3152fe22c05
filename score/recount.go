package score

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"minyi"
	"minyi/score/tally"
)

// Answers streams the raw answers of a tenant, page by page.
type Answers interface {
	AnswerRows(ctx context.Context, req minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error)
}

// RecountRequest asks for a count from raw answers.
type RecountRequest struct {
	Tenant minyi.TenantID
	Verify bool                  // compare only, change nothing
	Told   func(answers int)     // progress, may be nil
	From   Answers               // the raw answers
	Days   func(day string) bool // narrows to some days; nil: all
}

// RecountReport says whether the counts equal the raw answers.
type RecountReport struct {
	Answers     int          `json:"answers"`  // raw answers that count somewhere
	Days        int          `json:"days"`     // unit-days compared
	Repaired    int          `json:"repaired"` // rows taken out that no answer stands behind
	Equal       bool         `json:"equal"`
	Differences []Difference `json:"differences,omitempty"`
}

// Difference is a unit's day whose counts are not those of its answers, or a
// sheet that is not the sum of what lies below it.
type Difference struct {
	Unit    minyi.UnitID `json:"unit"`
	Period  string       `json:"period"`
	What    string       `json:"what"` // rows or sheet
	Answers int          `json:"answers"`
	Counted int          `json:"counted"`
}

// tallied is what a unit's day should hold: how many answers, and a sum over
// the hashes of their rows, in which order plays no part.
type tallied struct {
	n    int
	hash uint64
}

// Recount counts every raw answer anew and compares with what is stored:
// first row by row, then each sheet with what lies below it. Without Verify it
// also repairs: rows are written anew and rows without an answer taken out.
// Answers that land meanwhile may show as differences; run it again then.
func (s *Service) Recount(ctx context.Context, req RecountRequest) (RecountReport, error) {
	if req.Tenant == "" {
		req.Tenant = minyi.DefaultTenant
	}
	if !req.Verify {
		if err := s.clearDamaged(ctx, req.Tenant); err != nil {
			return RecountReport{}, err
		}
	}
	want, report, err := s.recountRows(ctx, req)
	if err != nil {
		return report, err
	}
	differ, err := s.compareStored(ctx, req, want)
	if err != nil {
		return report, err
	}
	if !req.Verify && len(differ) > 0 {
		if report.Repaired, err = s.takeOut(ctx, req, differ); err != nil {
			return report, err
		}
		if differ, err = s.compareStored(ctx, req, want); err != nil {
			return report, err
		}
	}
	if !req.Verify {
		if err := s.sumAnew(ctx, req.Tenant); err != nil {
			return report, err
		}
	}
	sheets, err := s.compareSheets(ctx, req.Tenant)
	report.Days = len(want)
	report.Differences = append(differ, sheets...)
	report.Equal = len(report.Differences) == 0
	return report, err
}

// sumAnew sums what is marked over whatever stands: a chunk that was lost and
// written again counts its changes from one, and by that count its days would
// never replace the old sheets.
func (s *Service) sumAnew(ctx context.Context, tenant minyi.TenantID) error {
	_, err := s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error { st.Epoch++; return nil })
	if err != nil {
		return fmt.Errorf("begin to sum anew: %w", err)
	}
	return s.Aggregate(ctx)
}

// pages streams the raw answers with their analyses.
func (s *Service) pages(ctx context.Context, req RecountRequest, each func([]minyi.AnswerFacts, map[minyi.AnswerID]*minyi.TextFacts) error) error {
	after := ""
	for {
		page, err := req.From.AnswerRows(ctx, minyi.AnswerRowsRequest{Slice: minyi.Slice{Tenant: req.Tenant}, After: after, Limit: 1000})
		if err != nil {
			return fmt.Errorf("read raw answers: %w", err)
		}
		facts := make([]minyi.AnswerFacts, 0, len(page.Rows))
		for _, r := range page.Rows {
			if req.Days == nil || req.Days(r.Day) {
				facts = append(facts, r.AnswerFacts)
			}
		}
		texts, err := s.analyses(ctx, req.Tenant, facts)
		if err != nil {
			return err
		}
		if err := each(facts, texts); err != nil {
			return err
		}
		if req.Told != nil {
			req.Told(len(page.Rows))
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// recountRows counts the raw answers by unit and day; without Verify it also
// writes their rows.
func (s *Service) recountRows(ctx context.Context, req RecountRequest) (map[mark]tallied, RecountReport, error) {
	want := map[mark]tallied{}
	var report RecountReport
	err := s.pages(ctx, req, func(facts []minyi.AnswerFacts, texts map[minyi.AnswerID]*minyi.TextFacts) error {
		for _, f := range facts {
			row := tally.RowOf(f, texts[f.Answer])
			if _, counts := tally.CellOf(row); counts {
				report.Answers++
				k := mark{req.Tenant, f.Unit, f.Day}
				want[k] = want[k].plus(row)
			}
		}
		if req.Verify {
			return nil
		}
		return s.count(ctx, req.Tenant, facts, texts)
	})
	return want, report, err
}

func (t tallied) plus(r tally.Row) tallied { return tallied{t.n + 1, t.hash + r.Digest()} }

// compareStored compares each unit-day's stored rows with what they should be.
func (s *Service) compareStored(ctx context.Context, req RecountRequest, want map[mark]tallied) ([]Difference, error) {
	have := map[mark]tallied{}
	for c, err := range s.allChunks(ctx, req.Tenant) {
		if err != nil {
			return nil, err
		}
		if req.Days != nil && !req.Days(c.Day) {
			continue
		}
		block, ok := c.sound()
		if !ok {
			block = nil // its rows count for none, which shows as a difference
		}
		k := mark{req.Tenant, c.Unit, c.Day}
		for _, r := range block {
			if _, counts := tally.CellOf(r); counts {
				have[k] = have[k].plus(r)
			}
		}
	}
	var out []Difference
	for k, w := range want {
		if have[k] != w {
			out = append(out, Difference{k.Unit, k.Day, "rows", w.n, have[k].n})
		}
	}
	for k, h := range have {
		if _, ok := want[k]; !ok {
			out = append(out, Difference{k.Unit, k.Day, "rows", 0, h.n})
		}
	}
	slices.SortFunc(out, compareDifferences)
	return out, nil
}

func compareDifferences(a, b Difference) int {
	if a.Period != b.Period {
		return bytes.Compare([]byte(a.Period), []byte(b.Period))
	}
	return bytes.Compare([]byte(a.Unit), []byte(b.Unit))
}
