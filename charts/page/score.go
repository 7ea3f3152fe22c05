package page

import (
	"html/template"
	"strings"

	"minyi"
	"minyi/charts/svg"
)

// HeadPath is the indicator that heads the page: minyi's own output.
const HeadPath = "总体感知"

// scoreView is the head of the page: the score with all that a sceptic asks.
type scoreView struct {
	Gauge template.HTML
	Title string
	Facts []fact
	Rates []treeRow
	// Empty is set when nobody has answered yet: it says what to do.
	Empty bool
}

// fact is one line of what stands beside a score.
type fact struct{ Label, Value string }

func scoreOf(d Data, s minyi.Sheet) scoreView {
	l := d.Filter.Lang
	head := Head(s)
	v := scoreView{
		Gauge: picture(Gauge(l, s)), Title: name(l, leaf(head.Path)),
		Empty: s.Answers == 0 && head.Score == nil,
	}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, fact{Say(l, key), value})
		}
	}
	add("score.frame", frame(l, s))
	add("score.answers", count(s.Answers))
	add("score.coverage", share(head.Coverage, 1))
	add("score.method", strings.TrimSpace(s.Method))
	add("score.source", intervalMethod(l, head.Method))
	add("score.asof", moment(s.AsOf))
	if s.Defaults > 0 || s.SetAside > 0 {
		add("score.excluded", fill(Say(l, "score.excludedtext"), count(s.Defaults), count(s.SetAside)))
	}
	if s.Root.Path != head.Path {
		add("score.root", fill(Say(l, "score.roottext"), points(s.Root.Score), share(s.Root.Coverage, 1)))
	}
	for _, f := range s.Rates {
		v.Rates = append(v.Rates, rowOf(l, f))
	}
	return v
}

// frame says whom the figures describe.
func frame(l Lang, s minyi.Sheet) string {
	if l == ZH {
		return s.Frame
	}
	return Audience(l, s.Slice.Audience) + " · " + name(l, s.Frame)
}

// Head finds the figure that heads the page in a sheet: 总体感知, or the root
// of a method that has none.
func Head(s minyi.Sheet) minyi.Figure {
	for _, f := range s.Root.Children {
		if f.Path == HeadPath {
			return f
		}
	}
	return s.Root
}

// Gauge draws the head score of a sheet.
func Gauge(l Lang, s minyi.Sheet) string {
	head := Head(s)
	o := svg.GaugeOptions{None: "—", Count: "n = " + count(head.N), Grade: head.Grade}
	if head.Grade != "" {
		o.Grade = fill(Say(l, "score.grade"), head.Grade)
	}
	if head.Short {
		o.Grade = Say(l, "short")
	}
	if r := interval(head); r != "" {
		o.Interval = Say(l, "score.interval") + " " + r
	}
	o.Frame = svg.Frame{ID: "gauge", Title: name(l, leaf(head.Path)),
		Desc: strings.Join(nonEmpty(points(head.Score), o.Grade, o.Interval, o.Count), ", ")}
	return svg.Gauge(reading(head), o)
}

func reading(f minyi.Figure) svg.Reading {
	return svg.Reading{Score: f.Score, Low: f.Low, High: f.High, Short: f.Short}
}

func intervalMethod(l Lang, m string) string { return named(l, "interval.", m) }

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
