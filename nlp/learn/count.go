package learn

import (
	"math"
	"sync"
)

// counter counts in how many texts each feature of one block occurs, and keeps
// for each text its features, each once, with how often it occurs there.
type counter struct {
	*table
	texts []int32 // by number
	last  []int32 // by number: where it stands in the text that had it last, plus one

	number, times []int32 // text by text
	from          []int   // where each text begins
}

func newCounter(texts int) *counter {
	return &counter{table: newTable(16 * texts), from: make([]int, 0, texts+1)}
}

func (c *counter) next() { c.from = append(c.from, len(c.number)) }

func (c *counter) see(h uint64) {
	n := c.table.number(h)
	if int(n) == len(c.texts) {
		c.texts, c.last = append(c.texts, 0), append(c.last, 0)
	}
	if at := int(c.last[n]) - 1; at >= c.from[len(c.from)-1] {
		c.times[at]++
		return
	}
	c.texts[n]++
	c.number, c.times = append(c.number, n), append(c.times, 1)
	c.last[n] = int32(len(c.number))
}

// bag gives a text's features and how often each occurs in it.
func (c *counter) bag(text int) (number, times []int32) {
	from, to := c.from[text], c.from[text+1]
	return c.number[from:to], c.times[from:to]
}

// leastTexts is in how many texts a feature must occur to be one.
const leastTexts = 2

// newSpace counts features over texts, keeps those of at least two, and gives
// the texts' vectors.
func newSpace(texts []Text, triples bool) (*space, []vector) {
	counters := countAll(texts, triples)
	s := &space{triples: triples}
	var kept [blocks][]int32 // number when counted → index, or −1
	for b, c := range counters {
		s.first[b] = int32(len(s.idf))
		s.tables[b], kept[b] = c.keep(s)
	}
	out := make([]vector, len(texts))
	parallel(len(texts), func(i int) { out[i] = s.gather(counters, kept, i) })
	return s, out
}

// countAll counts words and characters at once.
func countAll(texts []Text, triples bool) (c [blocks]*counter) {
	for b := range c {
		c[b] = newCounter(len(texts))
	}
	see := func(b int, h uint64, _, _ int) { c[b].see(h) }
	var wg sync.WaitGroup
	wg.Go(func() {
		for _, t := range texts {
			c[wordBlock].next()
			c[pairBlock].next()
			c[hintBlock].next()
			t.wordFeatures(see)
		}
	})
	wg.Go(func() {
		for _, t := range texts {
			c[charBlock].next()
			t.charFeatures(triples, see)
		}
	})
	wg.Wait()
	for _, k := range c {
		k.next()
	}
	return c
}

// keep takes the features of enough texts into s.
func (c *counter) keep(s *space) (*table, []int32) {
	rooms := 0
	for _, n := range c.texts {
		if n >= leastTexts {
			rooms++
		}
	}
	kept, index := newTable(rooms), make([]int32, len(c.texts))
	for n, texts := range c.texts {
		if index[n] = -1; texts >= leastTexts {
			index[n] = int32(len(s.idf))
			kept.number(c.hashes[n])
			s.idf = append(s.idf, float32(math.Log(float64(len(c.from))/float64(1+texts))+1))
		}
	}
	return kept, index
}

// gather makes a text's vector of what was counted.
func (s *space) gather(counters [blocks]*counter, kept [blocks][]int32, text int) vector {
	var v vector
	size := 0 // of what is kept: most triples occur once, and what room they took would stay
	for b, c := range counters {
		number, _ := c.bag(text)
		for _, n := range number {
			if kept[b][n] >= 0 {
				size++
			}
		}
	}
	v.index, v.value = make([]int32, 0, size), make([]float32, 0, size)
	for b, c := range counters {
		v.from[b] = len(v.index)
		number, times := c.bag(text)
		for i, n := range number {
			if k := kept[b][n]; k >= 0 {
				s.append(&v, k, times[i])
			}
		}
		v.unit(v.from[b])
	}
	v.from[blocks] = len(v.index)
	return v
}
