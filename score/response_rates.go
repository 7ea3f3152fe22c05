package score

import (
	"context"
	"fmt"

	"minyi"
	"minyi/internal/fault"
	"minyi/score/stat"
)

// Funnels gives invitations by disposition.
type Funnels interface {
	Funnel(ctx context.Context, req minyi.FunnelRequest) (minyi.Funnel, error)
}

// ResponseRequest asks for the response accounting of a slice.
type ResponseRequest struct {
	Slice minyi.Slice `json:"slice"`
	// Eligible is the estimated share of invitations of unknown outcome that
	// reached an eligible person (AAPOR's e); 0: 1, since every invitation is
	// for a known case.
	Eligible float64 `json:"e,omitempty" query:"e"`
}

// ResponseReply is the accounting after the AAPOR Standard Definitions.
type ResponseReply struct {
	Slice    minyi.Slice   `json:"slice"`
	Outcomes stat.Outcomes `json:"outcomes"`
	Rates    stat.Rates    `json:"rates"`
	Outside  int           `json:"outside"` // never asked: not sampled, cancelled, or not yet sent
}

// ResponseRates accounts for every invitation of a slice.
func (s *Service) ResponseRates(ctx context.Context, req ResponseRequest) (ResponseReply, error) {
	if req.Slice.Tenant == "" {
		req.Slice.Tenant = minyi.DefaultTenant
	}
	if req.Eligible < 0 || req.Eligible > 1 {
		return ResponseReply{}, fault.New(fault.Invalid, "e_bad", "e 应在 0 与 1 之间。", "e must lie between 0 and 1").On("e")
	}
	funnels, ok := s.survey.(Funnels)
	if !ok {
		return ResponseReply{}, fault.New(fault.Unavailable, "funnel_missing", "问卷服务未提供邀请统计。", "survey offers no count of invitations")
	}
	funnel, err := funnels.Funnel(ctx, minyi.FunnelRequest{Slice: req.Slice})
	if err != nil {
		return ResponseReply{}, fmt.Errorf("ask survey for the dispositions: %w", err)
	}
	outcomes, outside := OutcomesOf(funnel.Counts)
	outcomes.E = 1
	if req.Eligible > 0 {
		outcomes.E = req.Eligible
	}
	return ResponseReply{Slice: req.Slice, Outcomes: outcomes, Rates: stat.AAPOR(outcomes), Outside: outside}, nil
}

// OutcomesOf puts dispositions into AAPOR's classes, as for specifically named
// persons reached by message or telephone: who declined or broke off is a
// refusal; who was reached and gave nothing, or could not be reached, is a
// non-contact; an outcome that the carrier never told is unknown. Who was never
// asked is outside the sample.
func OutcomesOf(counts map[minyi.Disposition]int) (o stat.Outcomes, outside int) {
	for d, n := range counts {
		switch d {
		case minyi.Completed:
			o.I += float64(n)
		case minyi.Partial:
			o.P += float64(n)
		case minyi.Refused, minyi.OptedOut, minyi.Started:
			o.R += float64(n)
		case minyi.Opened:
			o.O += float64(n) // read the page and gave no answer
		case minyi.Delivered, minyi.Failed, minyi.Unreachable, minyi.Expired:
			o.NC += float64(n)
		case minyi.Unknown, minyi.Sent:
			o.UO += float64(n)
		default:
			outside += n
		}
	}
	return o, outside
}
