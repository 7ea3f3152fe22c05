package page

import (
	"cmp"
	"html/template"
	"slices"

	"minyi"
	"minyi/charts/svg"
)

// state is one of the operators' states: dispositions that they see as one.
type state struct {
	Key  string
	Of   []minyi.Disposition
	Side bool // stands beside the way from sending to a valid answer
}

// States are the five that operators know, then where else an invitation can
// be. Together they hold every disposition once, so that they sum to the
// total.
var States = []state{
	{Key: "state.sending", Of: []minyi.Disposition{minyi.Registered, minyi.Queued}},
	{Key: "state.sent", Of: []minyi.Disposition{minyi.Sent, minyi.Delivered}},
	{Key: "state.opened", Of: []minyi.Disposition{minyi.Opened}},
	{Key: "state.visited", Of: []minyi.Disposition{minyi.Started, minyi.Partial}},
	{Key: "state.valid", Of: []minyi.Disposition{minyi.Completed}},
	{Key: "state.unknown", Of: []minyi.Disposition{minyi.Unknown}, Side: true},
	{Key: "state.failed", Of: []minyi.Disposition{minyi.Failed, minyi.Unreachable}, Side: true},
	{Key: "state.notsampled", Of: []minyi.Disposition{minyi.NotSampled}, Side: true},
	{Key: "state.refused", Of: []minyi.Disposition{minyi.Refused, minyi.OptedOut}, Side: true},
	{Key: "state.expired", Of: []minyi.Disposition{minyi.Expired}, Side: true},
	{Key: "state.cancelled", Of: []minyi.Disposition{minyi.Cancelled}, Side: true},
}

// funnelView is how far invitations came.
type funnelView struct {
	Total   string
	Rate    string // valid of all invited, with its formula
	Rows    []funnelRow
	Reasons []reasonRow
	Empty   bool
}

type funnelRow struct {
	Label, Count, Share, Parts string
	Bar                        template.HTML
	Side                       bool
}

type reasonRow struct{ Label, Code, Count string }

const barWidth = 140

func funnelOf(l Lang, f minyi.Funnel) funnelView {
	v := funnelView{Total: count(f.Total), Empty: f.Total == 0}
	bars := funnelBars(l, f)
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Value)
	}
	for i, b := range bars {
		v.Rows = append(v.Rows, funnelRow{
			Label: b.Label, Count: count(int(b.Value)), Share: share(b.Value, float64(f.Total)),
			Parts: parts(l, States[i], f), Bar: picture(svg.Share(b.Value, 0, most, barWidth)), Side: b.Grey,
		})
	}
	done := f.Counts[minyi.Completed]
	v.Rate = fill(Say(l, "funnel.rate"), share(float64(done), float64(f.Total)), count(done), count(f.Total))
	v.Reasons = reasons(l, f.Reasons)
	return v
}

// funnelBars sums dispositions into the operators' states.
func funnelBars(l Lang, f minyi.Funnel) []svg.Bar {
	var bars []svg.Bar
	for _, s := range States {
		sum := 0
		for _, d := range s.Of {
			sum += f.Counts[d]
		}
		bars = append(bars, svg.Bar{Label: Say(l, s.Key), Value: float64(sum), Grey: s.Side,
			Text: count(sum) + " (" + share(float64(sum), float64(f.Total)) + ")"})
	}
	return bars
}

// parts says what a state of several dispositions is made of.
func parts(l Lang, s state, f minyi.Funnel) string {
	if len(s.Of) < 2 {
		return ""
	}
	out := ""
	for _, d := range s.Of {
		if f.Counts[d] > 0 {
			out += " · " + Disposition(l, d) + " " + count(f.Counts[d])
		}
	}
	if out == "" {
		return ""
	}
	return out[len(" · "):]
}

func reasons(l Lang, counts map[string]int) []reasonRow {
	codes := make([]string, 0, len(counts))
	for code := range counts {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	var out []reasonRow
	for _, code := range codes {
		out = append(out, reasonRow{Label: Reason(l, code), Code: code, Count: count(counts[code])})
	}
	return out
}

// Funnel draws the funnel for embedding in a document.
func Funnel(l Lang, f minyi.Funnel) string {
	return svg.Bars(funnelBars(l, f), svg.BarsOptions{Width: 640, Empty: Say(l, "funnel.empty"),
		Frame: svg.Frame{ID: "funnel", Title: Say(l, "funnel.title"), Desc: fill(Say(l, "funnel.desc"), count(f.Total))}})
}
