package hotword

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// Count is how many respondents used a word, and how they felt.
type Count struct {
	Word        string
	Respondents int
	Polarity    float64 // mean of −1…+1 over the remarks with the word
}

// Weighed is a count with its weight for order and size.
type Weighed struct {
	Count
	Weight float64
}

// Weigh orders counts by weight = r · ln(1 + n/r)² · l: r respondents with the
// word of n in all, so that a word in everyone's mouth tells less than its
// count says, and l for its length (1, 1.5, 2 for two, three, four characters
// and more), for a phrase says what its parts only touch. Words of fewer than
// least respondents are left out.
func Weigh(counts []Count, n, least int) []Weighed {
	out := make([]Weighed, 0, len(counts))
	for _, c := range counts {
		if c.Respondents < least || c.Respondents == 0 {
			continue
		}
		r := float64(c.Respondents)
		ln := math.Log1p(float64(n) / r)
		out = append(out, Weighed{c, r * ln * ln * lengthFactor(c.Word)})
	}
	slices.SortFunc(out, func(a, b Weighed) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Word, b.Word))
	})
	return out
}

func lengthFactor(w string) float64 {
	switch n := utf8.RuneCountInString(w); {
	case n <= 2:
		return 1
	case n == 3:
		return 1.5
	}
	return 2
}
