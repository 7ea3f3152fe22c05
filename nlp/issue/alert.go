package issue

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Series counts something (a topic, a word, a unit) by day, oldest first.
type Series struct {
	Name   string
	Counts []int
}

// AlertOptions of Alerts; the zero value takes the defaults named.
type AlertOptions struct {
	Window int     // days looked at, the last ones; 0: 7
	Base   int     // days before them compared with; 0: 56
	Rate   float64 // false alarms accepted among the alarms of one look; 0: 0.05
	Least  int     // fewest in the window for a rise, in the expectation for a fall; 0: 5
	Open   bool    // the last day is not over: a fall is judged without it
	All    Series  // everything counted, itself looked at; what moves only as all of it does raises no alert. Without counts: not compared
}

// Alert is a rise or fall that chance does not explain.
type Alert struct {
	Name     string  `json:"name"`
	Rise     bool    `json:"rise"`
	Observed int     `json:"observed"` // in the window
	Expected float64 `json:"expected"` // from the days before, or from how all moved where that asks for more
	P        float64 `json:"p"`        // of this series alone
	Q        float64 `json:"q"`        // after correction for all series looked at
	Since    int     `json:"since"`    // days ago that the change began
}

// Alerts tells which series rose or fell. For each, the window's count is
// compared with the days before by a two-sided conditional binomial test: given
// their sum, the window's part is w/(w+b) of it if nothing changed. It must have
// changed beside all as well: with the window's part of o.All in place of
// w/(w+b). So a holiday, a campaign's start or a list that came in half is one
// alert of all, and none of every series. Counts are first divided by how much
// more the weeks before vary than Poisson's law says (quasi-likelihood; the
// series' own dispersion drawn towards the mean of all), for complaints come in
// bursts. The Benjamini-Hochberg procedure over all series keeps the share of
// false alarms at Rate; the test of this package simulates it.
func Alerts(series []Series, o AlertOptions) []Alert {
	o.Window, o.Base = cmp.Or(o.Window, 7), cmp.Or(o.Base, 56)
	o.Rate, o.Least = cmp.Or(o.Rate, 0.05), cmp.Or(o.Least, 5)
	tests := []measure{{}}
	if len(o.All.Counts) > 0 {
		tests = append(tests, measure{all: o.All.Counts})
	}
	for i := range tests {
		for _, s := range series {
			tests[i].common += tests[i].dispersion(s, o) / float64(len(series))
		}
	}
	var found []Alert
	for _, s := range series {
		if a, ok := look(s, o, tests); ok {
			found = append(found, a)
		}
	}
	if a, ok := look(o.All, o, []measure{{common: 1}}); ok {
		found = append(found, a)
	}
	return significant(found, o.Rate)
}

// measure is what a series is compared with: the same number every day, or all.
type measure struct {
	all    []int   // nil: every day alike
	common float64 // mean dispersion of all series under this measure
}

// of gives how much is expected of each of so many days from the start.
func (m measure) of(days int) []int {
	if m.all != nil {
		return m.all[:days]
	}
	return slices.Repeat([]int{1}, days)
}

// split gives the days before the window, and those in it.
func (o AlertOptions) split(counts []int) (base, window []int) {
	cut := max(0, len(counts)-o.Window)
	return counts[max(0, cut-o.Base):cut], counts[cut:]
}

// look compares one series; false where there is too little to say anything. A
// day that is not over can only hide a rise, but makes a fall: that is judged by
// the days before.
func look(s Series, o AlertOptions, tests []measure) (Alert, bool) {
	a, ok := compare(s, o, tests)
	if !o.Open || a.Rise || len(s.Counts) == 0 {
		return a, ok
	}
	if a, ok = compare(Series{s.Name, s.Counts[:len(s.Counts)-1]}, o, tests); a.Rise {
		a.P = 1
	}
	a.Since++
	return a, ok
}

// compare gives the least sure of the tests.
func compare(s Series, o AlertOptions, tests []measure) (Alert, bool) {
	if len(s.Counts) < o.Window*3 {
		return Alert{}, false
	}
	base, window := o.split(s.Counts)
	now, before := float64(total(window)), float64(total(base))
	daily := before / float64(len(base))
	a := Alert{Name: s.Name, Observed: total(window), Expected: daily * float64(o.Window)}
	a.Rise = now > a.Expected
	if a.Rise && a.Observed < o.Least || !a.Rise && a.Expected < float64(o.Least) {
		return Alert{}, false
	}
	for _, m := range tests {
		expected, p := m.test(s, o, a.Rise)
		if p >= a.P {
			a.Expected, a.P = expected, p
		}
	}
	if math.Abs(now-a.Expected) < leastChange*a.Expected {
		a.P = 1
	}
	a.Since = onset(s.Counts, (daily+now/float64(o.Window))/2, a.Rise)
	return a, true
}

// leastChange is the least that is worth telling: of thousands of remarks a
// tenth more is beyond chance and of no use.
const leastChange = 0.2

// test gives what the window would hold had nothing changed, and how likely it
// then holds as much (or as little) as it does.
func (m measure) test(s Series, o AlertOptions, rise bool) (expected, p float64) {
	base, window := o.split(s.Counts)
	baseOf, windowOf := o.split(m.of(len(s.Counts)))
	now, before := float64(total(window)), float64(total(base))
	in, out := float64(total(windowOf)), float64(total(baseOf))
	if out == 0 || in == 0 {
		return now, 1 // nothing to compare with
	}
	expected = before * in / out
	if rise != (now > expected) {
		return expected, 1
	}
	spread := max(1, shrunk(m.dispersion(s, o), len(base)/o.Window-1, m.common)*caution)
	return expected, min(1, 2*tail(now/spread, (now+before)/spread, in/(in+out), rise))
}

func total(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// dispersion is how many times more the window-long sums of the days before vary
// around what is expected of them than Poisson's law says.
func (m measure) dispersion(s Series, o AlertOptions) float64 {
	base, _ := o.split(s.Counts)
	of, _ := o.split(m.of(len(s.Counts)))
	var sums, parts []float64
	for end := len(base); end >= o.Window; end -= o.Window {
		sums = append(sums, float64(total(base[end-o.Window:end])))
		parts = append(parts, float64(total(of[end-o.Window:end])))
	}
	have, whole := sum(sums), sum(parts)
	if len(sums) < 2 || have == 0 || whole == 0 {
		return 1
	}
	chi := 0.0
	for i, n := range sums {
		if e := have * parts[i] / whole; e > 0 {
			chi += (n - e) * (n - e) / e
		}
	}
	return chi / float64(len(sums)-1)
}

func sum(values []float64) float64 {
	t := 0.0
	for _, v := range values {
		t += v
	}
	return t
}

// shrunk draws a series' own dispersion, known from few windows, towards that
// of all series, which weighs as many.
func shrunk(own float64, windows int, common float64) float64 {
	return (float64(windows)*own + commonWeight*common) / (float64(windows) + commonWeight)
}

const (
	commonWeight = 8
	caution      = 1.2 // dispersion is itself uncertain; simulated: 2% of looks raise a false alarm, 4% with bursts
)

// tail is the chance of k or more (or less) of n at share p, by the incomplete
// beta function, which also takes the broken numbers that dispersion makes.
func tail(k, n, p float64, upper bool) float64 {
	if upper {
		return incompleteBeta(k, n-k+1, p)
	}
	return 1 - incompleteBeta(k+1, n-k, p)
}

// significant applies Benjamini-Hochberg and orders by strength.
func significant(all []Alert, rate float64) []Alert {
	slices.SortFunc(all, func(a, b Alert) int { return cmp.Or(cmp.Compare(a.P, b.P), strings.Compare(a.Name, b.Name)) })
	least := 1.0
	for i := len(all) - 1; i >= 0; i-- {
		least = min(least, all[i].P*float64(len(all))/float64(i+1))
		all[i].Q = least
	}
	n := 0
	for n < len(all) && all[n].Q <= rate {
		n++
	}
	return all[:n]
}

// onset is how many days ago the change began: where the sum of differences
// from the middle between old and new level is greatest, counted back from the
// end.
func onset(counts []int, middle float64, rise bool) int {
	best, sum, at := 0.0, 0.0, 1
	for back := 1; back <= min(len(counts), 28); back++ {
		d := float64(counts[len(counts)-back]) - middle
		if !rise {
			d = -d
		}
		if sum += d; sum > best {
			best, at = sum, back
		}
	}
	return at
}

// incompleteBeta is the regularised I_x(a,b), by its continued fraction
// (Lentz).
func incompleteBeta(a, b, x float64) float64 {
	switch {
	case a <= 0:
		return 1
	case b <= 0:
		return 0
	case x <= 0 || x >= 1:
		return x
	}
	if x > (a+1)/(a+b+2) {
		return 1 - incompleteBeta(b, a, 1-x)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log(1-x)) / a
	f, c, d := 1.0, 1.0, 0.0
	for i := 0; i <= 300; i++ {
		m := float64(i / 2)
		var num float64
		switch {
		case i == 0:
			num = 1
		case i%2 == 0:
			num = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			num = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / nonzero(1+num*d)
		c = nonzero(1 + num/c)
		f *= c * d
		if math.Abs(1-c*d) < 1e-10 {
			break
		}
	}
	return front * (f - 1)
}

func nonzero(v float64) float64 {
	if math.Abs(v) < 1e-300 {
		return 1e-300
	}
	return v
}
