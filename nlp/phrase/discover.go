package phrase

import (
	"iter"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi/nlp/mask"
	"minyi/nlp/token"
)

// Options are the thresholds of discovery. The zero value takes the measured
// defaults.
type Options struct {
	MinTexts   int     // texts a phrase must occur in; 0: 6, or 3 under 1,000 texts
	MinPMI     float64 // least normalised association over all splits; 0: 0.40
	MinEntropy float64 // least branching entropy on both sides, in nats; 0: 1.2
	MaxRunes   int     // longest phrase; 0: 10
}

// Found is a phrase with why it is one.
type Found struct {
	Text    string  `json:"text"`
	Texts   int     `json:"texts"`   // texts it occurs in
	PMI     float64 `json:"pmi"`     // normalised, at its weakest split
	Entropy float64 `json:"entropy"` // of its neighbours, on the poorer side
}

const (
	maxTokens = 4
	edge      = ^uint32(0) // the neighbour at the edge of a text: always a new one
)

// Discover gives the phrases of 2 to 4 tokens that hold together (association)
// and stand freely (entropy of what is before and behind them), most frequent
// first. texts is run through more than once.
func Discover(texts iter.Seq[[]token.Token], o Options) []Found {
	d := newDiscovery(texts)
	o = o.withDefaults(len(d.texts))
	if len(d.texts) == 0 {
		return nil
	}
	d.countWords()
	d.countPairs(o.MinTexts)
	for n := 3; n <= maxTokens; n++ {
		d.countGrams(n, o.MinTexts)
	}
	found := d.associated(o)
	d.freeStanding(found, o)
	return d.results(found, o)
}

func (o Options) withDefaults(texts int) Options {
	if o.MinTexts == 0 {
		o.MinTexts = 6
		if texts < 1000 {
			o.MinTexts = 3
		}
	}
	if o.MinPMI == 0 {
		o.MinPMI = 0.40
	}
	if o.MinEntropy == 0 {
		o.MinEntropy = 1.2
	}
	if o.MaxRunes == 0 {
		o.MaxRunes = 10
	}
	return o
}

func newDiscovery(texts iter.Seq[[]token.Token]) *discovery {
	d := &discovery{words: []word{{}}, number: make(map[string]uint32), grams: make(map[gram]*stat)}
	for tokens := range texts {
		ids := make([]uint32, 0, len(tokens))
		for i := range tokens {
			ids = append(ids, d.numberOf(&tokens[i]))
		}
		d.texts = append(d.texts, ids)
	}
	return d
}

func (d *discovery) numberOf(k *token.Token) uint32 {
	if n, ok := d.number[k.Text]; ok {
		return n
	}
	w := word{text: strings.Clone(k.Text), runes: utf8.RuneCountInString(k.Text)}
	w.edge, w.inner = roles(k)
	n := uint32(0)
	if w.edge || w.inner {
		n = uint32(len(d.words))
		d.words = append(d.words, w)
	}
	d.number[w.text] = n
	return n
}

// roles tells where in a phrase a word may stand. Function words, numbers,
// Latin codes, names of persons and the verbs of asking end phrases wrongly.
func roles(k *token.Token) (edge, inner bool) {
	for _, r := range k.Text {
		if !unicode.Is(unicode.Han, r) {
			return false, false
		}
	}
	if _, asks := requestWords[k.Text]; asks {
		return false, false
	}
	switch k.Tag {
	case "nr", "nrt":
		first, _ := utf8.DecodeRuneInString(k.Text)
		return !mask.IsSurname(first), false
	case "n", "nz", "vn", "v", "a", "an", "ad", "j", "l", "i", "b", "ng", "vg", "vi", "z", "d", "s", "nt", "x", "g", "f", "k", "q", Tag:
	default:
		return false, false
	}
	if _, bad := notEdge[k.Text]; bad {
		return false, false
	}
	switch k.Tag {
	case "d", "f", "q", "k", "ad":
		return false, k.Tag == "d"
	}
	return true, true
}

// candidate collects what is needed of a gram that holds together.
type candidate struct {
	pmi         float64
	left, right map[uint32]uint32
	edges       [2]uint32
	entropy     float64
}

func (d *discovery) associated(o Options) map[gram]*candidate {
	out := make(map[gram]*candidate)
	for g, s := range d.grams {
		n := g.len()
		if !d.words[g[0]].edge || !d.words[g[n-1]].edge || d.runes(g) > o.MaxRunes || d.runes(g) < 3 {
			continue
		}
		if pmi := d.weakestPMI(g, s); pmi >= o.MinPMI {
			out[g] = &candidate{pmi: pmi, left: map[uint32]uint32{}, right: map[uint32]uint32{}}
		}
	}
	return out
}

func (d *discovery) runes(g gram) int {
	n := 0
	for _, w := range g {
		n += d.words[w].runes
	}
	return n
}

// weakestPMI is the normalised pointwise mutual information at the split where
// the gram would fall apart most easily.
func (d *discovery) weakestPMI(g gram, s *stat) float64 {
	p := float64(s.count) / d.total
	weakest := math.Inf(1)
	for cut := 1; cut < g.len(); cut++ {
		var left, right gram
		copy(left[:], g[:cut])
		copy(right[:], g[cut:])
		pl, pr := d.frequency(left), d.frequency(right)
		if pl == 0 || pr == 0 {
			return 0
		}
		weakest = min(weakest, math.Log(p/(pl*pr))/-math.Log(p))
	}
	return weakest
}

func (d *discovery) frequency(g gram) float64 {
	if g.len() == 1 {
		return float64(d.single[g[0]]) / d.total
	}
	if s := d.grams[g]; s != nil {
		return float64(s.count) / d.total
	}
	return 0
}

// freeStanding measures how varied the neighbours of each candidate are.
func (d *discovery) freeStanding(found map[gram]*candidate, o Options) {
	for _, text := range d.texts {
		for i := range text {
			for n := 2; n <= maxTokens && i+n <= len(text); n++ {
				var g gram
				copy(g[:], text[i:i+n])
				c := found[g]
				if c == nil {
					continue
				}
				c.see(text, i, i+n)
			}
		}
	}
	for g, c := range found {
		c.entropy = min(entropy(c.left, c.edges[0]), entropy(c.right, c.edges[1]))
		if c.entropy < o.MinEntropy {
			delete(found, g)
		}
	}
}

func (c *candidate) see(text []uint32, from, to int) {
	if from == 0 || text[from-1] == 0 {
		c.edges[0]++
	} else {
		c.left[text[from-1]]++
	}
	if to == len(text) || text[to] == 0 {
		c.edges[1]++
	} else {
		c.right[text[to]]++
	}
}

// entropy counts each edge as a neighbour of its own.
func entropy(neighbours map[uint32]uint32, edges uint32) float64 {
	total := float64(edges)
	for _, n := range neighbours {
		total += float64(n)
	}
	if total == 0 {
		return 0
	}
	h := float64(edges) / total * math.Log(total)
	for _, n := range neighbours {
		p := float64(n) / total
		h -= p * math.Log(p)
	}
	return h
}

func (d *discovery) results(found map[gram]*candidate, o Options) []Found {
	best := make(map[string]Found, len(found))
	for g, c := range found {
		var b strings.Builder
		for _, w := range g {
			b.WriteString(d.words[w].text)
		}
		f := Found{Text: b.String(), Texts: int(d.grams[g].texts), PMI: c.pmi, Entropy: c.entropy}
		if old, twice := best[f.Text]; !twice || f.Texts > old.Texts {
			best[f.Text] = f
		}
	}
	out := make([]Found, 0, len(best))
	for _, f := range best {
		if !junk(f.Text) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Found) int {
		if a.Texts != b.Texts {
			return b.Texts - a.Texts
		}
		return strings.Compare(a.Text, b.Text)
	})
	return out
}
