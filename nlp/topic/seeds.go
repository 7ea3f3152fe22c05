package topic

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"minyi/nlp/learn"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

// Undecided is the topic of a remark whose words do not decide.
const Undecided = "待定"

// Decision is what a model says of one remark.
type Decision struct {
	Topic  string         // path, or Undecided
	Margin float64        // 0…1: how far the first level leads over the next
	Best   string         // the path that led, also when undecided; empty: no word spoke
	Words  []learn.Reason // what decided, strongest first; only from Explain
}

// Level1 is the first level of a path.
func Level1(path string) string {
	head, _, _ := strings.Cut(path, "/")
	return head
}

// Seeds assigns topics by the words of a taxonomy alone. It is immutable and
// safe for concurrent use.
type Seeds struct {
	version string
	paths   []string // leaf number → path
	tops    []string // first-level names
	topOf   []int    // leaf number → number in tops
	words   map[string][]seed
	table   *phrase.Table // of the words, to find them whatever the segmentation
}

type seed struct {
	leaf   int
	weight float64
}

// SeedsMargin is the lead below which a remark is left to people. minScore asks
// for at least one clear word.
const (
	SeedsMargin = 0.10
	minScore    = 0.5
)

// NewSeeds indexes a taxonomy. A word that stands in several topics speaks for
// each with a share; longer words are surer than short ones.
func NewSeeds(t *Taxonomy) *Seeds {
	s := &Seeds{version: t.Version, words: make(map[string][]seed)}
	topNumber := make(map[string]int)
	t.each(func(path string, words []string) {
		top := Level1(path)
		n, known := topNumber[top]
		if !known {
			n = len(s.tops)
			topNumber[top] = n
			s.tops = append(s.tops, top)
		}
		leaf := len(s.paths)
		s.paths = append(s.paths, path)
		s.topOf = append(s.topOf, n)
		for _, w := range words {
			s.words[w] = append(s.words[w], seed{leaf: leaf})
		}
	})
	s.table = phrase.NewTable(t.Words())
	for w, seeds := range s.words {
		length := min(float64(utf8.RuneCountInString(w)), 5)
		for i := range seeds {
			seeds[i].weight = (0.4 + 0.3*length) / float64(len(seeds))
		}
	}
	return s
}

// Tops gives the first-level topics.
func (s *Seeds) Tops() []string { return slices.Clone(s.tops) }

// Version names the model.
func (s *Seeds) Version() string { return s.version }

// Classify weighs the seed words in tokens.
func (s *Seeds) Classify(tokens []token.Token) Decision {
	d, _, _ := s.weigh(tokens)
	return d
}

// Explain adds the words that spoke for the leading topic.
func (s *Seeds) Explain(tokens []token.Token) Decision {
	d, top, hits := s.weigh(tokens)
	if top >= 0 {
		d.Words = s.decisive(top, hits)
	}
	return d
}

// weigh counts a word once, and its repeats by their logarithm.
func (s *Seeds) weigh(tokens []token.Token) (Decision, int, map[string]int) {
	leaf := make([]float64, len(s.paths))
	top := make([]float64, len(s.tops))
	var hits map[string]int
	for i := range tokens {
		seeds, known := s.words[tokens[i].Text]
		if !known {
			continue
		}
		if hits == nil {
			hits = make(map[string]int)
		}
		hits[tokens[i].Text]++
		n := float64(hits[tokens[i].Text])
		gain := math.Log1p(n) - math.Log1p(n-1)
		for _, sd := range seeds {
			leaf[sd.leaf] += gain * sd.weight
			top[s.topOf[sd.leaf]] += gain * sd.weight
		}
	}
	d, first := s.decide(leaf, top)
	return d, first, hits
}

func (s *Seeds) decide(leaf, top []float64) (Decision, int) {
	first, second := -1, 0.0
	for i, v := range top {
		switch {
		case first < 0 || v > top[first]:
			if first >= 0 {
				second = max(second, top[first])
			}
			first = i
		default:
			second = max(second, v)
		}
	}
	if first < 0 || top[first] == 0 {
		return Decision{Topic: Undecided}, -1
	}
	path := s.descend(s.tops[first], leaf)
	d := Decision{Topic: path, Best: path, Margin: (top[first] - second) / top[first]}
	if d.Margin < SeedsMargin || top[first] < minScore {
		d.Topic = Undecided
	}
	return d, first
}

// descend goes from a first-level topic down to where its words lead: at each
// level to the part that has most of them, with all below it.
func (s *Seeds) descend(top string, leaf []float64) string {
	below := make(map[string]float64)
	for l, v := range leaf {
		if v == 0 || Level1(s.paths[l]) != top {
			continue
		}
		path := s.paths[l]
		for i := len(top) + 1; i < len(path); i++ {
			if path[i] == '/' {
				below[path[:i]] += v
			}
		}
		below[path] += v
	}
	at := top
	for {
		next := ""
		for path, v := range below {
			if parent(path) == at && (next == "" || v > below[next] || v == below[next] && path < next) {
				next = path
			}
		}
		if next == "" {
			return at
		}
		at = next
	}
}

// parent is the path above; a first level has none.
func parent(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}

// decisive gives the words that spoke for the first-level topic.
func (s *Seeds) decisive(top int, hits map[string]int) []learn.Reason {
	weight := make(map[string]float64)
	for w, n := range hits {
		for _, sd := range s.words[w] {
			if s.topOf[sd.leaf] == top {
				weight[w] += sd.weight * math.Log1p(float64(n))
			}
		}
	}
	return learn.Strongest(weight, 8)
}
