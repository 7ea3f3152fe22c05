package polarity

import "math"

// Classes of a remark in the order of all arrays here: complaint, neither,
// praise.
const Classes = 3

// Bands counts tested remarks: what they are (by row) and what was said.
type Bands [Classes][Classes]int

// Share is an estimated share with its 95% interval, all within 0…1.
type Share struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// leastTested is how many tested remarks each class needs before its error
// rates are worth anything.
const leastTested = 30

// Correct turns counts of what a model said into estimates of what is. With M
// the model's measured rates (M[i][j]: a remark of class i is called j), the
// counted shares are o = Mᵀp, so p = (Mᵀ)⁻¹o, clipped to [0,1]. The interval
// holds both the chance in the counts and that in M itself (delta method).
// corrected is false, and the plain shares with their own intervals are given,
// where a class was tested too little or M tells the classes apart too poorly.
func Correct(said [Classes]int, tested Bands) (shares [Classes]Share, corrected bool) {
	n := said[0] + said[1] + said[2]
	if n == 0 {
		return shares, false
	}
	var o [Classes]float64
	for j := range o {
		o[j] = float64(said[j]) / float64(n)
	}
	rates, rows, ok := tested.rates()
	inverse, fine := invert(transpose(rates))
	if !ok || !fine {
		for j := range o {
			shares[j] = interval(o[j], o[j]*(1-o[j])/float64(n))
		}
		return shares, false
	}
	p := apply(inverse, o)
	for k := range p {
		shares[k] = interval(p[k], variance(inverse[k], o, n, p, rates, rows))
	}
	return shares, true
}

// rates gives each row as shares; false where a row holds too little.
func (b Bands) rates() (m [Classes][Classes]float64, rows [Classes]int, ok bool) {
	for i := range b {
		for _, c := range b[i] {
			rows[i] += c
		}
		if rows[i] < leastTested {
			return m, rows, false
		}
		for j, c := range b[i] {
			m[i][j] = float64(c) / float64(rows[i])
		}
	}
	return m, rows, true
}

// variance of one estimated share: a is its row of the inverse.
func variance(a, o [Classes]float64, n int, p [Classes]float64, rates [Classes][Classes]float64, rows [Classes]int) float64 {
	v := multinomial(a, o) / float64(n)
	for i := range p {
		q := math.Min(math.Max(p[i], 0), 1)
		v += q * q * multinomial(a, rates[i]) / float64(rows[i])
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

func interval(p, variance float64) Share {
	half := 1.96 * math.Sqrt(math.Max(variance, 0))
	clip := func(v float64) float64 { return math.Min(math.Max(v, 0), 1) }
	return Share{clip(p), clip(p - half), clip(p + half)}
}

func transpose(m [Classes][Classes]float64) (t [Classes][Classes]float64) {
	for i := range m {
		for j := range m {
			t[j][i] = m[i][j]
		}
	}
	return t
}

func apply(m [Classes][Classes]float64, v [Classes]float64) (out [Classes]float64) {
	for i := range m {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}

// leastDeterminant is that of a matrix that still tells the classes apart; a
// model that guesses has 0, a perfect one 1.
const leastDeterminant = 0.05

func invert(m [Classes][Classes]float64) (out [Classes][Classes]float64, ok bool) {
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
		return out, false
	}
	for i := range m {
		for j := range m {
			out[j][i] = minor(i, j) / det
		}
	}
	return out, true
}
