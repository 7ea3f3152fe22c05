package tally

import (
	"fmt"
	"slices"
)

// Counts is what the answers of one cell, or of several merged, add up to.
type Counts struct {
	Answers int64 // rows
	Remarks int64 // with free text
	Pending int64 // with free text that is not analysed yet
	// Questions, in the order of their first appearance here; hist and pairs
	// follow it.
	questions []Question
	hist      [][]int64 // per question K+1: don't know, then 1…K
	pairs     [][]int64 // per i<j at j(j−1)/2+i: Kᵢ×Kⱼ, don't know left out
	groups    [][]int64 // per question Groups×K, don't know left out
}

// Groups is the number of random groups that respondents fall into, by their
// blind value: always the same person in the same group, in every cell, unit
// and month. What two cells' groups have in common shows what their people
// have in common, without keeping who they are.
const Groups = 16

// Grouped gives how many of each group gave each value of q: group g and value
// v at g·K+v−1. The caller must not change it.
func (n *Counts) Grouped(q Question) []int64 {
	if i := n.index(q); i >= 0 {
		return n.groups[i]
	}
	return nil
}

// Questions gives the questions that anyone answered.
func (n *Counts) Questions() []Question { return slices.Clone(n.questions) }

// Hist gives how many gave each value of q: index 0 don't know, then 1…K; nil
// when no one was asked. The caller must not change it.
func (n *Counts) Hist(q Question) []int64 {
	if i := n.index(q); i >= 0 {
		return n.hist[i]
	}
	return nil
}

// Scales gives the questions that bear a tag, one for each length of scale.
func (n *Counts) Scales(tag string) []Question {
	var out []Question
	for _, q := range n.questions {
		if q.Tag == tag {
			out = append(out, q)
		}
	}
	return out
}

// Joint calls visit for each pair of values that answers gave to a and b
// together.
func (n *Counts) Joint(a, b Question, visit func(va, vb int, count int64)) {
	i, j := n.index(a), n.index(b)
	if i < 0 || j < 0 {
		return
	}
	if i == j {
		for v, c := range n.hist[i] {
			if v > 0 && c > 0 {
				visit(v, v, c)
			}
		}
		return
	}
	swap := i > j
	if swap {
		i, j = j, i
	}
	kj := n.questions[j].K
	for at, c := range n.pairs[pairAt(i, j)] {
		if c == 0 {
			continue
		}
		vi, vj := at/kj+1, at%kj+1
		if swap {
			vi, vj = vj, vi
		}
		visit(vi, vj, c)
	}
}

func (n *Counts) index(q Question) int { return slices.Index(n.questions, q) }

func pairAt(i, j int) int { return j*(j-1)/2 + i }

// ensure gives the index of q, which it adds when it is new.
func (n *Counts) ensure(q Question) int {
	if i := n.index(q); i >= 0 {
		return i
	}
	n.questions = append(n.questions, q)
	n.hist = append(n.hist, make([]int64, q.K+1))
	n.groups = append(n.groups, make([]int64, Groups*q.K))
	for i := range len(n.questions) - 1 {
		n.pairs = append(n.pairs, make([]int64, n.questions[i].K*q.K))
	}
	return len(n.questions) - 1
}

func (n *Counts) add(r Row) {
	n.Answers++
	if r.Remark {
		n.Remarks++
		if !r.Text.In {
			n.Pending++
		}
	}
	type seen struct{ at, v int }
	var buf [16]seen
	all := buf[:0]
	group := r.group()
	for _, g := range r.counted() {
		i := n.ensure(g.Question)
		n.hist[i][g.V]++
		if g.V == DontKnow {
			continue
		}
		n.groups[i][group*g.K+g.V-1]++
		for _, s := range all {
			n.pair(s.at, s.v, i, g.V, 1)
		}
		all = append(all, seen{i, g.V})
	}
}

// pair adds c to the joint count of value vi of question i and vj of j.
func (n *Counts) pair(i, vi, j, vj int, c int64) {
	if i > j {
		i, vi, j, vj = j, vj, i, vi
	}
	n.pairs[pairAt(i, j)][(vi-1)*n.questions[j].K+vj-1] += c
}

// Merge adds other counts.
func (n *Counts) Merge(o *Counts) {
	n.Answers += o.Answers
	n.Remarks += o.Remarks
	n.Pending += o.Pending
	at := make([]int, len(o.questions))
	for i, q := range o.questions {
		at[i] = n.ensure(q)
		for v, c := range o.hist[i] {
			n.hist[at[i]][v] += c
		}
		for x, c := range o.groups[i] {
			n.groups[at[i]][x] += c
		}
	}
	for j := range o.questions {
		for i := range j {
			kj := o.questions[j].K
			for x, c := range o.pairs[pairAt(i, j)] {
				if c != 0 {
					n.pair(at[i], x/kj+1, at[j], x%kj+1, c)
				}
			}
		}
	}
}

func (n *Counts) encode(w *writer) {
	w.int(n.Answers)
	w.int(n.Remarks)
	w.int(n.Pending)
	order := slices.SortedFunc(slices.Values(n.questions), compareQuestions)
	w.uint(uint64(len(order)))
	for _, q := range order {
		w.string(q.Tag)
		w.uint(uint64(q.K))
		for _, c := range n.Hist(q) {
			w.int(c)
		}
		w.table(n.Grouped(q))
	}
	for j, b := range order {
		for _, a := range order[:j] {
			dense := make([]int64, a.K*b.K)
			n.Joint(a, b, func(va, vb int, c int64) { dense[(va-1)*b.K+vb-1] = c })
			w.table(dense)
		}
	}
}

// table writes a joint table: the number of its cells that are not zero, then
// for each the zeros before it and its count. Pairs that never met cost one
// byte.
func (w *writer) table(dense []int64) {
	var filled uint64
	for _, c := range dense {
		if c != 0 {
			filled++
		}
	}
	w.uint(filled)
	var gap uint64
	for _, c := range dense {
		if c == 0 {
			gap++
			continue
		}
		w.uint(gap)
		w.int(c)
		gap = 0
	}
}

// decode adds what encode wrote. Format 1 had no groups.
func (n *Counts) decode(r *reader, format uint64) {
	n.Answers += r.int()
	n.Remarks += r.int()
	n.Pending += r.int()
	at := make([]int, min(r.count(), maxAsked))
	for i := range at {
		q := r.question()
		if r.err != nil {
			return
		}
		at[i] = n.ensure(q)
		if slices.Contains(at[:i], at[i]) {
			r.err = ErrDamaged
			return
		}
		for v := range q.K + 1 {
			n.hist[at[i]][v] += r.int()
		}
		if format > 1 {
			r.table(n.groups[at[i]])
		}
	}
	for j := range at {
		for i := range j {
			n.decodeTable(r, at[i], at[j])
		}
	}
}

func (n *Counts) decodeTable(r *reader, i, j int) {
	k := n.questions[j].K
	dense := make([]int64, n.questions[i].K*k)
	r.table(dense)
	for x, c := range dense {
		if c != 0 {
			n.pair(i, x/k+1, j, x%k+1, c)
		}
	}
}

// table adds what writer.table wrote.
func (r *reader) table(dense []int64) {
	var x uint64
	for range r.count() {
		x += r.uint()
		c := r.int()
		if x >= uint64(len(dense)) {
			r.err = ErrDamaged
			return
		}
		dense[x] += c
		x++
	}
}

func errFormat(f uint64) error {
	return fmt.Errorf("%w: counts of format %d, this program reads %d", ErrDamaged, f, sumFormat)
}
