package page

import (
	"html/template"

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
	Source   string // survey, text, imported, computed
	Badge    string // the same in words
	Short    bool
	Missing  bool // nothing to compute it from
	Facts    []fact

	Formula, Num, Den, Excl string // for the printed list of formulas
}

func treeOf(l Lang, s minyi.Sheet) treeView {
	v := treeView{Title: name(l, s.Title)}
	var walk func(f minyi.Figure)
	walk = func(f minyi.Figure) {
		v.Rows = append(v.Rows, rowOf(l, f))
		for _, child := range f.Children {
			walk(child)
		}
	}
	walk(s.Root)
	return v
}

// lineWidth is the room of an interval in a table.
const lineWidth = 120

func rowOf(l Lang, f minyi.Figure) treeRow {
	r := treeRow{
		Key: f.Path, Name: name(l, leaf(f.Path)), Level: f.Level,
		Score: points(f.Score), Grade: f.Grade, Interval: interval(f),
		Line: picture(svg.Interval(reading(f), lineWidth)), Weight: share(f.Weight, 1), Coverage: share(f.Coverage, 1),
		N: count(f.N), Source: f.Source, Badge: named(l, "source.", f.Source),
		Short: f.Short, Missing: f.Score == nil,
		Formula: f.Formula, Num: plain(f.Num), Den: plain(f.Den), Excl: f.Excl,
	}
	if f.N == 0 && f.Source == "imported" {
		r.N = "—" // an imported value has no respondents of ours
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
