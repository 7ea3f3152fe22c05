package nlp

import (
	"context"
	"fmt"

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

// Shares answers SharesRequest. A rating is never changed by what was said.
func (s *Service) Shares(ctx context.Context, req SharesRequest) (SharesReply, error) {
	errors, err := s.TextErrors(ctx, minyi.TextErrorsRequest{Tenant: req.Slice.Tenant})
	if err != nil {
		return SharesReply{}, err
	}
	what := fmt.Sprintf("shares %v", errors.Tested)
	return counted(s, ctx, req.Slice, what, func(t *tenant, sc scope) SharesReply {
		reply := SharesReply{Slice: req.Slice, Model: t.rows.model, Said: t.rows.said(sc)}
		reply.N = reply.Said[0] + reply.Said[1] + reply.Said[2]
		reply.Tested = polarity.Bands(errors.Tested).Size()
		reply.Shares, reply.Corrected = polarity.Correct(reply.Said, errors.Tested)
		return reply
	})
}

// TextErrors counts how the polarity in use fares. A model trained on ratings
// is judged on the texts that its training held out; the shipped lexicon, which
// learnt from none, on all rated remarks of the questionnaires that it answers.
func (s *Service) TextErrors(ctx context.Context, req minyi.TextErrorsRequest) (minyi.TextErrors, error) {
	id := tenantOf(ctx, req.Tenant)
	set, err := s.readSettings(ctx, id)
	if err != nil {
		return minyi.TextErrors{}, err
	}
	out := minyi.TextErrors{Model: set.Body.Active}
	own := make(map[minyi.Family]bool)
	for task, version := range set.Body.shown() {
		if version == 0 || !isPolarity(task) {
			continue
		}
		v, err := s.store.versions.Get(ctx, versionID(id, task, version))
		if err != nil {
			return minyi.TextErrors{}, err
		}
		own[familyOf(task)] = true
		addTo(&out.Tested, v.Body.Bands)
	}
	if own[""] {
		return out, nil
	}
	t := s.tenant(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return minyi.TextErrors{}, err
	}
	addTo(&out.Tested, t.rows.bands(own))
	return out, nil
}

func addTo(sum *[polarity.Classes][polarity.Classes]int, b polarity.Bands) {
	for i := range b {
		for j := range b[i] {
			sum[i][j] += b[i][j]
		}
	}
}

func (r *rows) said(sc scope) (out [polarity.Classes]int) {
	for i := range r.list {
		if row := &r.list[i]; sc.holds(row) {
			out[row.polarity+1]++
		}
	}
	return out
}

// bands compares what was said of rated remarks with their ratings, but for
// the questionnaires named.
func (r *rows) bands(but map[minyi.Family]bool) (out polarity.Bands) {
	for i := range r.list {
		if row := &r.list[i]; row.content && row.overall > 0 && !but[row.family] {
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
