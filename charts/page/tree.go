package page

import (
	"html/template"
	"slices"
	"strings"

	"minyi"
	"minyi/charts/svg"
)

// treeView is the indicator tree, flattened in its own order.
type treeView struct {
	Title string
	Rows  []treeRow
}

// treeRow is one indicator with its formula folded up under it.
type treeRow struct {
	Key      string // its path: keeps an opened formula open over a refresh
	Name     string
	Level    int
	Score    string
	Grade    string
	Interval string
	Line     template.HTML
	Weight   string
	Coverage string
	N        string
	Badge    string // survey, text, imported, computed, in words
	Short    bool
	Missing  bool // nothing to compute it from
	Facts    []fact
	// Folded names the indicators below it, none of which has data: they share
	// one line instead of one each.
	Folded string

	Formula, Num, Den, Excl string // for the printed list of formulas
}

func treeOf(l Lang, s minyi.Sheet) treeView {
	v := treeView{Title: name(l, s.Title)}
	var walk func(f minyi.Figure)
	walk = func(f minyi.Figure) {
		r := rowOf(l, f)
		if len(f.Children) > 0 && !slices.ContainsFunc(f.Children, hasData) {
			r.Folded = folded(l, f.Children)
			v.Rows = append(v.Rows, r)
			return
		}
		v.Rows = append(v.Rows, r)
		for _, child := range f.Children {
			walk(child)
		}
	}
	walk(s.Root)
	return v
}

// hasData reports whether f or anything below it has a score.
func hasData(f minyi.Figure) bool {
	return f.Score != nil || slices.ContainsFunc(f.Children, hasData)
}

func folded(l Lang, figures []minyi.Figure) string {
	names := make([]string, len(figures))
	for i, f := range figures {
		names[i] = name(l, leaf(f.Path))
	}
	return fill(Say(l, "tree.folded"), count(len(names)), strings.Join(names, Say(l, "list.comma")))
}

// lineWidth is the room of an interval in a table.
const lineWidth = 120

func rowOf(l Lang, f minyi.Figure) treeRow {
	r := treeRow{
		Key: f.Path, Name: name(l, leaf(f.Path)), Level: f.Level,
		Score: points(f.Score), Grade: f.Grade, Interval: interval(f),
		Line: picture(svg.Interval(reading(f), lineWidth)), Weight: share(f.Weight, 1), Coverage: share(f.Coverage, 1),
		N: count(f.N), Badge: named(l, "source.", f.Source),
		Short: f.Short, Missing: f.Score == nil,
		Formula: f.Formula, Num: plain(f.Num), Den: plain(f.Den), Excl: f.Excl,
	}
	if f.N == 0 {
		r.N = "—" // imported, or nobody asked: there are no respondents to count
	}
	if r.Missing {
		r.Line = ""
	}
	add := func(key, value string) {
		if value != "" {
			r.Facts = append(r.Facts, fact{Say(l, key), value})
		}
	}
	add("formula.formula", f.Formula)
	add("formula.num", plain(f.Num))
	add("formula.den", plain(f.Den))
	add("formula.excluded", f.Excl)
	add("formula.interval", intervalMethod(l, f.Method))
	return r
}
