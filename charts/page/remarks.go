package page

import (
	"html/template"
	"strings"

	"minyi"
	"minyi/charts/svg"
)

// remarksView is a list of masked remarks.
type remarksView struct {
	Rows []remarkRow
	Next string // the next page; empty at the end
	All  string // the verbatims page under the same filter
}

type remarkRow struct {
	Day, Unit, Topic string
	Text             template.HTML // escaped, the word looked for marked
	Tone             string        // positive, neutral, negative
	ToneText         string
}

func remarksOf(d Data, v minyi.VerbatimsReply) remarksView {
	f := d.Filter
	out := remarksView{All: f.Verbatims("", "")}
	for _, r := range v.Verbatims {
		tone := toneName(svg.ToneOf(float64(r.Polarity)))
		row := remarkRow{Day: r.Day, Text: mark(r.Text, f.Word), Tone: tone, ToneText: Say(f.Lang, "remark."+tone)}
		if r.Unit != "" {
			row.Unit = d.unitName(r.Unit)
		}
		if r.Topic != "" {
			row.Topic = topicLabel(f.Lang, r.Topic)
		}
		out.Rows = append(out.Rows, row)
	}
	if v.Next != "" {
		f.After = v.Next
		out.Next = f.Link("/verbatims")
	}
	return out
}

func toneName(t svg.Tone) string {
	switch t {
	case svg.Positive:
		return "positive"
	case svg.Negative:
		return "negative"
	}
	return "neutral"
}

// mark escapes a remark and sets the word off, wherever it stands.
func mark(text, word string) template.HTML {
	if word == "" {
		return template.HTML(template.HTMLEscapeString(text))
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, word)
		b.WriteString(template.HTMLEscapeString(before))
		if !found {
			return template.HTML(b.String())
		}
		b.WriteString("<mark>" + template.HTMLEscapeString(word) + "</mark>")
		text = after
	}
}
