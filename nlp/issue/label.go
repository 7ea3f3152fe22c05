package issue

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// issueWords is how many names an issue shows at most.
const issueWords = 8

// names gives what may name an item, each once.
func (i Item) names() []string {
	out := i.Names
	if out == nil {
		out = i.Words
	}
	return slices.Compact(slices.Sorted(slices.Values(out)))
}

// holders counts items by name.
func holders(items []Item) map[string]int {
	df := make(map[string]int)
	for _, it := range items {
		for _, n := range it.names() {
			df[n]++
		}
	}
	return df
}

// label gives the names that tell an issue from all else: those with the
// greatest part in k·ln(p/q), k being the members that hold the name, p their
// share and q that of all items. A name that one member alone holds tells
// nothing of the others, and one that says part of a stronger one nothing new.
func label(items []Item, members []int, known map[string]int) []string {
	held := make(map[string]int)
	for _, i := range members {
		for _, n := range items[i].names() {
			held[n]++
		}
	}
	weight := make(map[string]float64)
	for n, k := range held {
		p, q := float64(k)/float64(len(members)), float64(known[n])/float64(len(items))
		if w := float64(k) * math.Log(p/q); k >= 2 && w > 0 {
			weight[n] = w
		}
	}
	order := make([]string, 0, len(weight))
	for n := range weight {
		order = append(order, n)
	}
	slices.SortFunc(order, func(a, b string) int { return cmp.Or(cmp.Compare(weight[b], weight[a]), strings.Compare(a, b)) })
	var out []string
	for _, n := range order {
		if len(out) < issueWords && !slices.ContainsFunc(out, func(have string) bool { return strings.Contains(have, n) || strings.Contains(n, have) }) {
			out = append(out, n)
		}
	}
	return out
}
