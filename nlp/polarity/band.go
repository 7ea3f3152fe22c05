package polarity

// Tested is a remark that a trained model has not seen: what it is (Complaint,
// Neither or Praise), what the model said and by how much, and for how many
// such remarks it stands.
type Tested struct {
	Is, Said string
	Margin   float64
	Stands   float64
}

// Band gives the margin under which a model takes no side: that of the highest
// mean F1 of the three classes on what was tested, or DecidedMargin where too
// few remarks do neither.
func Band(tested []Tested) float64 {
	neither := 0
	for _, t := range tested {
		if t.Is == Neither {
			neither++
		}
	}
	if neither < leastNeither {
		return DecidedMargin
	}
	best, most := DecidedMargin, meanF1(tested, DecidedMargin)
	for band := 0.2; band <= 6; band += 0.2 {
		if f := meanF1(tested, band); f > most {
			best, most = band, f
		}
	}
	return best
}

// leastNeither is how many remarks that do neither a band is measured on.
const leastNeither = 30

var rowOf = map[string]int{Complaint: 0, Neither: 1, Praise: 2}

func meanF1(tested []Tested, band float64) float64 {
	var hit, is, said [Classes]float64
	for _, t := range tested {
		i, j := rowOf[t.Is], Side(t.Said, t.Margin, band)+1
		is[i] += t.Stands
		said[j] += t.Stands
		if i == j {
			hit[i] += t.Stands
		}
	}
	sum := 0.0
	for k := range hit {
		if is[k]+said[k] > 0 {
			sum += 2 * hit[k] / (is[k] + said[k]) / Classes
		}
	}
	return sum
}

// Count puts what was tested into a table under a band.
func Count(tested []Tested, band float64) (out Bands) {
	for _, t := range tested {
		out[rowOf[t.Is]][Side(t.Said, t.Margin, band)+1]++
	}
	return out
}
