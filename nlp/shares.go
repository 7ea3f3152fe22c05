package nlp

import (
	"context"
	"fmt"
	"math"

	"minyi"
	"minyi/internal/confusion"
	"minyi/nlp/polarity"
)

// SharesRequest asks how many of a slice's remarks complain and praise.
type SharesRequest struct {
	Slice minyi.Slice `json:"slice"`
}

// SharesReply gives the shares of complaint, neither and praise among remarks
// with content, corrected for the model's errors. The errors are measured on
// the tenant's own pairs of remark and rating; Tested counts these, and
// Corrected is false while complaints or praise among them are too few. Doubt
// says why the shares are not to be relied on, where that is known.
type SharesReply struct {
	Slice     minyi.Slice                      `json:"slice"`
	N         int                              `json:"n"`
	Said      [polarity.Classes]int            `json:"said"`
	Shares    [polarity.Classes]polarity.Share `json:"shares"`
	Corrected bool                             `json:"corrected"`
	Tested    int                              `json:"tested"`
	Doubt     string                           `json:"doubt,omitempty"`
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
		reply.Doubt = doubt(errors.Tested, t.rows.bandsIn(sc, nil))
		return reply
	})
}

// mixedAlike is how far the share of 基本满意 may be from that of the tested
// before a correction that takes the two for alike misleads, and leastRated how
// many ratings tell.
const (
	mixedAlike = 0.1
	leastRated = 30
)

// doubt says where the correction takes 基本满意 to be as frequent as among the
// tested, having too few of it to do better, and the slice's own ratings say
// that it is not.
func doubt(tested, own polarity.Bands) string {
	undo, ok := confusion.Invert(tested)
	if !ok || !undo.Pooled || own.Size() < leastRated {
		return ""
	}
	here, there := middle(own), middle(tested)
	if math.Abs(here-there) <= mixedAlike {
		return ""
	}
	return fmt.Sprintf("所选范围内评价为基本满意的占 %.0f%%，而测定模型误差的样本中占 %.0f%%，且不足以单独校正：此处的占比不宜采信，请以评价本身为准。", 100*here, 100*there)
}

// middle is the share of 基本满意 among what ratings say.
func middle(b polarity.Bands) float64 {
	n := 0
	for _, called := range b[1] {
		n += called
	}
	return float64(n) / float64(b.Size())
}

// TextErrors counts how the polarity in use fares: what it called rated remarks,
// as shown, against their ratings. A trained model calls the remarks that it
// learnt from better than others, and these are most of those shown; so the
// errors that it makes on texts that its training held out count only for the
// share of remarks without a rating.
func (s *Service) TextErrors(ctx context.Context, req minyi.TextErrorsRequest) (minyi.TextErrors, error) {
	id := tenantOf(ctx, req.Tenant)
	set, err := s.readSettings(ctx, id)
	if err != nil {
		return minyi.TextErrors{}, err
	}
	held, trained, err := s.heldOut(ctx, id, set.Body.shown())
	if err != nil {
		return minyi.TextErrors{}, err
	}
	t := s.tenant(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return minyi.TextErrors{}, err
	}
	if !trained[""] {
		add(&held, t.rows.bands(trained))
	}
	shown := t.rows.bands(nil)
	return minyi.TextErrors{Model: t.rows.model, Tested: polarity.Mix(shown, held, t.rows.unrated())}, nil
}

// heldOut gives what the models in use called the texts that their training
// held out, and the questionnaires with a model of their own ("": all).
func (s *Service) heldOut(ctx context.Context, id minyi.TenantID, versions map[string]int) (held polarity.Bands, trained map[minyi.Family]bool, err error) {
	trained = make(map[minyi.Family]bool)
	for task, version := range versions {
		if version == 0 || !isPolarity(task) {
			continue
		}
		v, err := s.store.versions.Get(ctx, versionID(id, task, version))
		if err != nil {
			return held, nil, err
		}
		trained[familyOf(task)] = true
		add(&held, v.Body.Bands)
	}
	return held, trained, nil
}

func add(sum *polarity.Bands, b polarity.Bands) {
	for i := range b {
		for j := range b[i] {
			sum[i][j] += b[i][j]
		}
	}
}

// unrated is the share of remarks without a rating among those with content.
func (r *rows) unrated() float64 {
	n, without := 0, 0
	for i := range r.list {
		if r.list[i].content {
			n++
			without += boolInt(r.list[i].overall == 0)
		}
	}
	if n == 0 {
		return 0
	}
	return float64(without) / float64(n)
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
func (r *rows) bands(but map[minyi.Family]bool) polarity.Bands { return r.bandsIn(scope{}, but) }

func (r *rows) bandsIn(sc scope, but map[minyi.Family]bool) (out polarity.Bands) {
	for i := range r.list {
		if row := &r.list[i]; sc.holds(row) && row.overall > 0 && !but[row.family] {
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
