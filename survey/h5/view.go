package h5

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaires"
)

// look is how a respondent wants the page.
type look struct {
	lang  string
	elder bool
}

// class names the look for the style sheet. Five Chinese words fit side by side
// on a phone; other languages get a line each.
func (l look) class() string {
	switch {
	case l.elder:
		return "elder"
	case !strings.HasPrefix(l.lang, "zh"):
		return "row"
	}
	return "std"
}

// query keeps the look across links and forms.
func (l look) query() string {
	q := "?lang=" + l.lang
	if l.elder {
		q += "&v=elder"
	}
	return q
}

// view is what the templates see.
type view struct {
	Lang      string
	W         words
	Class     string
	Call      bool // offers to ring the hotline
	Title     string
	Case      string
	Switches  []link
	Style     template.CSS
	Script    template.JS
	Faces     template.HTML
	Intro     string
	Banner    string
	Action    string
	Refuse    string
	Key       string
	Questions []question
	Remark    *remark
	Notice    string
	More      string
	Icon      string
	Add       string
	Typed     string
}

type link struct{ Href, Text, Lang string }

type question struct {
	ID, Text, Layout, Input, Error string
	Required                       bool
	FirstFree                      bool // optional ones begin here
	Choices                        []choice
	Reasons                        []choice
}

type choice struct {
	Value, Text                  string
	Head, Rest                   string // Text, cut where a narrow column may break it
	Face, Low, DontKnow, Checked bool
}

type remark struct{ Text, Value, Error string }

// typed is a form that came back and is shown again: nothing is lost.
type typed struct {
	fields map[string][]string
	errors map[string]string // by question id, and "remark"
}

func (t typed) has(field, value string) bool {
	for _, v := range t.fields[field] {
		if v == value {
			return true
		}
	}
	return false
}

func (t typed) first(field string) string {
	if v := t.fields[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// ask lays out the questions of a version.
func ask(v *questionnaires.Version, l look, w words, t typed) (all []question, open *remark) {
	required := false
	for _, q := range v.Questions {
		if q.Kind == questionnaires.Open {
			open = &remark{Text: q.Text.In(l.lang), Value: t.first("remark"), Error: t.errors["remark"]}
			continue
		}
		all = append(all, question{
			ID: q.ID, FirstFree: required && !q.Required, Text: q.Text.In(l.lang), Required: q.Required, Error: t.errors[q.ID],
			Layout: layout[q.Kind], Input: input(q.Kind), Choices: choices(q, l.lang, w, t), Reasons: reasons(q, l.lang, t),
		})
		required = q.Required
	}
	return all, open
}

var layout = map[questionnaires.Kind]string{
	questionnaires.Five: "five", questionnaires.YesNo: "two", questionnaires.Number: "num",
	questionnaires.Choice: "list", questionnaires.Multi: "list",
}

func input(k questionnaires.Kind) string {
	if k == questionnaires.Multi {
		return "checkbox"
	}
	return "radio"
}

// choices run from best to worst, as the levels are read out everywhere.
func choices(q questionnaires.Question, lang string, w words, t typed) []choice {
	var out []choice
	add := func(value, text string, c choice) {
		c.Value, c.Text, c.Checked = value, text, t.has("q."+q.ID, value)
		c.Head, c.Rest = text, ""
		for _, degree := range []string{"非常", "比较", "基本", "不太"} {
			if rest, ok := strings.CutPrefix(text, degree); ok {
				c.Head, c.Rest = degree, rest
			}
		}
		out = append(out, c)
	}
	switch q.Kind {
	case questionnaires.Five, questionnaires.YesNo:
		for v := q.Scale(); v >= 1; v-- {
			add(strconv.Itoa(v), q.Label(v, lang), choice{Face: q.Kind == questionnaires.Five, Low: q.Bad(v)})
		}
	case questionnaires.Number:
		for v := 0; v <= 10; v++ {
			add(strconv.Itoa(v), strconv.Itoa(v), choice{})
		}
	case questionnaires.Choice, questionnaires.Multi:
		for v := range q.Options {
			add(strconv.Itoa(v+1), q.Label(v+1, lang), choice{})
		}
	}
	if q.DontKnow {
		text := q.DontKnowText.In(lang)
		if text == "" {
			text = w["dont_know"]
		}
		add("dk", text, choice{DontKnow: true})
	}
	return out
}

func reasons(q questionnaires.Question, lang string, t typed) []choice {
	var out []choice
	for _, r := range q.Reasons {
		out = append(out, choice{Value: r.Code, Text: r.Text.In(lang), Checked: t.has("q."+q.ID+".why", r.Code)})
	}
	return out
}

// read turns a form into entries; problems are told by question.
func read(v *questionnaires.Version, fields map[string][]string, w words) (questionnaires.Entries, map[string]string) {
	so, wrong := questionnaires.Entries{}, map[string]string{}
	for _, q := range v.Questions {
		e, answered, err := q.ByFields(fields["q."+q.ID], fields["q."+q.ID+".why"])
		switch {
		case err != nil:
			wrong[q.ID] = w["choose"]
		case answered:
			so[q.ID] = e
		}
	}
	so = v.Reached(so)
	for _, id := range v.Missing(so) {
		wrong[id] = w["choose"]
	}
	if len([]rune(typed{fields: fields}.first("remark"))) > MaxRemark {
		wrong["remark"] = w["remark_long"]
	}
	return so, wrong
}

// MaxRemark is the length of a remark in characters.
const MaxRemark = 500

// caseLine tells a respondent which matter is meant.
func caseLine(w words, tail, day string) string {
	if tail == "" {
		return ""
	}
	return fmt.Sprintf(w["case"], tail, w.day(day))
}

// sortedNames gives the field names in order.
func sortedNames(fields map[string][]string) []string {
	return slices.Sorted(maps.Keys(fields))
}
