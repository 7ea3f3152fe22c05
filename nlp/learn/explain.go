package learn

import (
	"cmp"
	"slices"
)

// Reason is a feature with its share in a decision.
type Reason struct {
	Feature string  `json:"feature"`
	Weight  float64 `json:"weight"`
}

// Explain gives the words and pairs that spoke most for label rather than for
// the other labels on average.
func (m *Model) Explain(t Text, label string, most int) []Reason {
	k, known := slices.BinarySearch(m.labels, label)
	if !known {
		return nil
	}
	names := make(map[int32]string)
	t.features(false, func(b int, h uint64, at, n int) {
		if k, in := m.space.tables[b].find(h); in && b != charBlock {
			if _, have := names[m.space.first[b]+k]; !have {
				names[m.space.first[b]+k] = t.name(b, at, n)
			}
		}
	})
	v := m.space.vector(t)
	total := make(map[string]float64)
	for _, p := range m.parts {
		if p.bayes {
			continue
		}
		p.leads(v, k, func(n int32, lead float64) {
			if name, in := names[n]; in {
				total[name] += lead * p.loud(t) / p.spread
			}
		})
	}
	return Strongest(total, most)
}

// Strongest sorts what spoke for something, the strongest first.
func Strongest(weight map[string]float64, most int) []Reason {
	out := make([]Reason, 0, len(weight))
	for name, w := range weight {
		if w > 0 {
			out = append(out, Reason{name, w})
		}
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Feature, b.Feature))
	})
	return out[:min(most, len(out))]
}

// leads gives what each feature of v adds to label k over its mean for all
// labels.
func (p part) leads(v vector, k int, see func(n int32, lead float64)) {
	scale := make([]float64, len(p.linear))
	for j := range scale {
		if scale[j] = 1; p.square != nil {
			scale[j] = float64(v.scale(p.square[j]))
		}
	}
	v.each(p.weights, func(n int32, x float32) {
		if p.square != nil {
			x = 1
		}
		lead := float64(p.linear[k][n]) * scale[k]
		for j, w := range p.linear {
			lead -= float64(w[n]) * scale[j] / float64(len(p.linear))
		}
		see(n, float64(x)*lead)
	})
}
