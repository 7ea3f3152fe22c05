package nlp

import (
	"context"

	"minyi"
	"minyi/nlp/polarity"
)

// SharesRequest asks how many of a slice's remarks complain and praise.
type SharesRequest struct {
	Slice minyi.Slice `json:"slice"`
}

// SharesReply gives the shares of complaint, neither and praise among remarks
// with content, corrected for the model's errors. The errors are measured on
// the tenant's own pairs of remark and rating; Tested counts these, and
// Corrected is false while they are too few.
type SharesReply struct {
	Slice     minyi.Slice                      `json:"slice"`
	N         int                              `json:"n"`
	Said      [polarity.Classes]int            `json:"said"`
	Shares    [polarity.Classes]polarity.Share `json:"shares"`
	Corrected bool                             `json:"corrected"`
	Tested    int                              `json:"tested"`
	Model     string                           `json:"model"`
}

// Shares answers SharesRequest. A model trained on ratings is judged on the
// texts that its training held out; the shipped lexicon, which learnt from
// none, on all rated remarks. A rating is never changed by what was said.
func (s *Service) Shares(ctx context.Context, req SharesRequest) (SharesReply, error) {
	id := tenantOf(ctx, req.Slice.Tenant)
	set, err := s.readSettings(ctx, id)
	if err != nil {
		return SharesReply{}, err
	}
	trained := polarity.Bands{}
	version := set.Body.Versions[TaskPolarity]
	if version > 0 {
		v, err := s.store.versions.Get(ctx, versionID(id, TaskPolarity, version))
		if err != nil {
			return SharesReply{}, err
		}
		trained = v.Body.Bands
	}
	return counted(s, ctx, req.Slice, "shares", func(t *tenant, sc scope) SharesReply {
		reply := SharesReply{Slice: req.Slice, Model: t.rows.model, Said: t.rows.said(sc)}
		tested := trained
		if version == 0 {
			tested = t.rows.bands()
		}
		reply.N = reply.Said[0] + reply.Said[1] + reply.Said[2]
		reply.Tested = total(tested)
		reply.Shares, reply.Corrected = polarity.Correct(reply.Said, tested)
		return reply
	})
}

func (r *rows) said(sc scope) (out [polarity.Classes]int) {
	for i := range r.list {
		if row := &r.list[i]; sc.holds(row) {
			out[row.polarity+1]++
		}
	}
	return out
}

// bands compares what was said of rated remarks with their ratings.
func (r *rows) bands() (out polarity.Bands) {
	for i := range r.list {
		if row := &r.list[i]; row.content && row.overall > 0 {
			out[bandOf(minyi.Level(row.overall))][row.polarity+1]++
		}
	}
	return out
}

// bandOf is what a rating says: 差评 complains, 基本满意 does neither.
func bandOf(l minyi.Level) int {
	switch {
	case l.Bad():
		return 0
	case l == 3:
		return 1
	}
	return 2
}

func total(b polarity.Bands) int {
	n := 0
	for _, row := range b {
		for _, c := range row {
			n += c
		}
	}
	return n
}
