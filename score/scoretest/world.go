// Package scoretest plays survey and nlp for tests and benchmarks of score: a
// World holds answers with revisions, analyses and the unit tree, and answers
// what score asks. It takes in answers made by hand or by Synthetic, and gives
// out facts, never texts.
package scoretest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"minyi"
)

// World is survey and nlp in memory.
type World struct {
	mu      sync.Mutex
	tenant  minyi.TenantID
	facts   map[minyi.AnswerID]minyi.AnswerFacts
	order   []minyi.AnswerID // of facts, sorted when it was last paged; nil after a change
	texts   map[minyi.AnswerID]minyi.TextFacts
	units   []minyi.Unit
	settled map[minyi.AnswerID]int64
	times   map[minyi.AnswerID]time.Time
	invited map[minyi.UnitID]int
	errors  minyi.TextErrors
}

// NewWorld makes an empty world of the default tenant.
func NewWorld(units ...minyi.Unit) *World {
	return &World{tenant: minyi.DefaultTenant, facts: map[minyi.AnswerID]minyi.AnswerFacts{}, texts: map[minyi.AnswerID]minyi.TextFacts{}, units: units, settled: map[minyi.AnswerID]int64{},
		times: map[minyi.AnswerID]time.Time{}, invited: map[minyi.UnitID]int{}}
}

// SetUnits replaces the unit tree.
func (w *World) SetUnits(units ...minyi.Unit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.units = units
}

// Put stores an answer as its next revision.
func (w *World) Put(f minyi.AnswerFacts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Rev = w.facts[f.Answer].Rev + 1
	w.facts[f.Answer], w.order = f, nil
}

// GivenAt says when an answer was given.
func (w *World) GivenAt(a minyi.AnswerID, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times[a] = at
}

// Invite says how many invitations reached a unit's respondents each day.
func (w *World) Invite(unit minyi.UnitID, perDay int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.invited[unit] = perDay
}

// UnitCounts answers for survey: invitations as Invite said, for each day, and
// each unit's own answers.
func (w *World) UnitCounts(_ context.Context, req minyi.UnitCountsRequest) (minyi.UnitCountsReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	from, errFrom := time.Parse(time.DateOnly, req.Slice.From)
	to, errTo := time.Parse(time.DateOnly, req.Slice.To)
	if err := errors.Join(errFrom, errTo); err != nil {
		return minyi.UnitCountsReply{}, err
	}
	var out minyi.UnitCountsReply
	for u, n := range w.invited {
		n *= int(to.Sub(from).Hours()/24) + 1
		c := minyi.UnitCount{Unit: u, Invited: n, Delivered: n}
		for _, f := range w.facts {
			if f.Unit == u && f.Counts && f.Day >= req.Slice.From && f.Day <= req.Slice.To {
				c.Valid++
			}
		}
		c.Answered = min(c.Valid, n)
		out.Units = append(out.Units, c)
	}
	return out, nil
}

// Change alters an answer that is there, as its next revision.
func (w *World) Change(a minyi.AnswerID, change func(*minyi.AnswerFacts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.facts[a]
	if !ok {
		return
	}
	f.Values = maps.Clone(f.Values)
	change(&f)
	f.Rev++
	w.facts[a] = f
}

// Erase removes an answer and its analysis.
func (w *World) Erase(a minyi.AnswerID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.facts, a)
	delete(w.texts, a)
	w.order = nil
}

// Analyse stores an analysis of the answer's current revision.
func (w *World) Analyse(t minyi.TextFacts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.facts[t.Answer]
	if !ok || !f.Remark {
		return
	}
	t.Rev, t.Seq = f.Rev, w.texts[t.Answer].Seq+1
	w.texts[t.Answer] = t
}

// IDs lists the answers that are there.
func (w *World) IDs() []minyi.AnswerID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.facts))
}

// Settled gives the revision at which score said that it holds an answer.
func (w *World) SettledAt(a minyi.AnswerID) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settled[a]
}

// Facts answers for survey; answers that are gone come with nothing but their
// id.
func (w *World) Facts(_ context.Context, req minyi.AnswersRequest) (minyi.FactsReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out minyi.FactsReply
	for _, a := range req.Answers {
		f, ok := w.facts[a]
		if !ok {
			f = minyi.AnswerFacts{Answer: a}
		}
		out.Facts = append(out.Facts, f)
	}
	return out, nil
}

// Settled answers for survey.
func (w *World) Settled(_ context.Context, req minyi.SettledRequest) (minyi.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range req.Items {
		w.settled[s.Answer] = max(w.settled[s.Answer], s.Rev)
	}
	return minyi.Done{}, nil
}

// Units answers for survey.
func (w *World) Units(context.Context, minyi.UnitsRequest) (minyi.UnitsReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return minyi.UnitsReply{Units: slices.Clone(w.units)}, nil
}

// AnswerRows answers for survey, in the order of ids.
func (w *World) AnswerRows(_ context.Context, req minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out minyi.AnswerRowsReply
	if w.order == nil {
		w.order = slices.Sorted(maps.Keys(w.facts))
	}
	from := 0
	if req.After != "" {
		from, _ = slices.BinarySearch(w.order, minyi.AnswerID(req.After+"\x00"))
	}
	for _, a := range w.order[from:] {
		if d := w.facts[a].Day; req.Slice.From != "" && d < req.Slice.From || req.Slice.To != "" && d > req.Slice.To {
			continue
		}
		if len(out.Rows) == max(req.Limit, 1) {
			out.Next = string(out.Rows[len(out.Rows)-1].Answer)
			break
		}
		out.Rows = append(out.Rows, minyi.AnswerRow{AnswerFacts: w.facts[a], At: w.times[a]})
	}
	return out, nil
}

// Measure says how the polarity model fares.
func (w *World) Measure(e minyi.TextErrors) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.errors = e
}

// TextErrors answers for nlp.
func (w *World) TextErrors(context.Context, minyi.TextErrorsRequest) (minyi.TextErrors, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.errors, nil
}

// Analyses answers for nlp.
func (w *World) Analyses(_ context.Context, req minyi.AnswersRequest) (minyi.AnalysesReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out minyi.AnalysesReply
	for _, a := range req.Answers {
		if t, ok := w.texts[a]; ok {
			out.Analyses = append(out.Analyses, t)
		}
	}
	return out, nil
}
