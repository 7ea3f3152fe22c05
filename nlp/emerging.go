package nlp

import (
	"context"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/nlp/issue"
	"minyi/nlp/mask"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

// IssuesRequest asks for the hot issues of a slice.
type IssuesRequest struct {
	Slice minyi.Slice `json:"slice"`
	Limit int         `json:"limit,omitempty"` // 0: 20
}

// Issue is a matter that several remarks are about.
type Issue struct {
	Words    []string         `json:"words"`
	Remarks  int              `json:"remarks"`
	People   int              `json:"people"`
	Heat     float64          `json:"heat"`
	Cohesion float64          `json:"cohesion"`
	First    string           `json:"first"` // day
	Last     string           `json:"last"`
	Examples []minyi.Verbatim `json:"examples"` // masked
}

// IssuesReply lists issues, hottest first.
type IssuesReply struct {
	Issues []Issue `json:"issues"`
	Texts  int     `json:"texts"` // remarks looked at: the newest of the slice
}

// mostClustered bounds one clustering: 4,326 letters take about a second.
const mostClustered = 10_000

// Issues gathers the newest remarks of a slice into issues. Words shown hold to
// the same minimum of respondents as hot words.
func (s *Service) Issues(ctx context.Context, req IssuesRequest) (IssuesReply, error) {
	if req.Limit <= 0 || req.Limit > 100 {
		req.Limit = 20
	}
	places, err := s.places(ctx, minyi.VerbatimsRequest{Slice: req.Slice})
	if err != nil {
		return IssuesReply{}, err
	}
	places = places[:min(len(places), mostClustered)]
	set, err := s.readSettings(ctx, tenantOf(ctx, req.Slice.Tenant))
	if err != nil {
		return IssuesReply{}, err
	}
	items, err := s.items(ctx, places, set.Body.Dictionary.Masked)
	if err != nil {
		return IssuesReply{}, err
	}
	reply := IssuesReply{Texts: len(items)}
	for _, is := range issue.Cluster(items, issue.Options{}) {
		if len(reply.Issues) == req.Limit {
			break
		}
		if is.People < s.cfg.MinRespondents {
			continue
		}
		shown, err := s.issue(ctx, req.Slice, is, items)
		if err != nil {
			return IssuesReply{}, err
		}
		reply.Issues = append(reply.Issues, shown)
	}
	return reply, nil
}

// items reads remarks as the clustering wants them, in pages.
func (s *Service) items(ctx context.Context, places []place, masked []string) ([]issue.Item, error) {
	var items []issue.Item
	for part := range slices.Chunk(places, 500) {
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = string(p.answer)
		}
		docs, err := s.store.analyses.GetMany(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if d, there := docs[id]; there && d.Body.Text != "" {
				items = append(items, issue.Item{ID: id, Day: d.Body.Day, Person: d.Body.Respondent, Words: issue.Words(uncovered(d.Body.tokens(), masked))})
			}
		}
	}
	return items, nil
}

// uncovered leaves out the tokens of which masked words are made.
func uncovered(tokens []token.Token, masked []string) []token.Token {
	if len(masked) == 0 {
		return tokens
	}
	text := token.Join(tokens)
	hidden := make(map[int]bool) // bytes
	for _, w := range masked {
		for at, from := strings.Index(text, w), 0; at >= 0; at = strings.Index(text[from:], w) {
			for k := range len(w) {
				hidden[from+at+k] = true
			}
			from += at + len(w)
		}
	}
	var out []token.Token
	at := 0
	for _, k := range tokens {
		if !hidden[at] && !hidden[at+len(k.Text)-1] {
			out = append(out, k)
		}
		at += len(k.Text)
	}
	return out
}

const issueExamples = 3

func (s *Service) issue(ctx context.Context, slice minyi.Slice, is issue.Issue, items []issue.Item) (Issue, error) {
	var answers []minyi.AnswerID
	for _, i := range is.Items[max(0, len(is.Items)-issueExamples):] {
		answers = append(answers, minyi.AnswerID(items[i].ID))
	}
	examples, err := s.Verbatims(ctx, minyi.VerbatimsRequest{Slice: slice, Answers: answers})
	if err != nil {
		return Issue{}, err
	}
	words := slices.DeleteFunc(slices.Clone(is.Words), mask.LooksLikeName)
	return Issue{Words: words, Remarks: len(is.Items), People: is.People, Heat: is.Heat, Cohesion: is.Cohesion, First: is.First, Last: is.Last,
		Examples: examples.Verbatims}, err
}

// AlertsRequest asks what rose or fell at the end of a slice.
type AlertsRequest struct {
	Slice minyi.Slice `json:"slice"`
}

// Alert is a rise or fall of a topic, a word or a unit that chance does not
// explain, with why, since when, and examples.
type Alert struct {
	Kind string `json:"kind"` // "topic", "word" or "unit"
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
	alertDays   = 63 // a window against the 56 days before
	alertMethod = "近 7 日与之前 56 日比较，条件二项检验（按离散度校正），全部序列合并做 Benjamini-Hochberg 校正，误报率 5%"
)

// Alerts looks at the last 63 days of a slice, day by day, over all topics,
// units, and words of enough respondents together.
func (s *Service) Alerts(ctx context.Context, req AlertsRequest) (AlertsReply, error) {
	t := s.tenant(tenantOf(ctx, req.Slice.Tenant))
	units, err := s.unitsBelow(ctx, t, req.Slice.Unit)
	if err != nil {
		return AlertsReply{}, err
	}
	last := req.Slice.To
	if last == "" {
		last = minyi.Day(s.clock.Now())
	}
	day, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return AlertsReply{}, badDay(err)
	}
	sc := scope{Slice: req.Slice, units: units}
	sc.From, sc.To = day.AddDate(0, 0, 1-alertDays).Format(time.DateOnly), last
	t.mu.Lock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		t.mu.Unlock()
		return AlertsReply{}, err
	}
	series := t.rows.series(sc, day, s.cfg.MinRespondents)
	t.mu.Unlock()
	reply := AlertsReply{Day: last, Series: len(series), Method: alertMethod}
	for _, a := range issue.Alerts(series, issue.AlertOptions{}) {
		alert, err := s.alert(ctx, req.Slice, a, day)
		if err != nil {
			return AlertsReply{}, err
		}
		reply.Alerts = append(reply.Alerts, alert)
	}
	return reply, nil
}

func (s *Service) alert(ctx context.Context, slice minyi.Slice, a issue.Alert, day time.Time) (Alert, error) {
	out := Alert{Alert: a, Since: day.AddDate(0, 0, 1-a.Since).Format(time.DateOnly)}
	q := minyi.VerbatimsRequest{Slice: slice, Limit: issueExamples}
	q.Slice.From, q.Slice.To = out.Since, day.Format(time.DateOnly)
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
// word met by enough of them, names led by their kind. Who writes again within
// a week counts once: one person's letters are no rise.
func (r *rows) series(sc scope, last time.Time, least int) []issue.Series {
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
	for _, row := range r.byDay(sc) {
		day, err := time.Parse(time.DateOnly, row.day)
		at := alertDays - 1 - int(last.Sub(day).Hours()/24)
		if err != nil || at < 0 || at >= alertDays {
			continue
		}
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
	var out []issue.Series
	for _, name := range sortedKeys(counts) {
		total := 0
		for _, n := range counts[name].Counts {
			total += n
		}
		if total >= least {
			out = append(out, *counts[name])
		}
	}
	return out
}

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
	return fault.New(fault.Invalid, "day_bad", "日期格式应为 2006-01-02。", "a day has the form 2006-01-02").On("to").With(err)
}
