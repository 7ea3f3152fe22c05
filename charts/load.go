package charts

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"minyi"
	"minyi/charts/page"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// How many of each the overview shows.
const (
	cloudWords   = 60
	topicLines   = 12
	latestLines  = 6
	remarksAPage = 30
)

// selection reads the filter of a request. What it cannot mean is refused, and
// so is a unit that the tree does not hold; a tree that cannot be had is told
// by the sections that need it.
func (s *Service) selection(r *http.Request) (page.Filter, error) {
	f, err := page.ReadFilter(r.URL.Query(), kit.TenantFrom(r.Context()))
	if err != nil || f.Slice.Unit == "" {
		return f, err
	}
	units, err := s.askUnits(r.Context(), f)
	if err == nil && !slices.ContainsFunc(units, func(u minyi.Unit) bool { return u.ID == f.Slice.Unit }) {
		return f, fault.New(fault.Invalid, "unit_unknown", "没有这个单位（unit），请核对单位编号。", "there is no unit with this id; check it").On("unit")
	}
	return f, nil
}

// frame is a page's data before any figure has been asked for.
func (s *Service) frame(f page.Filter) page.Data {
	return page.Data{Filter: f, Now: s.d.Clock.Now(), Name: s.d.Config.Name, Banner: s.d.Config.Banner}
}

// load asks for what the given sections need, at the same time. A figure that
// cannot be had becomes a fault of its own section.
func (s *Service) load(ctx context.Context, f page.Filter, sections ...string) page.Data {
	d := s.frame(f)
	wants := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(sections, n) })
	}
	var wg sync.WaitGroup
	if wants("filters", "units", "verbatims") {
		wg.Go(func() { d.Units = had(s, ctx, "units", func() ([]minyi.Unit, error) { return s.askUnits(ctx, f) }) })
	}
	if wants("score", "tree") {
		wg.Go(func() { d.Sheet = had(s, ctx, "sheet", func() (minyi.Sheet, error) { return s.askSheet(ctx, f) }) })
	}
	if wants("units") {
		wg.Go(func() {
			d.Table = had(s, ctx, "unit table", func() (minyi.UnitTable, error) { return s.askTable(ctx, f) })
		})
	}
	if wants("funnel") {
		wg.Go(func() { d.Funnel = had(s, ctx, "funnel", func() (minyi.Funnel, error) { return s.askFunnel(ctx, f) }) })
	}
	if wants("words") {
		wg.Go(func() {
			d.Words = had(s, ctx, "hot words", func() (minyi.HotWords, error) { return s.askWords(ctx, f) })
		})
	}
	if wants("topics") {
		wg.Go(func() { d.Topics = had(s, ctx, "topics", func() (minyi.Topics, error) { return s.askTopics(ctx, f) }) })
	}
	if wants("verbatims") {
		wg.Go(func() {
			d.Verbatims = had(s, ctx, "verbatims", func() (minyi.VerbatimsReply, error) { return s.askRemarks(ctx, f, latestLines) })
		})
	}
	wg.Wait()
	return d
}

// had turns an answer or an error into what a page shows. The cause goes to
// the log, the wording to the person.
func had[T any](s *Service, ctx context.Context, what string, ask func() (T, error)) page.Had[T] {
	v, err := ask()
	if err == nil {
		return page.Had[T]{Value: v}
	}
	if !errors.Is(err, context.Canceled) {
		s.d.Log.WarnContext(ctx, "a figure could not be had", "figure", what, "err", err)
	}
	e := fault.As(err)
	return page.Had[T]{Fault: page.Text{ZH: e.ZH, EN: e.EN}}
}

func (s *Service) askSheet(ctx context.Context, f page.Filter) (minyi.Sheet, error) {
	return s.sheet.get(ctx, s.d.Clock.Now(), minyi.SheetRequest{Slice: f.Slice}, s.d.Scores.Sheet)
}

func (s *Service) askFunnel(ctx context.Context, f page.Filter) (minyi.Funnel, error) {
	return s.funnel.get(ctx, s.d.Clock.Now(), minyi.FunnelRequest{Slice: f.Slice}, s.d.Surveys.Funnel)
}

func (s *Service) askWords(ctx context.Context, f page.Filter) (minyi.HotWords, error) {
	return s.words.get(ctx, s.d.Clock.Now(), minyi.HotWordsRequest{Slice: f.Slice, Limit: cloudWords}, s.d.Words.HotWords)
}

func (s *Service) askTopics(ctx context.Context, f page.Filter) (minyi.Topics, error) {
	return s.topics.get(ctx, s.d.Clock.Now(), minyi.TopicsRequest{Slice: f.Slice, Limit: topicLines}, s.d.Words.Topics)
}

func (s *Service) askRemarks(ctx context.Context, f page.Filter, limit int) (minyi.VerbatimsReply, error) {
	return s.d.Words.Verbatims(ctx, minyi.VerbatimsRequest{Slice: f.Slice, Word: f.Word, Topic: f.Topic, After: f.After, Limit: limit})
}

func (s *Service) askUnits(ctx context.Context, f page.Filter) ([]minyi.Unit, error) {
	got, err := s.units.get(ctx, s.d.Clock.Now(), minyi.UnitsRequest{Tenant: f.Slice.Tenant}, s.d.Surveys.Units)
	return got.Units, err
}

// askTable joins score's figures with survey's invitations and names.
func (s *Service) askTable(ctx context.Context, f page.Filter) (minyi.UnitTable, error) {
	now := s.d.Clock.Now()
	t, err := s.table.get(ctx, now, minyi.UnitTableRequest{Slice: f.Slice}, s.d.Scores.UnitTable)
	if err != nil {
		return t, err
	}
	whole := f.Slice
	whole.Unit = "" // lines are of each unit alone; the table is of units with all below them
	counts, err := s.counts.get(ctx, now, minyi.UnitCountsRequest{Slice: whole}, s.d.Surveys.UnitCounts)
	if err != nil {
		return t, err
	}
	units, err := s.askUnits(ctx, f)
	if err != nil {
		return t, err
	}
	t.Rows = join(t.Rows, rollUp(t.Rows, counts.Units, units, f.Slice.Unit), units, f.Slice.Unit)
	return t, nil
}

// rollUp adds each unit's invitations to the line of the table in which it
// lies, or else to the unit directly below top; top's own stand for themselves,
// those elsewhere are left out.
func rollUp(rows []minyi.UnitRow, counts []minyi.UnitCount, units []minyi.Unit, top minyi.UnitID) []minyi.UnitCount {
	shown := map[minyi.UnitID]bool{}
	for _, r := range rows {
		shown[r.Unit] = true
	}
	parents := map[minyi.UnitID]minyi.UnitID{}
	for _, u := range units {
		parents[u.ID] = u.Parent
	}
	var out []minyi.UnitCount
	at := map[minyi.UnitID]int{}
	for _, c := range counts {
		for range units { // no tree is deeper than it has units
			if shown[c.Unit] || c.Unit == top || c.Unit == "" || parents[c.Unit] == top {
				break
			}
			c.Unit = parents[c.Unit]
		}
		if c.Unit == "" && top != "" {
			continue
		}
		i, ok := at[c.Unit]
		if !ok {
			at[c.Unit] = len(out)
			out = append(out, c)
			continue
		}
		out[i].Invited += c.Invited
		out[i].Delivered += c.Delivered
		out[i].Valid += c.Valid
	}
	return out
}

// join gives rows with names and invitations. A unit that was only invited
// gets a row of its own, so that nobody is missing from the table.
func join(rows []minyi.UnitRow, counts []minyi.UnitCount, units []minyi.Unit, top minyi.UnitID) []minyi.UnitRow {
	out := slices.Clone(rows)
	at := map[minyi.UnitID]int{}
	for i, r := range out {
		at[r.Unit] = i
	}
	for _, c := range counts {
		i, ok := at[c.Unit]
		if !ok && c.Unit == top && top != "" {
			continue // the unit itself is no line of the table of those below it
		}
		if !ok {
			i = len(out)
			out = append(out, minyi.UnitRow{Unit: c.Unit, Valid: c.Valid})
			at[c.Unit] = i
		}
		out[i].Invited, out[i].Delivered = c.Invited, c.Delivered
	}
	for _, u := range units {
		if i, ok := at[u.ID]; ok && out[i].Name == "" {
			out[i].Name = u.Name
		}
	}
	return out
}
