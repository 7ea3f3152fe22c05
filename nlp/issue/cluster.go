package issue

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Item is one remark. Words repeat as they occur; what stands in a title may be
// given twice.
type Item struct {
	ID      string
	Day     string // 2006-01-02
	Person  string // blind
	Words   []string
	Names   []string // those of its words that name something, each once; nil: Words
	Support int      // others who seconded it
}

// Issue is a set of remarks about the same matter.
type Issue struct {
	Items    []int    // indices into the input, in order of day and id
	People   int      // distinct persons
	Support  int      // seconded by
	Cohesion float64  // mean cosine of the members to their centre, 0…1
	Speed    float64  // largest share of the people who wrote within seven days, 0…1
	Heat     float64  // see heat
	Words    []string // names that tell it from all else, strongest first
	First    string   // day
	Last     string
}

// Options of Cluster; the zero value takes the measured defaults.
type Options struct {
	Near  float64 // cosine to a centre from which a remark belongs to it; 0: 0.21
	Merge float64 // cosine between two centres from which they are one; 0: 0.42
}

// Cluster gathers items into issues, hottest first. One pass founds the
// centres; then centres that turned out to be the same are joined, and every
// item chooses again among all of them. Items are taken in order of day and id,
// so the order of the input changes nothing. More rounds were measured to add
// time only.
func Cluster(items []Item, o Options) []Issue {
	o.Near, o.Merge = cmp.Or(o.Near, 0.21), cmp.Or(o.Merge, 0.42)
	order := canonical(items)
	x := vectors(items)
	g := newGrouping(x, o.Near)
	for _, i := range order {
		g.place(i)
	}
	g.merge(o.Merge)
	g.replace(order)
	return g.issues(items, order, holders(items))
}

// canonical orders items by day and id, whatever the order of the input.
func canonical(items []Item) []int {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(items[a].Day, items[b].Day), strings.Compare(items[a].ID, items[b].ID), cmp.Compare(a, b))
	})
	return order
}

type term struct {
	word  int32
	value float32
}

type words struct {
	names []string
	of    [][]term // by item, each of length one
}

// vectors weighs words by (1+ln tf)·idf. A word in one item links nothing, one
// in more than a tenth (and fifty) links everything: neither is used.
func vectors(items []Item) *words {
	names, counts, df := count(items)
	kept := make([]int32, 0, len(names))
	for id, n := range df {
		if n >= 2 && n <= max(len(items)/10, 50) {
			kept = append(kept, int32(id))
		}
	}
	slices.SortFunc(kept, func(a, b int32) int { return strings.Compare(names[a], names[b]) })
	x := &words{names: make([]string, len(kept)), of: make([][]term, len(items))}
	place := make([]int32, len(names)) // of a word among the kept ones, from 1 on
	idf := make([]float64, len(kept))
	for k, id := range kept {
		x.names[k], place[id] = names[id], int32(k+1)
		idf[k] = math.Log(float64(len(items)+1) / float64(df[id]))
	}
	for i, words := range counts {
		v := make([]term, 0, len(words))
		for _, w := range words {
			if k := place[w.id]; k > 0 {
				v = append(v, term{k - 1, float32((1 + math.Log(float64(w.n))) * idf[k-1])})
			}
		}
		slices.SortFunc(v, func(a, b term) int { return cmp.Compare(a.word, b.word) })
		normalise(v)
		x.of[i] = v
	}
	return x
}

type counted struct{ id, n int32 }

// count numbers the words as they come and counts them in each item, and the
// items that have them. Every word is looked up once.
func count(items []Item) (names []string, counts [][]counted, df []int) {
	number := make(map[string]int32)
	counts = make([][]counted, len(items))
	var ids []int32
	for i, it := range items {
		ids = ids[:0]
		for _, w := range it.Words {
			id, known := number[w]
			if !known {
				id = int32(len(names))
				number[w] = id
				names, df = append(names, w), append(df, 0)
			}
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for k, id := range ids {
			if k == 0 || ids[k-1] != id {
				counts[i] = append(counts[i], counted{id: id})
				df[id]++
			}
			counts[i][len(counts[i])-1].n++
		}
	}
	return names, counts, df
}

func normalise(v []term) {
	sum := 0.0
	for _, t := range v {
		sum += float64(t.value) * float64(t.value)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i].value *= scale
	}
}
