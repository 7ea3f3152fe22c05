package nlp

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/nlp/issue"
	"minyi/nlp/topic"
)

// AlertsRequest asks what rose or fell at the end of a slice.
type AlertsRequest struct {
	Slice minyi.Slice `json:"slice"`
}

// Alert is a rise or fall of a topic, a word or a unit that chance does not
// explain, with why, since when, and examples.
type Alert struct {
	Kind string `json:"kind"` // "topic", "word", "unit" or "all"
	issue.Alert
	Since    string           `json:"since"` // day
	Examples []minyi.Verbatim `json:"examples"`
}

// AlertsReply lists alerts, the surest first, and how they were found.
type AlertsReply struct {
	Alerts []Alert `json:"alerts"`
	Day    string  `json:"day"` // the last day looked at
	Series int     `json:"series"`
	Method string  `json:"method"`
}

const (
	alertWindow = 7
	alertDays   = 64 // a window against the 56 days before, and a day that may not be over
	alertMethod = "近 7 日与之前 56 日比较，条件二项检验（按离散度校正），并须在全部意见中的占比也随之升降，全部序列合并做 Benjamini-Hochberg 校正，误报率 5%"
)

// Alerts looks at the last nine weeks of a slice, day by day, over all topics,
// units, and words of enough respondents together. They end on the newest day
// of which anything is in: what is not imported yet has not fallen.
func (s *Service) Alerts(ctx context.Context, req AlertsRequest) (AlertsReply, error) {
	t := s.tenant(tenantOf(ctx, req.Slice.Tenant))
	units, err := s.unitsBelow(ctx, t, req.Slice.Unit)
	if err != nil {
		return AlertsReply{}, err
	}
	series, all, day, err := s.series(ctx, t, scope{Slice: req.Slice, units: units})
	if err != nil {
		return AlertsReply{}, err
	}
	last := day.Format(time.DateOnly)
	reply := AlertsReply{Day: last, Series: len(series) + 1, Method: alertMethod}
	for _, a := range issue.Alerts(series, issue.AlertOptions{All: all, Open: last == minyi.Day(s.clock.Now())}) {
		alert, err := s.alert(ctx, req.Slice, a, day)
		if err != nil {
			return AlertsReply{}, err
		}
		reply.Alerts = append(reply.Alerts, alert)
	}
	return reply, nil
}

// series counts a slice by day, and all of it, up to the last day that has
// anything in it.
func (s *Service) series(ctx context.Context, t *tenant, sc scope) (series []issue.Series, all issue.Series, day time.Time, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return nil, all, time.Time{}, err
	}
	day, err = time.Parse(time.DateOnly, cmp.Or(sc.To, minyi.Day(s.clock.Now())))
	if err != nil {
		return nil, all, day, badDay(err)
	}
	day = t.rows.newestDay(day)
	sc.To = day.Format(time.DateOnly)
	sc.From = day.AddDate(0, 0, 1-alertDays).Format(time.DateOnly)
	series, all = t.rows.series(sc, day, s.cfg.MinRespondents)
	return series, all, day, nil
}

// newestDay is the newest day with a remark, up to one; that itself where there
// is none.
func (r *rows) newestDay(upTo time.Time) time.Time {
	last, newest := upTo.Format(time.DateOnly), ""
	for i := range r.list {
		if row := &r.list[i]; row.content && row.day <= last && row.day > newest {
			newest = row.day
		}
	}
	if day, err := time.Parse(time.DateOnly, newest); err == nil {
		return day
	}
	return upTo
}

func (s *Service) alert(ctx context.Context, slice minyi.Slice, a issue.Alert, day time.Time) (Alert, error) {
	out := Alert{Alert: a, Since: day.AddDate(0, 0, 1-a.Since).Format(time.DateOnly)}
	q := minyi.VerbatimsRequest{Slice: slice, Limit: issueExamples}
	q.Slice.From, q.Slice.To = out.Since, day.Format(time.DateOnly)
	if !a.Rise { // of what there was before
		q.Slice.From, q.Slice.To = "", day.AddDate(0, 0, -a.Since).Format(time.DateOnly)
	}
	out.Kind, out.Name, _ = strings.Cut(a.Name, " ")
	switch out.Kind {
	case "word":
		q.Word = out.Name
	case "unit":
		q.Slice.Unit = minyi.UnitID(out.Name)
	case "topic":
		q.Topic = out.Name
	}
	page, err := s.Verbatims(ctx, q)
	out.Examples = page.Verbatims
	return out, err
}

// series counts respondents by day for every topic (first two levels), unit and
// word met by enough of them, names led by their kind, and for all remarks. Who
// writes again within a week counts once: one person's letters are no rise. The
// days begin with the first that has a remark: before, nobody was asked.
func (r *rows) series(sc scope, last time.Time, least int) (out []issue.Series, all issue.Series) {
	counts := make(map[string]*issue.Series)
	last7 := make(map[mention]int)
	note := func(who uint64, name string, at int) {
		if before, known := last7[mention{who, name}]; known && at-before < alertWindow {
			return
		}
		last7[mention{who, name}] = at
		c := counts[name]
		if c == nil {
			c = &issue.Series{Name: name, Counts: make([]int, alertDays)}
			counts[name] = c
		}
		c.Counts[at]++
	}
	first := alertDays
	for _, row := range r.byDay(sc) {
		day, err := time.Parse(time.DateOnly, row.day)
		at := alertDays - 1 - int(last.Sub(day).Hours()/24)
		if err != nil || at < 0 || at >= alertDays {
			continue
		}
		first = min(first, at)
		note(row.respondent, everything, at)
		if row.topic != topic.Undecided && row.topic != "" {
			note(row.respondent, "topic "+topic.Level1(row.topic), at)
			if row.topic != topic.Level1(row.topic) {
				note(row.respondent, "topic "+row.topic, at)
			}
		}
		if row.unit != "" {
			note(row.respondent, "unit "+string(row.unit), at)
		}
		for _, w := range row.words {
			note(row.respondent, "word "+r.words[w], at)
		}
	}
	for _, name := range sortedKeys(counts) {
		total := 0
		for _, n := range counts[name].Counts {
			total += n
		}
		found := issue.Series{Name: name, Counts: counts[name].Counts[first:]}
		switch {
		case name == everything:
			all = found
		case total >= least:
			out = append(out, found)
		}
	}
	return out, all
}

// everything names the series of all remarks.
const everything = "all"

// mention is a respondent's of a topic, unit or word.
type mention struct {
	who  uint64
	name string
}

// byDay gives the rows in scope, the oldest first.
func (r *rows) byDay(sc scope) []*row {
	out := r.within(sc)
	slices.SortStableFunc(out, func(a, b *row) int { return strings.Compare(a.day, b.day) })
	return out
}

func badDay(err error) *fault.Error {
	return fault.New(fault.Invalid, "day_bad", "日期应形如 2026-11-01。", "a day looks like 2026-11-01").On("to").With(err)
}
