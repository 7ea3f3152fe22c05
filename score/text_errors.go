package score

import (
	"context"
	"fmt"
	"math"

	"minyi"
	"minyi/internal/confusion"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/tree"
)

// textErrors is a measurement of the polarity model's errors that figures are
// corrected by until a better one replaces it. Every rated remark adds to the
// measurement; following each would move every figure with every answer, so
// it is taken over when it has grown or changed enough to matter.
type textErrors struct {
	Measured *tree.TextErrors `json:"measured,omitempty"`
	Rev      int64            `json:"rev"`
}

// grown is by how much a measurement must have grown, and moved by how much a
// rate in it must have changed, to replace the one in use.
const (
	grown = 1.10
	moved = 0.01
)

// better reports whether a new measurement is to replace the one in use.
func (t *textErrors) better(next minyi.TextErrors) bool {
	_, usable := confusion.Invert(next.Tested)
	if t.Measured == nil {
		return usable
	}
	now := t.Measured
	_, was := confusion.Invert(now.Tested)
	if now.Model != next.Model || usable != was {
		return true
	}
	return float64(confusion.Table(next.Tested).Size()) >= grown*float64(now.Tested.Size()) || apartBy(now.Tested, next.Tested) > moved
}

// apartBy is the largest difference between two measured rates.
func apartBy(a, b confusion.Table) float64 {
	worst := 0.0
	for i := range a {
		for j := range a[i] {
			worst = max(worst, math.Abs(share(a[i], j)-share(b[i], j)))
		}
	}
	return worst
}

func share(row [3]int, j int) float64 {
	n := row[0] + row[1] + row[2]
	if n == 0 {
		return 0
	}
	return float64(row[j]) / float64(n)
}

// followText takes over what nlp has measured of its model, and prepares the
// table's lines anew where the method, or that, has changed.
func (s *Service) followText(ctx context.Context, tenant minyi.TenantID) error {
	next, err := s.words.TextErrors(ctx, minyi.TextErrorsRequest{Tenant: tenant})
	if err != nil {
		return fmt.Errorf("ask nlp for its measured errors: %w", err)
	}
	m, err := s.method(tenant, "")
	if err != nil {
		return err
	}
	doc, err := s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error {
		if !st.Errors.better(next) {
			return docstore.Unchanged
		}
		st.Errors = textErrors{&tree.TextErrors{Model: next.Model, Tested: next.Tested}, st.Errors.Rev + 1}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take over the measured errors: %w", err)
	}
	by := fmt.Sprintf("%s|form %d", doc.Body.basis(m, ""), lineForm)
	if doc.Body.Prepared == by {
		return nil
	}
	units, err := s.unitsWithSheets(ctx, tenant)
	if err != nil {
		return err
	}
	// The marks come first: a process that dies here marks once more.
	if err := s.prepareAnew(ctx, tenant, units); err != nil {
		return err
	}
	_, err = s.store.states.Update(ctx, string(tenant), func(st *state) error { st.Prepared = by; return nil })
	return fault.Wrap(err, "remember how the table is prepared")
}
