package learn

import (
	"math"
	"slices"
	"strings"
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
	t.wordFeatures(see)
	t.charFeatures(triples, see)
}

func (t Text) wordFeatures(see func(block int, hash uint64, at, n int)) {
	last := uint64(0)
	for i, w := range t.Words {
		h := hashString(w)
		see(wordBlock, h, i, 1)
		if i > 0 {
			see(pairBlock, last*31+h, i-1, 2)
		}
		last = h
	}
	for i, hint := range t.Hints {
		see(hintBlock, hashString(hint), i, 1)
	}
}

func (t Text) charFeatures(triples bool, see func(block int, hash uint64, at, n int)) {
	for i := range t.Runes {
		for n := 1; n <= 3 && i+n <= len(t.Runes); n++ {
			if n < 3 || triples {
				see(charBlock, hashRunes(t.Runes[i:i+n]), i, n)
			}
		}
	}
}

// name gives a feature in words.
func (t Text) name(block, at, n int) string {
	switch block {
	case charBlock:
		return string(t.Runes[at : at+n])
	case hintBlock:
		return "〔" + t.Hints[at] + "〕" // no word of the text, but what its words are known for
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

// vector is a sparse vector; from[b] is where block b begins in it.
type vector struct {
	index []int32
	value []float32
	from  [blocks + 1]int
}

// space maps features to indices with their idf. It is immutable once made.
type space struct {
	tables  [blocks]*table
	first   [blocks]int32 // index of the first feature of a block
	idf     []float32
	triples bool
}

// vector gives (1+ln tf)·idf, each block of length one.
func (s *space) vector(t Text) vector {
	var found [blocks][]int32
	t.features(s.triples, func(b int, h uint64, _, _ int) {
		if n, ok := s.tables[b].find(h); ok {
			found[b] = append(found[b], s.first[b]+n)
		}
	})
	var v vector
	for b, index := range found {
		v.from[b] = len(v.index)
		slices.Sort(index)
		for i := 0; i < len(index); {
			j := i
			for j < len(index) && index[j] == index[i] {
				j++
			}
			s.append(&v, index[i], int32(j-i))
			i = j
		}
		v.unit(v.from[b])
	}
	v.from[blocks] = len(v.index)
	return v
}

func (s *space) append(v *vector, n, times int32) {
	tf := 1.0
	if times > 1 {
		tf += math.Log(float64(times))
	}
	v.index = append(v.index, n)
	v.value = append(v.value, float32(tf*float64(s.idf[n])))
}

// unit brings the values from start on to length one.
func (v *vector) unit(start int) {
	norm := 0.0
	for _, x := range v.value[start:] {
		norm += float64(x) * float64(x)
	}
	if norm == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(norm))
	for i := start; i < len(v.value); i++ {
		v.value[i] *= scale
	}
}

// dot is the product with a member's weights, the bias last, of the blocks that
// it sees, each as loud as it hears it.
func (v vector) dot(w []float32, heard [blocks]float32) float64 {
	sum := w[len(w)-1]
	for b, loud := range heard {
		if loud != 0 {
			sum += loud * dot(w, v.index[v.from[b]:v.from[b+1]], v.value[v.from[b]:v.from[b+1]])
		}
	}
	return float64(sum)
}

// each visits what a member sees of v. Nothing is copied: training holds every
// text once, whatever the number of members.
func (v vector) each(heard [blocks]float32, see func(n int32, x float32)) {
	for b, loud := range heard {
		if loud == 0 {
			continue
		}
		for i := v.from[b]; i < v.from[b+1]; i++ {
			see(v.index[i], loud*v.value[i])
		}
	}
}
