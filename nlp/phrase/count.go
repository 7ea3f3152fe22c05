package phrase

// gram is up to four word numbers, each one more than its index; 0 is no word.
type gram [maxTokens]uint32

func (g gram) len() int {
	for n, w := range g {
		if w == 0 {
			return n
		}
	}
	return maxTokens
}

func (g gram) tail() gram { return gram{g[1], g[2], g[3], 0} }

func (g gram) head() gram {
	g[g.len()-1] = 0
	return g
}

// stat counts a gram: occurrences, texts, and the last text seen.
type stat struct{ count, texts, last uint32 }

type word struct {
	text  string
	runes int
	edge  bool // may begin or end a phrase
	inner bool // may stand within one
}

type discovery struct {
	words  []word
	number map[string]uint32
	texts  [][]uint32 // word numbers; 0 is a break
	single []uint32   // occurrences of each word
	total  float64
	grams  map[gram]*stat
}

func (d *discovery) countWords() {
	d.single = make([]uint32, len(d.words))
	for _, text := range d.texts {
		for _, w := range text {
			d.single[w]++
		}
		d.total += float64(len(text))
	}
}

func (d *discovery) countPairs(min int) {
	d.count(2, func(g gram) bool { return d.single[g[0]] >= uint32(min) && d.single[g[1]] >= uint32(min) })
	d.prune(2, min)
}

// countGrams counts grams of n words both of whose halves survived.
func (d *discovery) countGrams(n, min int) {
	d.count(n, func(g gram) bool { return d.grams[g.head()] != nil && d.grams[g.tail()] != nil })
	d.prune(n, min)
}

func (d *discovery) count(n int, keep func(gram) bool) {
	for t, text := range d.texts {
		for i := 0; i+n <= len(text); i++ {
			var g gram
			copy(g[:], text[i:i+n])
			if g.len() < n || !keep(g) {
				continue
			}
			s := d.grams[g]
			if s == nil {
				s = &stat{last: edge}
				d.grams[g] = s
			}
			s.count++
			if s.last != uint32(t) {
				s.last = uint32(t)
				s.texts++
			}
		}
	}
}

func (d *discovery) prune(n, min int) {
	for g, s := range d.grams {
		if g.len() == n && s.texts < uint32(min) {
			delete(d.grams, g)
		}
	}
}
