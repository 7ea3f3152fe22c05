// Package confusion undoes a classifier's errors in what it counted. It takes
// in the table of its errors as measured on items whose class is known, and
// gives out what each call counts as, so that a plain mean is the corrected
// share. It is pure; nlp and score use it alike.
package confusion

import "math"

// Classes is the number of classes that are told apart.
const Classes = 3

// Table counts tested items by what they are (row) and what they were called
// (column).
type Table [Classes][Classes]int

// Size is the number of tested items.
func (t Table) Size() int {
	n := 0
	for _, row := range t {
		n += total(row)
	}
	return n
}

// Undo turns calls into classes. With M the measured rates (M[i][j]: an item of
// class i is called j), the counted shares are o = Mᵀp, so p = (Mᵀ)⁻¹o: an item
// called j counts Value[k][j] towards class k, and the mean of these values is
// the corrected share of k. It may lie outside 0…1; the caller cuts it.
//
// Where the middle class was tested too little, or is not told from the outer
// ones, each outer class is told from the other two together (Pooled): with s
// the rate at which it is called what it is and f that at which the others are
// called so, p = (o − f)/(s − f), and the middle class is the rest. This takes
// the other two to be mixed as they are among the tested.
type Undo struct {
	Value  [Classes][Classes]float64
	Pooled bool
	tested Table
}

// leastTested is how many tested items a class needs before its error rates are
// worth anything; leastDeterminant is that of a table which still tells the
// classes apart: 0 is guessing, 1 perfect.
const (
	leastTested      = 30
	leastDeterminant = 0.05
)

// Invert gives the correction that a table allows; ok is false where an outer
// class was tested too little, or the classes are told apart too poorly.
func Invert(t Table) (u Undo, ok bool) {
	if u, ok = whole(t); ok {
		return u, true
	}
	return pooled(t)
}

func whole(t Table) (u Undo, ok bool) {
	u.tested = t
	var m [Classes][Classes]float64
	for i, row := range t {
		if total(row) < leastTested {
			return Undo{}, false
		}
		for j, rate := range rates(row) {
			m[j][i] = rate // transposed
		}
	}
	minor := func(i, j int) float64 {
		a, b := (i+1)%3, (i+2)%3
		c, d := (j+1)%3, (j+2)%3
		return m[a][c]*m[b][d] - m[a][d]*m[b][c] // cyclic indices bring the sign along
	}
	det := 0.0
	for j := range m {
		det += m[0][j] * minor(0, j)
	}
	if math.Abs(det) < leastDeterminant {
		return Undo{}, false
	}
	for i := range m {
		for j := range m {
			u.Value[j][i] = minor(i, j) / det
		}
	}
	return u, true
}

func pooled(t Table) (u Undo, ok bool) {
	u.tested, u.Pooled = t, true
	const first, middle, last = 0, 1, Classes - 1
	for _, k := range [...]int{first, last} {
		if total(t[k]) < leastTested {
			return Undo{}, false
		}
		s, f := rates(t[k])[k], rates(t.others(k))[k]
		if s-f < leastDeterminant {
			return Undo{}, false
		}
		for j := range u.Value[k] {
			u.Value[k][j] = -f / (s - f)
		}
		u.Value[k][k] = (1 - f) / (s - f)
	}
	for j := range u.Value[middle] {
		u.Value[middle][j] = 1 - u.Value[first][j] - u.Value[last][j]
	}
	return u, true
}

// others adds up the rows of the classes but k.
func (t Table) others(k int) (sum [Classes]int) {
	for i, row := range t {
		for j, n := range row {
			if i != k {
				sum[j] += n
			}
		}
	}
	return sum
}

// Shares gives the corrected shares for the shares of each call.
func (u Undo) Shares(called [Classes]float64) (p [Classes]float64) {
	for k := range p {
		for j, o := range called {
			p[k] += u.Value[k][j] * o
		}
	}
	return p
}

// Own is the variance that the measured table itself adds to the corrected
// share of class k, p being the corrected shares (delta method). That of a
// pooled middle class is at most the sum of the outer ones'.
func (u Undo) Own(k int, p [Classes]float64) float64 {
	v := 0.0
	switch {
	case !u.Pooled:
		for i := range p {
			v += u.term(k, u.tested[i], p[i])
		}
	case k == 1:
		v = u.Own(0, p) + u.Own(2, p)
	default:
		v = u.term(k, u.tested[k], p[k]) + u.term(k, u.tested.others(k), 1-p[k])
	}
	return v
}

// term is what one row of the table adds, standing for a share q of all. Four
// items spread over the calls are added to the row (after Agresti & Coull 1998),
// so that thirty items called alike do not look like certainty.
func (u Undo) term(k int, row [Classes]int, q float64) float64 {
	const added = 4
	n := float64(total(row)) + added
	var spread [Classes]float64
	for j, c := range row {
		spread[j] = (float64(c) + added/float64(Classes)) / n
	}
	q = max(0, min(1, q))
	return q * q * multinomial(u.Value[k], spread) / n
}

// multinomial is aᵀΣa for one draw with shares q.
func multinomial(a, q [Classes]float64) float64 {
	mean, square := 0.0, 0.0
	for j := range q {
		mean += a[j] * q[j]
		square += a[j] * a[j] * q[j]
	}
	return square - mean*mean
}

func rates(row [Classes]int) (out [Classes]float64) {
	for j, n := range row {
		out[j] = float64(n) / float64(total(row))
	}
	return out
}

func total(row [Classes]int) int { return row[0] + row[1] + row[2] }
