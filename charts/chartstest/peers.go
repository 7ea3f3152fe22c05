package chartstest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"minyi"
)

// Peers answers as score, nlp and survey would. Fields may be changed before
// the first call; Fault, when set, is what every call fails with.
type Peers struct {
	mu    sync.Mutex
	calls map[string]int

	Fault      error
	SheetIs    minyi.Sheet
	TableIs    minyi.UnitTable
	UnitsAre   []minyi.Unit
	Counts     []minyi.UnitCount
	FunnelIs   minyi.Funnel
	WordsAre   minyi.HotWords
	TopicsAre  minyi.Topics
	RemarksAre []minyi.Verbatim
	Rows       []minyi.AnswerRow
}

// NewPeers gives peers that know the month of this package.
func NewPeers() *Peers {
	p := &Peers{SheetIs: Sheet(), TableIs: Table(), UnitsAre: Units(), FunnelIs: Funnel(), WordsAre: Words(),
		TopicsAre: Topics(), RemarksAre: Verbatims(), calls: map[string]int{}}
	for i := range p.TableIs.Rows { // invitations are survey's to tell
		r := &p.TableIs.Rows[i]
		p.Counts = append(p.Counts, minyi.UnitCount{Unit: r.Unit, Invited: r.Invited, Delivered: r.Delivered, Valid: r.Valid})
		r.Invited, r.Delivered, r.Name = 0, 0, ""
	}
	for _, v := range p.RemarksAre {
		p.Rows = append(p.Rows, Row(v.Answer, v.Unit, v.Day))
	}
	return p
}

// Row is an answer to export.
func Row(id minyi.AnswerID, unit minyi.UnitID, day string) minyi.AnswerRow {
	return minyi.AnswerRow{Rated: true, CaseTail: "0042", Reasons: []string{"回复敷衍"}, AnswerFacts: minyi.AnswerFacts{
		Answer: id, Campaign: "cmp_1", Questionnaire: "case-closed", Version: 1, Family: minyi.FamilyCaseClosed, Unit: unit,
		Audience: minyi.Resident, Channel: minyi.ChannelPage, Category: "城乡建设", Day: day, Counts: true, Remark: true,
		Values: map[string]minyi.Value{minyi.TagHotline: {V: 5, K: 5}, minyi.TagHandling: {V: 2, K: 5}, minyi.TagResolved: {V: 1, K: 2}, minyi.TagTrust: {DontKnow: true}, "nps": {V: 9, K: 11}},
	}}
}

// Study answers as score would.
func (p *Peers) Study(_ context.Context, q minyi.StudyRequest) (minyi.Study, error) {
	alpha, low, high := 0.91, 0.2, 0.4
	return minyi.Study{Slice: q.Slice, Method: p.SheetIs.Method, Lines: []minyi.StudyLine{
		{Section: "response", Name: "RR1", Value: &alpha, N: 120, Note: "I=50"},
		{Section: "weights", Name: "办理满意率", Value: &alpha, Low: &low, High: &high, N: 100},
		{Section: "cells", Name: "东区 × sms", Note: "已隐去"}}}, p.called("study")
}

func (p *Peers) called(name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[name]++
	return p.Fault
}

// Calls counts how often a method was asked.
func (p *Peers) Calls(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[name]
}

// Sheet answers as score.
func (p *Peers) Sheet(_ context.Context, r minyi.SheetRequest) (minyi.Sheet, error) {
	s := p.SheetIs
	s.Slice = r.Slice
	return s, p.called("Sheet")
}

// UnitTable answers as score.
func (p *Peers) UnitTable(_ context.Context, r minyi.UnitTableRequest) (minyi.UnitTable, error) {
	t := p.TableIs
	t.Slice = r.Slice
	return t, p.called("UnitTable")
}

// HotWords answers as nlp.
func (p *Peers) HotWords(context.Context, minyi.HotWordsRequest) (minyi.HotWords, error) {
	return p.WordsAre, p.called("HotWords")
}

// Topics answers as nlp.
func (p *Peers) Topics(context.Context, minyi.TopicsRequest) (minyi.Topics, error) {
	return p.TopicsAre, p.called("Topics")
}

// Verbatims answers as nlp, a page at a time.
func (p *Peers) Verbatims(_ context.Context, r minyi.VerbatimsRequest) (minyi.VerbatimsReply, error) {
	var out minyi.VerbatimsReply
	start := 0
	if r.After != "" {
		if _, err := fmt.Sscan(r.After, &start); err != nil {
			return out, err
		}
	}
	for i, v := range p.RemarksAre[min(start, len(p.RemarksAre)):] {
		switch {
		case len(r.Answers) > 0 && !slices.Contains(r.Answers, v.Answer), !strings.Contains(v.Text, r.Word), r.Topic != "" && v.Topic != r.Topic:
			continue
		case r.Limit > 0 && len(out.Verbatims) == r.Limit:
			out.Next = fmt.Sprint(start + i)
			return out, p.called("Verbatims")
		}
		out.Verbatims = append(out.Verbatims, v)
	}
	return out, p.called("Verbatims")
}

// Funnel answers as survey.
func (p *Peers) Funnel(context.Context, minyi.FunnelRequest) (minyi.Funnel, error) {
	return p.FunnelIs, p.called("Funnel")
}

// UnitCounts answers as survey.
func (p *Peers) UnitCounts(context.Context, minyi.UnitCountsRequest) (minyi.UnitCountsReply, error) {
	return minyi.UnitCountsReply{Units: p.Counts}, p.called("UnitCounts")
}

// Units answers as survey.
func (p *Peers) Units(context.Context, minyi.UnitsRequest) (minyi.UnitsReply, error) {
	return minyi.UnitsReply{Units: p.UnitsAre}, p.called("Units")
}

// AnswerRows answers as survey, a page at a time.
func (p *Peers) AnswerRows(_ context.Context, r minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error) {
	start := 0
	if r.After != "" {
		if _, err := fmt.Sscan(r.After, &start); err != nil {
			return minyi.AnswerRowsReply{}, err
		}
	}
	limit := r.Limit
	if limit == 0 {
		limit = 500
	}
	end := min(start+limit, len(p.Rows))
	out := minyi.AnswerRowsReply{Rows: p.Rows[start:end]}
	if end < len(p.Rows) {
		out.Next = fmt.Sprint(end)
	}
	return out, p.called("AnswerRows")
}
