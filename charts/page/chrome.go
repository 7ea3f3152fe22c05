package page

import (
	"strings"

	"minyi"
)

// chrome is what stands around the sections: heading, filters, links.
type chrome struct {
	Lang                      string
	Name, Banner, Now         string
	Selection                 string // the filter in words, for print
	Home, Self, Switch        string
	Filter                    Filter
	Audiences                 []choice
	Families, Channels, Units []choice
	Periods                   []choice
	Hidden                    []hidden
	Exports                   exports
}

// choice is one entry of a filter.
type choice struct {
	Value, Label, Link string
	On                 bool
}

// hidden is a parameter that the form carries along unseen.
type hidden struct{ Name, Value string }

type exports struct{ AnswersCSV, AnswersXLSX, ScoresCSV, ScoresXLSX, ResearchCSV, ResearchXLSX, Codebook, Cloud, Funnel, Topics, Gauge string }

func chromeOf(d Data, path string) chrome {
	f, l := d.Filter, d.Filter.Lang
	c := chrome{
		Lang: l.Tag(), Name: d.Name.In(l), Banner: d.Banner.In(l), Now: d.Now.In(minyi.Shanghai).Format("2006-01-02 15:04:05"),
		Home: f.Home(), Self: path, Switch: f.switched(path), Filter: f, Selection: selection(d),
		Families: familyChoices(f), Channels: channelChoices(f), Units: unitChoices(d),
		Exports: exports{f.Export("answers.csv"), f.Export("answers.xlsx"), f.Export("scores.csv"), f.Export("scores.xlsx"),
			f.Export("research.csv"), f.Export("research.xlsx"), f.Export("codebook.csv"), f.Image("cloud.svg"), f.Image("funnel.svg"), f.Image("topics.svg"), f.Image("gauge.svg")},
	}
	for _, a := range []minyi.Audience{minyi.Resident, minyi.Enterprise} {
		g := f
		g.Slice.Audience, g.After = a, ""
		c.Audiences = append(c.Audiences, choice{string(a), Audience(l, a), g.Link(path), a == f.Slice.Audience})
	}
	for _, p := range periods(d.Now) {
		g := f
		g.Slice.From, g.Slice.To, g.After = p.From, p.To, ""
		c.Periods = append(c.Periods, choice{p.Key, Say(l, p.Key), g.Link(path), p.From == f.Slice.From && p.To == f.Slice.To})
	}
	v := f.Values()
	for _, name := range []string{"lang", "audience", "campaign", "word", "topic"} {
		if v.Has(name) {
			c.Hidden = append(c.Hidden, hidden{name, v.Get(name)})
		}
	}
	return c
}

func familyChoices(f Filter) []choice {
	out := []choice{{"", Say(f.Lang, "filter.allfamily"), "", f.Slice.Family == ""}}
	for _, x := range families {
		out = append(out, choice{string(x), Family(f.Lang, x), "", x == f.Slice.Family})
	}
	return out
}

func channelChoices(f Filter) []choice {
	out := []choice{{"", Say(f.Lang, "filter.allchan"), "", f.Slice.Channel == ""}}
	for _, x := range channels {
		out = append(out, choice{string(x), Channel(f.Lang, x), "", x == f.Slice.Channel})
	}
	return out
}

// unitChoices indents the unit tree by depth. A unit that the list does not
// know but the address names stays choosable, so that a link keeps its sense.
func unitChoices(d Data) []choice {
	f := d.Filter
	out := []choice{{"", Say(f.Lang, "filter.allunits"), "", f.Slice.Unit == ""}}
	depth, known := map[minyi.UnitID]int{}, f.Slice.Unit == ""
	for _, u := range d.Units.Value {
		n := 0
		if u.Parent != "" {
			n = depth[u.Parent] + 1
		}
		depth[u.ID] = n
		known = known || u.ID == f.Slice.Unit
		out = append(out, choice{string(u.ID), strings.Repeat("\u3000", min(n, 6)) + d.unitName(u.ID), "", u.ID == f.Slice.Unit})
	}
	if !known {
		out = append(out, choice{string(f.Slice.Unit), string(f.Slice.Unit), "", true})
	}
	return out
}

// selection says in words what is shown; it heads the printed page.
func selection(d Data) string {
	l, s := d.Filter.Lang, d.Filter.Slice
	days := Say(l, "filter.alldays")
	if s.From != "" || s.To != "" {
		days = s.From + " – " + s.To
	}
	parts := []string{Audience(l, s.Audience), days}
	if s.Unit != "" {
		parts = append(parts, d.unitName(s.Unit))
	}
	if s.Family != "" {
		parts = append(parts, Family(l, s.Family))
	}
	if s.Channel != "" {
		parts = append(parts, Channel(l, s.Channel))
	}
	if s.Campaign != "" {
		parts = append(parts, Say(l, "filter.campaign")+" "+string(s.Campaign))
	}
	return strings.Join(parts, " · ")
}
