package nlp

import (
	"context"
	"fmt"

	"minyi"
	"minyi/nlp/hotword"
)

// StandoutsRequest asks which words a slice uses more than its background: this
// week against the weeks before, this unit against the others.
type StandoutsRequest struct {
	Slice    minyi.Slice `json:"slice"`
	Polarity string      `json:"polarity,omitempty"` // compare only these remarks: negative, neutral, positive
	Limit    int         `json:"limit,omitempty"`    // 0: 30
}

// StandoutsReply lists them, the surest first. Words under the significance
// floor are not shown: with thousands of words looked at they come by chance.
type StandoutsReply struct {
	Slice      minyi.Slice        `json:"slice"`
	Words      []hotword.Standout `json:"words"`
	In         int                `json:"in"`         // respondents of the slice
	Background int                `json:"background"` // respondents of all else of the same audience and family
	Floor      float64            `json:"floor"`      // least z
	Minimum    int                `json:"minimum"`    // respondents
}

// Standouts compares a slice with all other remarks of the same audience and
// family.
func (s *Service) Standouts(ctx context.Context, req StandoutsRequest) (StandoutsReply, error) {
	limit := req.Limit
	if limit <= 0 {
		limit = 30
	}
	return counted(s, ctx, req.Slice, fmt.Sprintf("standouts %d %s", limit, req.Polarity), func(t *tenant, sc scope) StandoutsReply {
		sc.polarity = req.Polarity
		wide := scope{Slice: minyi.Slice{Audience: sc.Audience, Family: sc.Family}}
		in, nIn := respondents(t.rows, sc)
		all, nAll := respondents(t.rows, wide)
		for w, n := range in {
			all[w] -= n
		}
		reply := StandoutsReply{Slice: req.Slice, In: nIn, Background: max(nAll-nIn, 0), Floor: hotword.SignificantZ, Minimum: s.cfg.MinRespondents}
		found := hotword.Distinct(in, all, nIn, reply.Background, hotword.SignificantZ, s.cfg.MinRespondents)
		reply.Words = found[:min(limit, len(found))]
		return reply
	})
}

func respondents(r *rows, sc scope) (map[string]int, int) {
	counts, n := r.count(sc)
	out := make(map[string]int, len(counts))
	for _, c := range counts {
		out[c.Word] = c.Respondents
	}
	return out, n
}
