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
	Verify bool              // compare only, change nothing
	Told   func(answers int) // progress, may be nil
	From   Answers           // the raw answers
}

// RecountReport says whether the counts equal the raw answers.
type RecountReport struct {
	Answers     int          `json:"answers"`  // raw answers that count somewhere
	Days        int          `json:"days"`     // unit-days compared
	Repaired    int          `json:"repaired"` // rows taken out that no answer stands behind
	Equal       bool         `json:"equal"`
	Differences []Difference `json:"differences,omitempty"`
}

// Difference is a unit's day whose counts are not those of its answers, a sheet
// that is missing or is not the sum of what lies below it, or something that is
// remembered wrongly.
type Difference struct {
	Unit    minyi.UnitID `json:"unit"`
	Period  string       `json:"period"`
	What    string       `json:"what"` // rows, places, sheet (or no sheet) and its kind, imported values
	Answers int          `json:"answers"`
	Counted int          `json:"counted"`
}

// tallied is what a unit's day should hold: how many answers, and a sum over
// the hashes of their rows, in which order plays no part.
type tallied struct {
	n    int
	hash uint64
}

// placed counts the answers of a unit's day that are not remembered to lie there.
type placed map[mark]int

// Recount counts every raw answer anew and compares with what is stored:
// first row by row, then each sheet with what lies below it, then what is
// remembered beside them. Without Verify it also repairs: rows are written anew,
// rows without an answer taken out, sheets that differ summed.
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
	want, astray, report, err := s.recountRows(ctx, req)
	if err != nil {
		return report, err
	}
	differ, have, err := s.compareStored(ctx, req, want)
	if err != nil {
		return report, err
	}
	if !req.Verify && len(differ) > 0 {
		if report.Repaired, err = s.takeOut(ctx, req, differ); err != nil {
			return report, err
		}
		if differ, have, err = s.compareStored(ctx, req, want); err != nil {
			return report, err
		}
	}
	for k, n := range astray {
		differ = append(differ, Difference{k.Unit, k.Day, "places", want[k].n, want[k].n - n})
	}
	slices.SortFunc(differ, compareDifferences)
	if !req.Verify {
		if err := s.sumAnew(ctx, req.Tenant, have); err != nil {
			return report, err
		}
	}
	sums, err := s.compareSums(ctx, req.Tenant, have)
	report.Days = len(want)
	report.Differences = append(differ, sums...)
	report.Equal = len(report.Differences) == 0
	return report, err
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
			facts = append(facts, r.AnswerFacts)
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

// recountRows counts the raw answers by unit and day. Without Verify it also
// writes their rows and places; with it, it looks whether their places are right.
func (s *Service) recountRows(ctx context.Context, req RecountRequest) (map[mark]tallied, placed, RecountReport, error) {
	want, astray := map[mark]tallied{}, placed{}
	var report RecountReport
	err := s.pages(ctx, req, func(facts []minyi.AnswerFacts, texts map[minyi.AnswerID]*minyi.TextFacts) error {
		counted := make([]minyi.AnswerFacts, 0, len(facts))
		for _, f := range facts {
			row := tally.RowOf(f, texts[f.Answer])
			if _, counts := tally.CellOf(row); counts {
				counted = append(counted, f)
				k := mark{req.Tenant, f.Unit, f.Day}
				want[k] = want[k].plus(row)
			}
		}
		report.Answers += len(counted)
		if req.Verify {
			return s.comparePlaces(ctx, req.Tenant, counted, astray)
		}
		return s.count(ctx, req.Tenant, facts, texts)
	})
	return want, astray, report, err
}

// comparePlaces counts the answers that are not remembered where they lie: when
// they move or are erased, their rows would stay behind.
func (s *Service) comparePlaces(ctx context.Context, tenant minyi.TenantID, facts []minyi.AnswerFacts, astray placed) error {
	ids := make([]string, len(facts))
	for i, f := range facts {
		ids[i] = placeID(tenant, f.Answer)
	}
	known, err := s.store.places.GetMany(ctx, ids)
	if err != nil {
		return fmt.Errorf("read where %d answers are counted: %w", len(ids), err)
	}
	for i, f := range facts {
		at := partition{tenant, f.Unit, f.Day, f.Questionnaire, f.Version}
		if p := known[ids[i]].Body; p.At != at || p.Gone {
			astray[mark{tenant, f.Unit, f.Day}]++
		}
	}
	return nil
}

func (t tallied) plus(r tally.Row) tallied { return tallied{t.n + 1, t.hash + r.Digest()} }

// compareStored compares each unit-day's stored rows with what they should be,
// and gives what is stored.
func (s *Service) compareStored(ctx context.Context, req RecountRequest, want map[mark]tallied) ([]Difference, map[mark]tallied, error) {
	have := map[mark]tallied{}
	for c, err := range s.allChunks(ctx, req.Tenant) {
		if err != nil {
			return nil, nil, err
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
	return out, have, nil
}

func compareDifferences(a, b Difference) int {
	if a.Period != b.Period {
		return bytes.Compare([]byte(a.Period), []byte(b.Period))
	}
	return bytes.Compare([]byte(a.Unit), []byte(b.Unit))
}
