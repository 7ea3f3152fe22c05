package page

import (
	"net/url"
	"slices"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// Filter is what a page was asked to show. It is read from the address and
// written back into every link, so that each state of a page can be sent to a
// colleague.
type Filter struct {
	Slice minyi.Slice
	Lang  Lang
	Word  string // of the verbatims page
	Topic string
	After string
	Paper bool // for a copy to keep, which leads nowhere
}

// ReadFilter takes the filter out of an address. Residents are shown unless
// enterprises are asked for: the two are never mixed. What makes no sense is
// refused (fault.Invalid, the parameter as its field): left out, it would show
// more than was asked for and pass for it.
func ReadFilter(v url.Values, tenant minyi.TenantID) (Filter, error) {
	f := Filter{Lang: ParseLang(v.Get("lang")), Word: v.Get("word"), Topic: v.Get("topic"), After: v.Get("after"),
		Slice: minyi.Slice{Tenant: tenant, Audience: minyi.Audience(v.Get("audience")), Unit: minyi.UnitID(v.Get("unit")),
			Campaign: minyi.CampaignID(v.Get("campaign")), Family: minyi.Family(v.Get("family")), Channel: minyi.Channel(v.Get("channel")),
			From: v.Get("from"), To: v.Get("to")}}
	if f.Slice.Audience == "" {
		f.Slice.Audience = minyi.Resident
	}
	if err := kit.CheckSlice(f.Slice); err != nil {
		return Filter{}, err
	}
	if f.Slice.Family != "" && !slices.Contains(families, f.Slice.Family) {
		return Filter{}, fault.New(fault.Invalid, "family_bad", "没有这个问卷类别（family）。", "there is no such questionnaire family").On("family")
	}
	return f, nil
}

var families = []minyi.Family{minyi.FamilyAfterCall, minyi.FamilyCaseClosed, minyi.FamilyEnterprise, minyi.FamilyTrust}

var channels = []minyi.Channel{minyi.ChannelPage, minyi.ChannelSMS, minyi.ChannelVoice, minyi.ChannelImport, minyi.ChannelOpen}

// Values is the filter as an address holds it, without what is the default.
func (f Filter) Values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	s := f.Slice
	if s.Audience != minyi.Resident {
		set("audience", string(s.Audience))
	}
	if f.Lang == EN {
		set("lang", string(EN))
	}
	set("from", s.From)
	set("to", s.To)
	set("unit", string(s.Unit))
	set("campaign", string(s.Campaign))
	set("family", string(s.Family))
	set("channel", string(s.Channel))
	set("word", f.Word)
	set("topic", f.Topic)
	set("after", f.After)
	return v
}

// Link is the address of path under this filter; a copy to keep has none.
func (f Filter) Link(path string) string {
	if f.Paper {
		return ""
	}
	if q := f.Values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// general drops what only the verbatims page knows.
func (f Filter) general() Filter {
	f.Word, f.Topic, f.After = "", "", ""
	return f
}

// Home is the overview under this filter.
func (f Filter) Home() string { return f.general().Link("/") }

// Verbatims links to the remarks that hold a word or belong to a topic.
func (f Filter) Verbatims(word, topic string) string {
	f.Word, f.Topic, f.After = word, topic, ""
	return f.Link("/verbatims")
}

// Export links to a download under this filter.
func (f Filter) Export(file string) string { return f.general().Link("/export/" + file) }

// Image links to a picture under this filter.
func (f Filter) Image(file string) string { return f.general().Link("/charts/" + file) }

// switched gives the same page in the other language.
func (f Filter) switched(path string) string {
	if f.Lang == EN {
		f.Lang = ZH
	} else {
		f.Lang = EN
	}
	return f.Link(path)
}

// withUnit narrows to one unit.
func (f Filter) withUnit(u minyi.UnitID) Filter {
	f.Slice.Unit = u
	return f.general()
}

// period is a quick choice of days.
type period struct {
	Key      string
	From, To string
}

// periods are the quick choices at a moment; the month is the bulletin's.
func periods(now time.Time) []period {
	now = now.In(minyi.Shanghai)
	day := func(y int, m time.Month, d int) string {
		return time.Date(y, m, d, 0, 0, 0, 0, minyi.Shanghai).Format(time.DateOnly)
	}
	y, m, d := now.Date()
	return []period{
		{Key: "period.all"},
		{"period.week", day(y, m, d-6), day(y, m, d)},
		{"period.month", day(y, m, 1), day(y, m+1, 0)},
		{"period.lastmonth", day(y, m-1, 1), day(y, m, 0)},
		{"period.year", day(y, 1, 1), day(y, 12, 31)},
	}
}
