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
type Undo struct {
	Value [Classes][Classes]float64
	rates [Classes][Classes]float64
	rows  [Classes]float64
}

// leastTested is how many tested items each class needs before its error rates
// are worth anything; leastDeterminant is that of a table which still tells the
// classes apart: 0 is guessing, 1 perfect.
const (
	leastTested      = 30
	leastDeterminant = 0.05
)

// Invert gives the correction that a table allows; ok is false where a class
// was tested too little, or the classes are told apart too poorly.
func Invert(t Table) (u Undo, ok bool) {
	var m [Classes][Classes]float64
	for i, row := range t {
		n := total(row)
		if n < leastTested {
			return Undo{}, false
		}
		u.rows[i] = float64(n)
		for j, c := range row {
			u.rates[i][j] = float64(c) / float64(n)
			m[j][i] = u.rates[i][j] // transposed
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
// share of class k, p being the corrected shares (delta method).
func (u Undo) Own(k int, p [Classes]float64) float64 {
	v := 0.0
	for i := range p {
		q := max(0, min(1, p[i]))
		v += q * q * multinomial(u.Value[k], u.rates[i]) / u.rows[i]
	}
	return v
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

func total(row [Classes]int) int { return row[0] + row[1] + row[2] }
