package learn

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// Text is what features are made of. Hints are what other knowledge says of it
// (names of topics whose words occur), each a feature of its own.
type Text struct {
	Words []string
	Runes []rune
	Hints []string
}

// head gives the first n words of t with their characters: a short remark made
// of a long one, so that short ones are met in training.
func (t Text) head(n int) (Text, bool) {
	if len(t.Words) < n*3/2 {
		return t, false
	}
	runes := 0
	for _, w := range t.Words[:n] {
		for range w {
			runes++
		}
	}
	return Text{Words: t.Words[:n], Runes: t.Runes[:min(runes, len(t.Runes))], Hints: t.Hints}, true
}

// The blocks of features, each normalised by itself.
const (
	wordBlock = iota
	pairBlock
	charBlock
	hintBlock
	blocks
)

// features visits every feature of t as a hash; block, at and n give its name.
func (t Text) features(triples bool, see func(block int, hash uint64, at, n int)) {
	last := uint64(0)
	for i, w := range t.Words {
		h := hashString(w)
		see(wordBlock, h, i, 1)
		if i > 0 {
			see(pairBlock, last*31+h, i-1, 2)
		}
		last = h
	}
	for i := range t.Runes {
		for n := 1; n <= 3 && i+n <= len(t.Runes); n++ {
			if n < 3 || triples {
				see(charBlock, hashRunes(t.Runes[i:i+n]), i, n)
			}
		}
	}
	for i, hint := range t.Hints {
		see(hintBlock, hashString(hint), i, 1)
	}
}

// name gives a feature in words.
func (t Text) name(block, at, n int) string {
	switch block {
	case charBlock:
		return string(t.Runes[at : at+n])
	case hintBlock:
		return t.Hints[at]
	}
	return strings.Join(t.Words[at:at+n], " ")
}

func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func hashRunes(r []rune) uint64 {
	h := uint64(len(r)) + 14695981039346656037
	for _, c := range r {
		h = (h ^ uint64(c)) * 1099511628211
		h ^= h >> 29
	}
	return h
}

// vector is a sparse vector with ascending indices; from[b] is where block b
// begins in it.
type vector struct {
	index []int32
	value []float32
	from  [blocks + 1]int
}

// space maps features to indices with their idf. It is immutable once made.
type space struct {
	number  [blocks]map[uint64]int32
	idf     []float32
	triples bool
}

// counter counts in how many texts each feature occurs.
type counter [blocks]map[uint64]seen

type seen struct{ texts, last int32 }

// shards count at once, each the features whose hash falls to it.
const shards = 2

// newSpace counts features over texts and keeps those of at least two.
func newSpace(texts []Text, triples bool) *space {
	var counters [shards]counter
	var wg sync.WaitGroup
	for shard := range counters {
		wg.Go(func() { counters[shard] = countShard(texts, triples, uint64(shard)) })
	}
	wg.Wait()
	s := &space{triples: triples}
	for b := range s.number {
		var kept []uint64
		for _, c := range counters {
			for h, n := range c[b] {
				if n.texts >= 2 {
					kept = append(kept, h)
				}
			}
		}
		slices.Sort(kept)
		s.number[b] = make(map[uint64]int32, len(kept))
		for _, h := range kept {
			s.number[b][h] = int32(len(s.idf))
			s.idf = append(s.idf, float32(math.Log(float64(1+len(texts))/float64(1+counters[h%shards][b][h].texts))+1))
		}
	}
	return s
}

func countShard(texts []Text, triples bool, shard uint64) (c counter) {
	for b := range c {
		c[b] = make(map[uint64]seen)
	}
	for i, t := range texts {
		t.features(triples, func(b int, h uint64, _, _ int) {
			if h%shards != shard {
				return
			}
			if n := c[b][h]; n.last != int32(i+1) {
				c[b][h] = seen{n.texts + 1, int32(i + 1)}
			}
		})
	}
	return c
}

// vector gives (1+ln tf)·idf, each block of length one.
func (s *space) vector(t Text) vector {
	var found [blocks][]int32
	t.features(s.triples, func(b int, h uint64, _, _ int) {
		if n, ok := s.number[b][h]; ok {
			found[b] = append(found[b], n)
		}
	})
	var v vector
	for b, index := range found {
		v.from[b] = len(v.index)
		slices.Sort(index)
		s.append(&v, index)
	}
	v.from[blocks] = len(v.index)
	return v
}

func (s *space) append(v *vector, index []int32) {
	start, norm := len(v.index), 0.0
	for i := 0; i < len(index); {
		j := i
		for j < len(index) && index[j] == index[i] {
			j++
		}
		x := (1 + math.Log(float64(j-i))) * float64(s.idf[index[i]])
		norm += x * x
		v.index = append(v.index, index[i])
		v.value = append(v.value, float32(x))
		i = j
	}
	if norm == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(norm))
	for i := start; i < len(v.value); i++ {
		v.value[i] *= scale
	}
}

// view is the part of a vector that one model sees: some blocks, each scaled.
func (v vector) view(weights [blocks]float32) vector {
	var out vector
	for b, w := range weights {
		out.from[b] = len(out.index)
		if w == 0 {
			continue
		}
		out.index = append(out.index, v.index[v.from[b]:v.from[b+1]]...)
		for _, x := range v.value[v.from[b]:v.from[b+1]] {
			out.value = append(out.value, x*w)
		}
	}
	out.from[blocks] = len(out.index)
	return out
}
