package nlp

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"minyi"
	"minyi/nlp/topic"
)

// PendingRequest asks for remarks that wait for a person's topic.
type PendingRequest struct {
	Tenant minyi.TenantID `json:"-"`
	Limit  int            `query:"limit" json:"-"` // 0: 50
}

// Pending is an undecided remark with the topic that led.
type Pending struct {
	Answer minyi.AnswerID `json:"answer"`
	Text   string         `json:"text"` // masked
	Best   string         `json:"best,omitempty"`
	Margin float64        `json:"margin"`
}

// PendingReply is the 待定 queue, the smallest margin first: labels there teach
// a model most.
type PendingReply struct {
	Pending []Pending `json:"pending"`
	Total   int       `json:"total"`
	Topics  []string  `json:"topics"` // to choose from: the taxonomy's first levels
}

// Pending gives the 待定 queue.
func (s *Service) Pending(ctx context.Context, req PendingRequest) (PendingReply, error) {
	if req.Limit <= 0 || req.Limit > 500 {
		req.Limit = 50
	}
	tenant := tenantOf(ctx, req.Tenant)
	ids, total, err := s.undecided(ctx, tenant, req.Limit)
	if err != nil {
		return PendingReply{}, err
	}
	docs, err := s.store.analyses.GetMany(ctx, ids)
	if err != nil {
		return PendingReply{}, err
	}
	set, err := s.readSettings(ctx, tenant)
	if err != nil {
		return PendingReply{}, err
	}
	reply := PendingReply{Total: total}
	for _, n := range s.taxonomy.Topics {
		reply.Topics = append(reply.Topics, n.Name)
	}
	for _, id := range ids {
		if d, there := docs[id]; there {
			v := d.Body.by(set.Body.Active)
			reply.Pending = append(reply.Pending, Pending{Answer: minyi.AnswerID(id), Text: veil(d.Body.Text, set.Body.Dictionary.Masked), Best: v.Best, Margin: v.Margin})
		}
	}
	return reply, nil
}

func (s *Service) undecided(ctx context.Context, id minyi.TenantID, limit int) ([]string, int, error) {
	t := s.tenant(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return nil, 0, err
	}
	var open []*row
	for i := range t.rows.list {
		if r := &t.rows.list[i]; r.content && r.topic == topic.Undecided {
			open = append(open, r)
		}
	}
	slices.SortFunc(open, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.margin, b.margin), strings.Compare(string(a.answer), string(b.answer)))
	})
	ids := make([]string, 0, limit)
	for _, r := range open[:min(limit, len(open))] {
		ids = append(ids, string(r.answer))
	}
	return ids, len(open), nil
}
