package tree

import (
	"maps"
	"math"
	"slices"

	"minyi"
	"minyi/score/stat"
	"minyi/score/tally"
)

// interval is the composite's: the delta method (linearisation) over answers.
// A composite is Σ wⱼ·outerⱼ(meanⱼ); to first order its error is the sum over
// answers of Σⱼ wⱼ·slopeⱼ·(yᵢⱼ − meanⱼ)/nⱼ, and its variance is w'Cw with the
// leaves' covariances C. Imported values add no sampling error.
func (c *calc) interval(p *part) {
	v, ok := c.variance(p.weights)
	if !ok {
		return
	}
	df := max(1, float64(p.N-1))
	half := c.in.T(df) * math.Sqrt(v)
	in := stat.Interval{Low: *p.Score - half, High: *p.Score + half}.Clip(0, 100)
	p.Low, p.High, p.Method = &in.Low, &in.High, "delta"
}

// variance is w'Cw; false when no answers stand behind the figure.
func (c *calc) variance(weights map[int]float64) (float64, bool) {
	if len(weights) == 0 {
		return 0, false
	}
	var v float64
	leaves := order(weights)
	for a, i := range leaves {
		v += weights[i] * weights[i] * c.covariance(i, i)
		for _, j := range leaves[:a] {
			v += 2 * weights[i] * weights[j] * c.covariance(i, j)
		}
	}
	return max(0, v) + c.acrossFamilies(weights), true
}

// acrossFamilies is what the composite's variance gains because one person may
// have answered in several families: rated the call, and then the handling.
// Within a family the joint tables hold every covariance. Between families the
// random groups do: two different people meet in a group by chance, which
// averages out, and one person always meets himself, so the sum over groups of
// the product of two families' shares estimates their covariance (the random
// group method: Wolter, Introduction to Variance Estimation, ch. 2), with
// G/(G−1) for centring. Less than nothing is taken for nothing: people do not
// turn against themselves.
func (c *calc) acrossFamilies(weights map[int]float64) float64 {
	if c.families < 2 {
		return 0
	}
	shares := map[minyi.Family]*[tally.Groups]float64{}
	for _, i := range order(weights) {
		l := &c.leaves[i]
		for family, people := range l.people {
			if shares[family] == nil {
				shares[family] = &[tally.Groups]float64{}
			}
			for g, s := range people {
				shares[family][g] += weights[i] * l.slope * s
			}
		}
	}
	families := slices.Sorted(maps.Keys(shares)) // so that sums round alike each time
	var cross float64
	for g := range tally.Groups {
		var sum, squares float64
		for _, f := range families {
			sum += shares[f][g]
			squares += shares[f][g] * shares[f][g]
		}
		cross += sum*sum - squares
	}
	return max(0, cross*tally.Groups/(tally.Groups-1))
}

// order gives the leaves in a fixed order, so that sums round alike each time.
func order(weights map[int]float64) []int {
	out := make([]int, 0, len(weights))
	for i := range weights {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// covariance of two leaf scores.
func (c *calc) covariance(i, j int) float64 {
	if i > j {
		i, j = j, i
	}
	if v, ok := c.cov[[2]int{i, j}]; ok {
		return v
	}
	a, b := &c.leaves[i], &c.leaves[j]
	v := a.slope * b.slope
	if i == j {
		v *= a.variance(c.m.Level)
	} else {
		v *= c.between(a, b)
	}
	c.cov[[2]int{i, j}] = v
	return v
}

// variance of the leaf's mean. Where everyone said the same the sample shows
// no spread, which is not the same as certainty: the variance is then that of
// a rate with z²/2 added on either side (Agresti & Coull).
func (l *leaf) variance(level float64) float64 {
	if l.corrected {
		return l.spread(level) + l.own
	}
	floor := stat.AgrestiCoull(l.mean/100*l.n, l.n, level) * 1e4
	if l.isRate() || l.sample.Var == 0 {
		return floor
	}
	return l.sample.Var / l.n
}

// between is the covariance of two means over the answers that gave both.
func (c *calc) between(a, b *leaf) float64 {
	counts := a.counts
	if a.counts != b.counts {
		counts = c.both(a, b)
	}
	var sum float64
	for _, qa := range questions(counts, a.source) {
		for _, qb := range questions(counts, b.source) {
			counts.Joint(qa, qb, func(va, vb int, n int64) {
				ya, okA := value(a.source, va, qa.K)
				yb, okB := value(b.source, vb, qb.K)
				if okA && okB {
					sum += float64(n) * (ya - a.mean) * (yb - b.mean)
				}
			})
		}
	}
	small := math.Sqrt(a.n / max(1, a.n-1) * b.n / max(1, b.n-1))
	return sum / (a.n * b.n) * small
}

// byCell counts the leaf's answers in each cell, so that a composite knows how
// many people stand behind it without counting one twice.
func (c *calc) byCell(l *leaf) {
	for cell, n := range c.in.Sum {
		if !c.accepts(cell, l.source.Families, l.source.Include) {
			continue
		}
		k := l.n
		if n != l.counts { // one of several cells
			k = 0
			for _, p := range points(n, l.source) {
				k += p.count
			}
		}
		if k > 0 {
			l.cells[cell] = k
		}
		if k > 0 && c.families > 1 {
			l.addPeople(cell.Family, n)
		}
	}
}

// addPeople adds a cell's groups to those of its family.
func (l *leaf) addPeople(family minyi.Family, n *tally.Counts) {
	if l.people == nil {
		l.people = map[minyi.Family]*[tally.Groups]float64{}
	}
	sums := l.people[family]
	if sums == nil {
		sums = &[tally.Groups]float64{}
		l.people[family] = sums
	}
	for _, q := range questions(n, l.source) {
		grouped := n.Grouped(q)
		for v := 1; v <= q.K && grouped != nil; v++ {
			y, ok := value(l.source, v, q.K)
			for g := 0; ok && g < tally.Groups; g++ {
				sums[g] += float64(grouped[g*q.K+v-1]) * (y - l.mean) / l.n
			}
		}
	}
}
