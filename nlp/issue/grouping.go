package issue

import (
	"cmp"
	"math"
	"slices"
)

// grouping holds centres as sums of their members' vectors, by word, so that
// one remark is compared with all centres in the length of its words' lists.
type grouping struct {
	x       *words
	near    float64
	lists   [][]share         // by word: the centres that have it
	at      []map[int32]int32 // by centre: word → place in its list
	norm    []float64         // squared length of each sum
	size    []int
	of      []int // item → centre, −1: none
	sums    []float32
	touched []int32
}

type share struct {
	centre int32
	value  float32
}

func newGrouping(x *words, near float64) *grouping {
	g := &grouping{x: x, near: near, lists: make([][]share, len(x.names)), of: make([]int, len(x.of))}
	for i := range g.of {
		g.of[i] = -1
	}
	return g
}

// place puts an item to the nearest centre, or founds one.
func (g *grouping) place(i int) {
	c, cos := g.nearest(g.x.of[i])
	if c < 0 || cos < g.near {
		c = len(g.norm)
		g.at = append(g.at, make(map[int32]int32))
		g.norm = append(g.norm, 0)
		g.size = append(g.size, 0)
		g.sums = append(g.sums, 0)
	}
	g.add(c, g.x.of[i], 1)
	g.of[i] = c
}

// nearest gives the centre with the greatest cosine to v.
func (g *grouping) nearest(v []term) (centre int, cos float64) {
	g.touched = g.touched[:0]
	for _, t := range v {
		for _, s := range g.lists[t.word] {
			if g.sums[s.centre] == 0 {
				g.touched = append(g.touched, s.centre)
			}
			g.sums[s.centre] += t.value * s.value
		}
	}
	centre = -1
	for _, c := range g.touched {
		if g.size[c] > 0 && g.norm[c] > 1e-9 {
			if d := float64(g.sums[c]) / math.Sqrt(g.norm[c]); d > cos || d == cos && int(c) < centre {
				centre, cos = int(c), d
			}
		}
		g.sums[c] = 0
	}
	return centre, cos
}

// add puts v into a centre's sum (sign 1) or takes it out (−1).
func (g *grouping) add(c int, v []term, sign float32) {
	for _, t := range v {
		k, known := g.at[c][t.word]
		if !known {
			k = int32(len(g.lists[t.word]))
			g.at[c][t.word] = k
			g.lists[t.word] = append(g.lists[t.word], share{int32(c), 0})
		}
		s := &g.lists[t.word][k]
		old := float64(s.value)
		s.value += sign * t.value
		g.norm[c] += float64(s.value)*float64(s.value) - old*old
	}
	g.size[c] += int(sign)
}

// replace lets every item choose again.
func (g *grouping) replace(order []int) {
	for _, i := range order {
		g.add(g.of[i], g.x.of[i], -1)
		g.of[i] = -1
		g.place(i)
	}
}

// merge joins centres that point the same way, the larger taking in the
// smaller.
func (g *grouping) merge(least float64) {
	members := g.members()
	bySize := make([]int, 0, len(members))
	for c := range members {
		if g.size[c] >= 2 {
			bySize = append(bySize, c)
		}
	}
	slices.SortFunc(bySize, func(a, b int) int { return cmp.Or(cmp.Compare(g.size[a], g.size[b]), cmp.Compare(a, b)) })
	for _, c := range bySize {
		sum := g.sumOf(c)
		size := g.size[c]
		g.size[c] = 0 // not its own neighbour
		to, cos := g.nearest(sum)
		g.size[c] = size
		if to < 0 || cos < least || g.size[to] < 2 {
			continue
		}
		for _, i := range members[c] {
			g.add(c, g.x.of[i], -1)
			g.add(to, g.x.of[i], 1)
			g.of[i] = to
		}
		members[to] = append(members[to], members[c]...)
		members[c] = nil
	}
}

func (g *grouping) members() map[int][]int {
	out := make(map[int][]int)
	for i, c := range g.of {
		out[c] = append(out[c], i)
	}
	return out
}

// sumOf gives a centre as a vector of length one.
func (g *grouping) sumOf(c int) []term {
	out := make([]term, 0, len(g.at[c]))
	for w, k := range g.at[c] {
		if v := g.lists[w][k].value; v > 1e-6 {
			out = append(out, term{w, v})
		}
	}
	slices.SortFunc(out, func(a, b term) int { return cmp.Compare(a.word, b.word) })
	normalise(out)
	return out
}
