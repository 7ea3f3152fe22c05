package nlp

import (
	"context"
	"slices"
	"strings"

	"minyi"
	"minyi/internal/fault"
)

// Verbatims gives masked remarks with content, newest first: those of a slice
// that hold a word or belong to a topic (of any level), or exactly those of the
// answers named.
func (s *Service) Verbatims(ctx context.Context, req minyi.VerbatimsRequest) (minyi.VerbatimsReply, error) {
	if req.Limit <= 0 || req.Limit > 500 {
		req.Limit = 20
	}
	places, err := s.places(ctx, req)
	if err != nil {
		return minyi.VerbatimsReply{}, err
	}
	var reply minyi.VerbatimsReply
	if len(places) > req.Limit {
		places = places[:req.Limit]
		reply.Next = places[len(places)-1].cursor()
	}
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = string(p.answer)
	}
	docs, err := s.store.analyses.GetMany(ctx, ids)
	if err != nil {
		return minyi.VerbatimsReply{}, err
	}
	set, err := s.readSettings(ctx, tenantOf(ctx, req.Slice.Tenant))
	if err != nil {
		return minyi.VerbatimsReply{}, err
	}
	for _, id := range ids {
		d, there := docs[id]
		if !there || d.Body.Tenant != tenantOf(ctx, req.Slice.Tenant) || !d.Body.Counts || d.Body.Text == "" {
			continue
		}
		v := d.Body.by(set.Body.Active)
		reply.Verbatims = append(reply.Verbatims, minyi.Verbatim{Answer: minyi.AnswerID(id), Day: d.Body.Day, Unit: d.Body.Unit,
			Text: veil(d.Body.Text, set.Body.Dictionary.Masked), Topic: v.Topic, Polarity: v.Polarity})
	}
	return reply, nil
}

// place is where a remark stands in the order newest first.
type place struct {
	day    string
	answer minyi.AnswerID
}

func (p place) cursor() string { return p.day + " " + string(p.answer) }

func newestFirst(a, b place) int {
	if c := strings.Compare(b.day, a.day); c != 0 {
		return c
	}
	return strings.Compare(string(a.answer), string(b.answer))
}

func (s *Service) places(ctx context.Context, req minyi.VerbatimsRequest) ([]place, error) {
	if len(req.Answers) > 0 {
		var out []place
		for _, a := range req.Answers {
			out = append(out, place{answer: a})
		}
		return out, nil
	}
	t := s.tenant(tenantOf(ctx, req.Slice.Tenant))
	units, err := s.unitsBelow(ctx, t, req.Slice.Unit)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return nil, err
	}
	out := t.rows.find(scope{Slice: req.Slice, units: units}, req.Word, req.Topic)
	if req.After == "" {
		return out, nil
	}
	day, answer, ok := strings.Cut(req.After, " ")
	if !ok {
		return nil, fault.New(fault.Invalid, "cursor_bad", "翻页位置无效，请从第一页重新打开。", "the paging position is not valid; start from the first page").On("after")
	}
	i, exact := slices.BinarySearchFunc(out, place{day, minyi.AnswerID(answer)}, newestFirst)
	if exact {
		i++
	}
	return out[i:], nil
}

// find gives the rows in scope with a word and a topic, newest first.
func (r *rows) find(sc scope, word, topic string) []place {
	number, known := r.number[word]
	if word != "" && !known {
		return nil
	}
	var out []place
	for i := range r.list {
		row := &r.list[i]
		if !sc.holds(row) || word != "" && !slices.Contains(row.words, number) || !isUnder(row.topic, topic) {
			continue
		}
		out = append(out, place{row.day, row.answer})
	}
	slices.SortFunc(out, newestFirst)
	return out
}

func isUnder(path, topic string) bool {
	return topic == "" || path == topic || strings.HasPrefix(path, topic+"/")
}
