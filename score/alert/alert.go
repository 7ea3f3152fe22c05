// Package alert finds units whose figures need a look: satisfaction that
// falls, response that collapses, ratings that look manufactured.
//
// It takes in counts of two windows for every unit and the times of answers,
// and gives out alerts, each with its test, its p value and its evidence in
// numbers. It accuses no one: an alert says what is improbable by chance.
//
// False alarms: all tests of one look are corrected together by Holm's method,
// so that the chance of any false alarm among all units and kinds is at most
// Rule.Rate (5%) if nothing has happened anywhere. A difference must also be
// large enough to matter (Rule.Drop, Rule.Excess) and rest on enough answers.
package alert

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"minyi"
	"minyi/score/stat"
)

// Kinds of alerts.
const (
	Satisfaction = "satisfaction_falls"  // 满意率下降
	Response     = "response_collapses"  // 参评率骤降
	Times        = "identical_times"     // 评价时间集中
	StaffEntry   = "staff_entry_share"   // 人工录入占比异常
	Defaults     = "default_rating_high" // 默认评价占比异常
)

// Window is what a unit did in some days.
type Window struct {
	Rated     int // valid answers to the satisfaction question
	Satisfied int
	Delivered int // invitations that arrived; 0: not known
	Answered  int // of these, answered
	Valid     int // valid answers
	Entered   int // of these, entered or imported by staff
	Default   int // system-default ratings beside the valid ones
}

// Unit is a unit in two windows, with the times of its recent answers.
type Unit struct {
	Unit   minyi.UnitID
	Now    Window
	Before Window
	Times  []time.Time
}

// Rule sets what counts.
type Rule struct {
	Rate    float64 // chance of any false alarm in one look: 0.05
	Minimum int     // answers in each window compared: 30
	Drop    float64 // least fall of a rate, as a share: 0.05
	Excess  float64 // least share above the other units': 0.10
}

// DefaultRule is the rule that ships.
func DefaultRule() Rule { return Rule{Rate: 0.05, Minimum: 30, Drop: 0.05, Excess: 0.10} }

// Alert is a finding.
type Alert struct {
	Unit minyi.UnitID `json:"unit"`
	Kind string       `json:"kind"`
	P    float64      `json:"p"`    // adjusted for all tests of this look
	Test string       `json:"test"` // how p was had
	ZH   string       `json:"evidence_zh"`
	EN   string       `json:"evidence"`
}

// Report is one look.
type Report struct {
	Alerts []Alert `json:"alerts"`
	Tests  int     `json:"tests"`      // made in this look
	Rate   float64 `json:"false_rate"` // chance of any false alarm among them
}

// Check looks at all units.
func Check(units []Unit, rule Rule) Report {
	var found []Alert
	for i := range units {
		u := &units[i]
		others := rest(units, i)
		for _, a := range []*Alert{u.satisfaction(rule), u.response(rule), u.times(rule),
			u.share(StaffEntry, u.Now.Entered, u.Now.Valid, others.Entered, others.Valid, rule),
			u.share(Defaults, u.Now.Default, u.Now.Valid+u.Now.Default, others.Default, others.Valid+others.Default, rule)} {
			if a != nil {
				a.Unit = u.Unit
				found = append(found, *a)
			}
		}
	}
	p := make([]float64, len(found))
	for i, a := range found {
		p[i] = a.P
	}
	report := Report{Tests: len(found), Rate: rule.Rate, Alerts: []Alert{}}
	for i, adjusted := range stat.Holm(p) {
		if adjusted < rule.Rate && found[i].ZH != "" {
			found[i].P = adjusted
			report.Alerts = append(report.Alerts, found[i])
		}
	}
	slices.SortFunc(report.Alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Kind, b.Kind))
	})
	return report
}

// rest adds up the other units' recent windows.
func rest(units []Unit, but int) Window {
	var w Window
	for i, u := range units {
		if i != but {
			w.Valid += u.Now.Valid
			w.Entered += u.Now.Entered
			w.Default += u.Now.Default
		}
	}
	return w
}

// satisfaction compares a unit with its own past. A test that was made but
// shows too small a difference keeps its p for the correction and has no text.
func (u *Unit) satisfaction(r Rule) *Alert {
	a, b := u.Now, u.Before
	if a.Rated < r.Minimum || b.Rated < r.Minimum {
		return nil
	}
	return falling(Satisfaction, "满意率", "satisfaction", a.Satisfied, a.Rated, b.Satisfied, b.Rated, r)
}

func (u *Unit) response(r Rule) *Alert {
	a, b := u.Now, u.Before
	if a.Delivered < r.Minimum || b.Delivered < r.Minimum {
		return nil
	}
	return falling(Response, "参评率", "the response rate", a.Answered, a.Delivered, b.Answered, b.Delivered, r)
}

func falling(kind, zh, en string, x1, n1, x0, n0 int, r Rule) *Alert {
	out := &Alert{Kind: kind, P: stat.Fisher(x1, n1, x0, n0), Test: "Fisher's exact test, one-sided, against the unit's own earlier days"}
	if float64(x1)/float64(n1)-float64(x0)/float64(n0) > -r.Drop {
		return out
	}
	now, then := percent(x1, n1), percent(x0, n0)
	out.ZH = fmt.Sprintf("%s由 %s（%d/%d）降至 %s（%d/%d）", zh, then, x0, n0, now, x1, n1)
	out.EN = fmt.Sprintf("%s fell from %s (%d/%d) to %s (%d/%d)", en, then, x0, n0, now, x1, n1)
	return out
}

// share compares a unit's share with that of all other units together.
func (u *Unit) share(kind string, x, n, others, of int, r Rule) *Alert {
	if n < r.Minimum || of < r.Minimum {
		return nil
	}
	out := &Alert{Kind: kind, P: stat.Fisher(others, of, x, n), Test: "Fisher's exact test, one-sided, against all other units"}
	if float64(x)/float64(n)-float64(others)/float64(of) < r.Excess {
		return out
	}
	zh, en := "人工录入", "entered by staff"
	if kind == Defaults {
		zh, en = "系统默认评价", "default ratings"
	}
	out.ZH = fmt.Sprintf("%s占 %s（%d/%d），其他单位为 %s（%d/%d）", zh, percent(x, n), x, n, percent(others, of), others, of)
	out.EN = fmt.Sprintf("%s: %s (%d/%d), all other units %s (%d/%d)", en, percent(x, n), x, n, percent(others, of), others, of)
	return out
}

// times counts pairs of answers given in the same second. If people answer
// independently, pairs in a busy minute come from chance alone: for each minute
// with k answers k(k−1)/2 pairs fall on one second with chance 1/60, and the sum
// over the minutes is close to Poisson. Comparing within the minute keeps the
// rush after a batch of messages from looking like a machine.
func (u *Unit) times(r Rule) *Alert {
	if len(u.Times) < r.Minimum {
		return nil
	}
	minutes, seconds := map[int64]int{}, map[int64]int{}
	for _, t := range u.Times {
		minutes[t.Unix()/60]++
		seconds[t.Unix()]++
	}
	var expected float64
	pairs, most := 0, 0
	for _, k := range minutes {
		expected += float64(k*(k-1)) / 2 / 60
	}
	for _, k := range seconds {
		pairs += k * (k - 1) / 2
		most = max(most, k)
	}
	out := &Alert{Kind: Times, P: 1, Test: "Poisson test of pairs of answers in one second, given the answers of each minute"}
	if pairs > 0 {
		out.P = 1 - distuv.Poisson{Lambda: math.Max(expected, 1e-9)}.CDF(float64(pairs)-1)
	}
	if pairs < 3 {
		return out // one double click is not a pattern
	}
	out.ZH = fmt.Sprintf("%d 条评价中有 %d 对在同一秒提交（按偶然约 %.2f 对），最多一秒 %d 条", len(u.Times), pairs, expected, most)
	out.EN = fmt.Sprintf("of %d answers %d pairs came in the same second (%.2f expected by chance), at most %d in one", len(u.Times), pairs, expected, most)
	return out
}

func percent(x, n int) string {
	if n == 0 {
		return "—"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(x)/float64(n))
}
