package nlp

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/nlp/hotword"
	"minyi/nlp/topic"
)

// HotWords gives the words of a slice, heaviest first: each with how many
// respondents used it, of how many who left a remark with content, and how
// they felt. Words of fewer respondents than Minimum are left out.
func (s *Service) HotWords(ctx context.Context, req minyi.HotWordsRequest) (minyi.HotWords, error) {
	limit := req.Limit
	if limit <= 0 {
		limit = 60
	}
	return counted(s, ctx, req.Slice, fmt.Sprintf("words %d %s", limit, req.Polarity), func(t *tenant, sc scope) minyi.HotWords {
		sc.polarity = req.Polarity
		out := minyi.HotWords{Slice: req.Slice, Minimum: s.cfg.MinRespondents, Model: s.modelOf(t) + " " + t.rows.vocabulary.version}
		var counts []hotword.Count
		counts, out.Respondents = t.rows.count(sc)
		words := hotword.Weigh(counts, out.Respondents, s.cfg.MinRespondents)
		for _, w := range words[:min(limit, len(words))] {
			out.Words = append(out.Words, minyi.HotWord{Word: w.Word, Respondents: w.Respondents, Weight: w.Weight, Polarity: w.Polarity})
		}
		return out
	})
}

// Topics counts the remarks of a slice by first-level topic, most first, the
// undecided last.
func (s *Service) Topics(ctx context.Context, req minyi.TopicsRequest) (minyi.Topics, error) {
	return counted(s, ctx, req.Slice, fmt.Sprintf("topics %d", req.Limit), func(t *tenant, sc scope) minyi.Topics {
		out := minyi.Topics{Slice: req.Slice, Model: s.modelOf(t)}
		out.Topics, out.Total = t.rows.topics(sc)
		if req.Limit > 0 && len(out.Topics) > req.Limit {
			out.Topics = out.Topics[:req.Limit]
		}
		return out
	})
}

// counted answers from the tenant's rows, and from memory while no row moved.
func counted[T any](s *Service, ctx context.Context, slice minyi.Slice, what string, count func(*tenant, scope) T) (T, error) {
	t := s.tenant(tenantOf(ctx, slice.Tenant))
	units, err := s.unitsBelow(ctx, t, slice.Unit)
	if err != nil {
		var none T
		return none, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		var none T
		return none, err
	}
	key := fmt.Sprintf("%s|%+v|%d", what, slice, len(units))
	return t.remember(key, func() any { return count(t, scope{Slice: slice, units: units}) }).(T), nil
}

// modelOf names whose verdicts a tenant's figures show.
func (s *Service) modelOf(t *tenant) string { return cmp.Or(t.rows.model, s.base().Version()) }

// tenantOf is the tenant named by a peer, or else that of the person asking.
func tenantOf(ctx context.Context, id minyi.TenantID) minyi.TenantID {
	return cmp.Or(id, kit.TenantFrom(ctx))
}

// unitsEvery is how long a unit tree is trusted.
const unitsEvery = 30 * time.Second

// unknownEvery is how soon it is asked for again where it lacks a unit.
const unknownEvery = time.Second

// unitsBelow gives the unit with all its descendants, or nil for no unit.
func (s *Service) unitsBelow(ctx context.Context, t *tenant, unit minyi.UnitID) (map[minyi.UnitID]bool, error) {
	if unit == "" {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	age := s.clock.Now().Sub(t.unitsAt)
	if t.units == nil || age > unitsEvery || age > unknownEvery && !holds(t.units, unit) {
		reply, err := s.survey.Units(ctx, minyi.UnitsRequest{Tenant: t.id})
		if err != nil {
			return nil, fmt.Errorf("ask survey for units: %w", err)
		}
		t.units, t.unitsAt = make(map[minyi.UnitID][]minyi.UnitID), s.clock.Now()
		for _, u := range reply.Units {
			t.units[u.Parent] = append(t.units[u.Parent], u.ID)
		}
	}
	if !holds(t.units, unit) {
		return nil, fault.New(fault.Invalid, "unit_unknown", "没有这个单位（unit），请核对单位编号。", "there is no unit with this id; check it").On("unit")
	}
	below := map[minyi.UnitID]bool{unit: true}
	for queue := []minyi.UnitID{unit}; len(queue) > 0; queue = queue[1:] {
		for _, child := range t.units[queue[0]] {
			if !below[child] {
				below[child] = true
				queue = append(queue, child)
			}
		}
	}
	return below, nil
}

// holds reports whether the tree, children by parent, has the unit.
func holds(tree map[minyi.UnitID][]minyi.UnitID, unit minyi.UnitID) bool {
	for _, children := range tree {
		if slices.Contains(children, unit) {
			return true
		}
	}
	return false
}

// count counts respondents by word, and respondents with content.
func (r *rows) count(sc scope) (counts []hotword.Count, respondents int) {
	type tally struct {
		last     uint64 // respondent counted last, plus one place for "none yet"
		seen     bool
		people   int
		remarks  int
		polarity int
	}
	tallies := make([]tally, len(r.words))
	var last uint64
	for i, row := range r.within(sc) {
		if i == 0 || row.respondent != last {
			respondents++
			last = row.respondent
		}
		for _, w := range row.words {
			t := &tallies[w]
			if !t.seen || t.last != row.respondent {
				t.people++
				t.seen, t.last = true, row.respondent
			}
			t.remarks++
			t.polarity += int(row.polarity)
		}
	}
	for w, t := range tallies {
		if t.people > 0 {
			counts = append(counts, hotword.Count{Word: r.words[w], Respondents: t.people, Polarity: float64(t.polarity) / float64(t.remarks)})
		}
	}
	return counts, respondents
}

func (r *rows) topics(sc scope) (out []minyi.TopicCount, total int) {
	counts := make(map[string]*minyi.TopicCount)
	for i := range r.list {
		row := &r.list[i]
		if !sc.holds(row) {
			continue
		}
		name := topic.Level1(row.topic)
		c := counts[name]
		if c == nil {
			c = &minyi.TopicCount{Topic: name}
			counts[name] = c
		}
		c.Remarks++
		if row.polarity < 0 {
			c.Negative++
		}
		total++
	}
	for _, c := range counts {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b minyi.TopicCount) int {
		if (a.Topic == topic.Undecided) != (b.Topic == topic.Undecided) {
			return cmp.Compare(boolInt(a.Topic == topic.Undecided), boolInt(b.Topic == topic.Undecided))
		}
		return cmp.Or(cmp.Compare(b.Remarks, a.Remarks), strings.Compare(a.Topic, b.Topic))
	})
	return out, total
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
