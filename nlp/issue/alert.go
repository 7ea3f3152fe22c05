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
}

// Alert is a rise or fall that chance does not explain.
type Alert struct {
	Name     string  `json:"name"`
	Rise     bool    `json:"rise"`
	Observed int     `json:"observed"` // in the window
	Expected float64 `json:"expected"` // from the days before
	P        float64 `json:"p"`        // of this series alone
	Q        float64 `json:"q"`        // after correction for all series looked at
	Since    int     `json:"since"`    // days ago that the change began
}

// Alerts tells which series rose or fell. For each, the window's count is
// compared with the days before by a two-sided conditional binomial test: given
// their sum, the window's part is w/(w+b) of it if nothing changed. Counts are
// first divided by how much more the weeks before vary than Poisson's law says
// (quasi-likelihood; the series' own dispersion drawn towards the mean of all),
// for complaints come in bursts. The Benjamini-Hochberg procedure over all series
// keeps the share of false alarms at Rate; the test of this package simulates it.
func Alerts(series []Series, o AlertOptions) []Alert {
	o.Window, o.Base = cmp.Or(o.Window, 7), cmp.Or(o.Base, 56)
	o.Rate, o.Least = cmp.Or(o.Rate, 0.05), cmp.Or(o.Least, 5)
	common := 0.0
	for _, s := range series {
		common += dispersion(s.base(o), o.Window) / float64(len(series))
	}
	var all []Alert
	for _, s := range series {
		if a, ok := look(s, o, common); ok {
			all = append(all, a)
		}
	}
	return significant(all, o.Rate)
}

// base gives the days before the window.
func (s Series) base(o AlertOptions) []int {
	cut := max(0, len(s.Counts)-o.Window)
	return s.Counts[max(0, cut-o.Base):cut]
}

// look compares one series; false where there is too little to say anything. A
// day that is not over can only hide a rise, but makes a fall: that is judged by
// the days before.
func look(s Series, o AlertOptions, common float64) (Alert, bool) {
	a, ok := compare(s, o, common)
	if !o.Open || a.Rise || len(s.Counts) == 0 {
		return a, ok
	}
	if a, ok = compare(Series{s.Name, s.Counts[:len(s.Counts)-1]}, o, common); a.Rise {
		a.P = 1
	}
	a.Since++
	return a, ok
}

func compare(s Series, o AlertOptions, common float64) (Alert, bool) {
	if len(s.Counts) < o.Window*3 {
		return Alert{}, false
	}
	cut := len(s.Counts) - o.Window
	base := s.base(o)
	now, before := total(s.Counts[cut:]), total(base)
	share := float64(o.Window) / float64(o.Window+len(base))
	a := Alert{Name: s.Name, Observed: now, Expected: float64(before) * float64(o.Window) / float64(len(base))}
	a.Rise = float64(now) > a.Expected
	if a.Rise && now < o.Least || !a.Rise && a.Expected < float64(o.Least) {
		return Alert{}, false
	}
	spread := max(1, shrunk(dispersion(base, o.Window), len(base)/o.Window-1, common)*caution)
	k, n := float64(now)/spread, float64(now+before)/spread
	a.P = min(1, 2*tail(k, n, share, a.Rise))
	a.Since = onset(s.Counts, (float64(before)/float64(len(base))+float64(now)/float64(o.Window))/2, a.Rise)
	return a, true
}

func total(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// dispersion is how many times more the window-long sums of base vary than
// their mean.
func dispersion(base []int, window int) float64 {
	var sums []float64
	for end := len(base); end >= window; end -= window {
		sums = append(sums, float64(total(base[end-window:end])))
	}
	if len(sums) < 2 {
		return 1
	}
	mean := 0.0
	for _, s := range sums {
		mean += s / float64(len(sums))
	}
	if mean == 0 {
		return 1
	}
	variance := 0.0
	for _, s := range sums {
		variance += (s - mean) * (s - mean) / float64(len(sums)-1)
	}
	return variance / mean
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
