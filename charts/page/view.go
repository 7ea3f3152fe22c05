package page

import (
	"html/template"
	"time"

	"minyi"
)

// Had is a figure that was asked for, or the wording of why it is not there.
type Had[T any] struct {
	Value T
	Fault Text // zero: Value is good
}

// Data is all that the overview shows, as the other services gave it.
type Data struct {
	Filter    Filter
	Now       time.Time
	Name      Text // whose page: XX市12345热线
	Banner    Text // shown on top, e.g. 演示租户:发送时段全天开放
	Units     Had[[]minyi.Unit]
	Sheet     Had[minyi.Sheet]
	Table     Had[minyi.UnitTable]
	Funnel    Had[minyi.Funnel]
	Words     Had[minyi.HotWords]
	Topics    Had[minyi.Topics]
	Verbatims Had[minyi.VerbatimsReply]
}

// Sections are the parts of the overview that refresh on their own, in the
// order of the page.
var Sections = []string{"score", "words", "funnel", "topics", "verbatims", "tree", "units"}

// section is what a section's template gets: its fault, or its view.
type section struct {
	Fault string
	Lang  Lang
	View  any
}

// views makes the view of one section; it is the only place that knows which
// figures a section needs.
func views(d Data, name string) section {
	l := d.Filter.Lang
	switch name {
	case "score":
		return had(l, d.Sheet, func(s minyi.Sheet) any { return scoreOf(d, s) })
	case "tree":
		return had(l, d.Sheet, func(s minyi.Sheet) any { return treeOf(l, s) })
	case "units":
		return had(l, d.Table, func(t minyi.UnitTable) any { return unitsOf(d, t) })
	case "funnel":
		return had(l, d.Funnel, func(f minyi.Funnel) any { return funnelOf(l, f) })
	case "words":
		return had(l, d.Words, func(w minyi.HotWords) any { return wordsOf(d.Filter, w) })
	case "topics":
		return had(l, d.Topics, func(t minyi.Topics) any { return topicsOf(d.Filter, t) })
	case "verbatims":
		return had(l, d.Verbatims, func(v minyi.VerbatimsReply) any { return remarksOf(d, v) })
	}
	return section{Lang: l, Fault: Say(l, "fault.nosection")}
}

func had[T any](l Lang, h Had[T], view func(T) any) section {
	if !h.Fault.IsZero() {
		return section{Lang: l, Fault: h.Fault.In(l)}
	}
	return section{Lang: l, View: view(h.Value)}
}

// unitNames maps ids to names; an id without a name stands for itself.
func (d Data) unitName(id minyi.UnitID) string {
	for _, u := range d.Units.Value {
		if u.ID == id && u.Name != "" {
			return u.Name
		}
	}
	return string(id)
}

// picture marks a drawing of package svg as safe: it escapes all it is given.
func picture(s string) template.HTML { return template.HTML(s) }
