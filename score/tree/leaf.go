package tree

import (
	"fmt"
	"math"

	"minyi"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
)

// leaf is an estimate from answers: score = outer(mean of y), where y is what
// each answer's value gives. The mean's error and its covariance with other
// leaves are in y; slope carries them to the score.
type leaf struct {
	source  *methods.Source
	counts  *tally.Counts
	points  []point // every value that counts, over all scales of the tag
	n, mean float64
	sample  stat.Sample
	score   float64
	slope   float64
	low     float64
	high    float64
	method  string
	num     float64
	cells   map[tally.Cell]float64
	// own is the variance that the correction of a text share adds; corrected
	// says that there is one.
	own       float64
	corrected bool
	// people holds, by family, each random group's share in the mean's error:
	// Σ (y − mean)/n over its answers.
	people map[minyi.Family]*[tally.Groups]float64
}

// point is a value of a question, what it gives and how many gave it.
type point struct {
	q     tally.Question
	v     int
	y     float64
	count float64
}

// leaf takes the first source that has data; an imported value is the last
// resort of every leaf.
func (c *calc) leaf(p *part, n *methods.Node) {
	for i := range n.Leaf.Sources {
		if c.source(p, n, &n.Leaf.Sources[i]) {
			return
		}
	}
	p.Source = string(n.Leaf.Sources[0].Kind)
	if v, ok := c.in.Imported[n.Path]; ok {
		p.importedOver(v, false)
		return
	}
	if !c.words(n) {
		return
	}
	p.Formula = Formula(&n.Leaf.Sources[0])
	if p.Source == string(methods.Survey) || p.Source == string(methods.Text) {
		p.Excl = c.excluded(&n.Leaf.Sources[0])
	}
}

func (c *calc) source(p *part, n *methods.Node, s *methods.Source) bool {
	switch s.Kind {
	case methods.Imported:
		v, ok := c.in.Imported[n.Path]
		if ok {
			p.importedOver(v, false)
		}
		return ok
	case methods.Ratio:
		return c.ratio(p, n, s)
	}
	l, ok := c.estimate(s)
	if !ok {
		return false
	}
	c.leaves = append(c.leaves, l)
	p.fill(&l)
	p.Source, p.Coverage, p.live = string(s.Kind), 1, true
	if c.words(n) {
		p.Formula, p.Excl = Formula(s)+c.corrections(s), c.excluded(s)
	}
	p.weights, p.cells = map[int]float64{len(c.leaves) - 1: 1}, l.cells
	return true
}

func (p *part) fill(l *leaf) {
	score, low, high, num, den := l.score, l.low, l.high, l.num, l.n
	p.Score, p.Low, p.High, p.Num, p.Den = &score, &low, &high, &num, &den
	p.N, p.Method = int(math.Round(l.n)), l.method
}

// ratio is a quotient of imported counts; it has no sampling error.
func (c *calc) ratio(p *part, n *methods.Node, s *methods.Source) bool {
	num, okNum := c.in.Imported[n.Path+"/"+s.Num]
	den, okDen := c.in.Imported[n.Path+"/"+s.Den]
	if !okNum || !okDen || den.Value <= 0 {
		return false
	}
	a, b := num.Value, den.Value
	part := false
	switch {
	case s.Annual && num.Days > 0:
		a = num.Total
		if part = num.Days != 365 && num.Days != 366; part {
			a *= 365 / float64(num.Days)
		}
	case num.Days > 0 && num.Days == den.Days: // counts of the same days: the sum by the sum
		a, b = num.Total, den.Total
	}
	score, _ := s.Scaled(a / b)
	p.Score, p.Num, p.Den, p.Source, p.Coverage = &score, &a, &b, "imported", 1
	p.Formula = Formula(s) + "；来源：" + num.Source
	if den.Source != num.Source {
		p.Formula += "；" + den.Source
	}
	if part {
		p.Formula += fmt.Sprintf("；%s ÷ %d 天 × 365", number(num.Total), num.Days)
	}
	return true
}

// estimate computes a survey or text source; ok is false without a valid
// answer.
func (c *calc) estimate(s *methods.Source) (leaf, bool) {
	l := leaf{source: s, counts: c.base(s.Families, s.Include), cells: map[tally.Cell]float64{}}
	u := c.undoOf(s)
	if u != nil {
		l.source, l.corrected = u.correct(s), true
	}
	l.points = points(l.counts, l.source)
	both := make([]float64, 2*len(l.points))
	values, counts := both[:len(l.points)], both[len(l.points):]
	for i, p := range l.points {
		values[i], counts[i] = p.y, p.count
	}
	l.sample = stat.SampleOf(values, counts)
	l.n, l.mean = l.sample.N, l.sample.Mean
	if l.n == 0 {
		return l, false
	}
	if u != nil {
		l.own = u.own(l.counts)
	}
	l.num = l.numerator()
	l.interval(c.m.Level, c.in.T)
	c.byCell(&l)
	return l, true
}

// numerator is what the formula names above its line: a count for a rate, the
// sum of scores for a mean, both before turning over.
func (l *leaf) numerator() float64 {
	if l.corrected { // what was seen: the formula says what it becomes
		h := l.counts.Hist(tally.Polarity)
		return float64(h[1])
	}
	var sum float64
	for _, p := range l.points {
		y := p.y
		if l.source.Invert {
			y = 100 - y
		}
		if l.isRate() {
			y /= 100 // exactly 0 or 1
		}
		sum += y * p.count
	}
	return sum
}

// hits counts the answers for which a rate's y is 100.
func (l *leaf) hits() float64 {
	if l.source.Invert {
		return l.n - l.num
	}
	return l.num
}

// isRate reports whether every y is 0 or 100.
func (l *leaf) isRate() bool {
	return len(l.source.Rate) > 0 || l.source.Kind == methods.Text && !l.corrected
}

// points lists the values of every scale of the source's question.
func points(n *tally.Counts, s *methods.Source) []point {
	out := make([]point, 0, 8)
	for _, q := range questions(n, s) {
		for v, count := range n.Hist(q) {
			if y, ok := value(s, v, q.K); ok && count > 0 {
				out = append(out, point{q, v, y, float64(count)})
			}
		}
	}
	return out
}

func questions(n *tally.Counts, s *methods.Source) []tally.Question {
	if s.Kind != methods.Text {
		return n.Scales(s.Tag)
	}
	if s.Tag == "suggestion" {
		return []tally.Question{tally.Suggestion}
	}
	return []tally.Question{tally.Polarity}
}

// value gives the y of a value. A text rate counts negative remarks, or
// respondents with a suggestion; Invert turns it over like any other.
func value(s *methods.Source, v, k int) (float64, bool) {
	if s.Kind != methods.Text {
		return s.Value(v, k)
	}
	hit := 1 // Polarity: negative
	if s.Tag == "suggestion" {
		hit = 2
	}
	y := s.Points[v] // set where the share is corrected
	if s.Points == nil && v == hit {
		y = 100
	}
	if s.Invert {
		y = 100 - y
	}
	return y, v >= 1
}

// interval sets the leaf's score and interval: those of the mean, carried
// through the error correction and the scale.
func (l *leaf) interval(level float64, quantile func(df float64) float64) {
	var in stat.Interval
	switch t, ok := l.sample.Interval(quantile); {
	case l.corrected:
		in, l.method = l.correctedInterval(level, quantile), "delta"
	case l.isRate():
		in, l.method = stat.Wilson(l.hits(), l.n, level), "wilson"
		in = stat.Interval{Low: in.Low * 100, High: in.High * 100}
	case ok:
		in, l.method = t.Clip(0, 100), "t"
	default:
		in, l.method = l.sample.Bounded(0, 100, level), "wilson"
	}
	l.score, l.slope = l.outer(l.mean)
	l.low, _ = l.outer(in.Low)
	l.high, _ = l.outer(in.High)
	if l.low > l.high {
		l.low, l.high = l.high, l.low
	}
}

// outer carries a mean 0…100 to the score, and gives its slope there.
func (l *leaf) outer(mean float64) (score, slope float64) {
	score, slope = mean, 1
	if l.corrected {
		score = max(0, min(100, mean))
	}
	if e := l.source.Error; e != nil {
		score, slope = corrected(score, l.source.Invert, e)
	}
	if len(l.source.Scale) > 0 {
		s, k := l.source.Scaled(score / 100)
		score, slope = s, slope*k/100
	}
	return score, slope
}

// corrected is Rogan & Gladen (1978): the true share from the share that a
// classifier sees, (p + sp − 1)/(se + sp − 1), kept in 0…1.
func corrected(mean float64, inverted bool, e *methods.TextError) (score, slope float64) {
	seen := mean / 100
	if inverted {
		seen = 1 - seen
	}
	j := e.Sensitivity + e.Specificity - 1
	p := (seen + e.Specificity - 1) / j
	slope = 1 / j
	if p < 0 || p > 1 {
		p, slope = max(0, min(1, p)), 0
	}
	if inverted {
		p = 1 - p
	}
	return p * 100, slope
}
