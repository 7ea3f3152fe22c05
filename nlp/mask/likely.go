package mask

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"sync"

	"minyi/nlp/jieba/dict"
)

// lexicon says how likely characters are as words and as names: whether 常建国
// is a person and 常年 none is weighed, not listed. All values are natural
// logarithms of probabilities. Only the basic plane counts; what stands outside
// it is unknown.
type lexicon struct {
	single   [0x10000]float32    // words of one character
	words    map[uint64]float32  // of two to four, sixteen bits a character
	openings [1 << 14]uint64     // bits of the pairs that words begin with: most looks at words end here
	both     map[uint64]bool     // words of two that the dictionary knows as names too
	given    [2][0x10000]float32 // at the first and second place behind a surname
	surnames [0x10000]float32    // 0: none
}

const (
	unknownChar   = -18.0 // a character that the dictionary lacks
	unknownGiven  = -9.5  // one that no name of the dictionary has
	twoGiven      = -0.2  // four names in five have two characters behind the surname
	oneGiven      = -1.6
	unlikelyWords = -17.0 // two or three characters that weigh less are hardly words
)

// theLexicon is made once, from the dictionary that the segmenter cuts with:
// its words with their frequencies, and the given names among its names.
var theLexicon = sync.OnceValue(newLexicon)

func newLexicon() *lexicon {
	x := &lexicon{words: make(map[uint64]float32, 120_000), both: make(map[uint64]bool, 4000)}
	for r, p := range surnameWeights() {
		x.surnames[r] = p
	}
	for r := range x.single {
		x.single[r] = unknownChar
	}
	text, err := dict.Main()
	if err != nil {
		return x // the file is part of the program; without it nothing counts as a word
	}
	var counts [2]map[rune]float64
	counts[0], counts[1] = map[rune]float64{}, map[rune]float64{}
	for line := range bytes.Lines(text) {
		x.learn(line, counts)
	}
	for _, w := range strings.Fields(moreWords) {
		x.put([]rune(w), moreWeight)
	}
	x.learnAnnouncers()
	for place := range counts {
		fillShares(&x.given[place], counts[place])
	}
	return x
}

// learnAnnouncers counts what announces a number (储蓄卡, 银行卡, 护照) as words:
// the dictionary lacks some of them, and they stand just where a name would.
func (x *lexicon) learnAnnouncers() {
	note := func(w []rune) {
		if len(w) < 2 || len(w) > 4 || !isHan(w[0]) {
			return
		}
		if p, known := x.words[pack(w)]; !known || p < moreWeight {
			x.put(w, moreWeight)
		}
	}
	for _, list := range []*wordList{accountTriggers, documentTriggers} {
		for _, words := range list.words {
			for _, w := range words {
				note(w)
			}
		}
	}
	for _, list := range [][]string{phoneWords, idWords, cardWords, serialWords} {
		for _, w := range list {
			note([]rune(w))
		}
	}
}

// learn takes in a line of the dictionary, "word frequency tag". Of its names
// of two characters half are words (谢谢, 高三) and count as such.
func (x *lexicon) learn(line []byte, counts [2]map[rune]float64) {
	word, rest, _ := bytes.Cut(line, []byte(" "))
	freq, tag, _ := bytes.Cut(rest, []byte(" "))
	if len(word) > 12 {
		return
	}
	r := []rune(string(word))
	f, err := strconv.Atoi(string(freq))
	switch {
	case err != nil || len(r) > 4 || r[0] > 0xffff:
	case bytes.HasPrefix(tag, []byte("nr")) && len(r) > 2:
		x.learnName(r, counts)
	case len(r) == 1:
		x.single[r[0]] = float32(math.Log(float64(f) / dictionaryTotal))
	case f >= leastFrequency:
		if len(r) == 2 && bytes.HasPrefix(tag, []byte("nr")) && IsSurname(r[0]) && !strings.Contains(notNames, string(r)) {
			x.both[pack(r)] = true
		}
		x.put(r, float32(math.Log(float64(f)/dictionaryTotal)))
	}
}

const (
	leastFrequency  = 5        // rarer entries are hardly words
	moreWeight      = -10.0    // of moreWords
	dictionaryTotal = 60101983 // the sum of the dictionary's frequencies
)

// learnName counts the given name of a person; a head that is mostly a word of
// its own (于, 向) makes the dictionary's tag doubtful.
func (x *lexicon) learnName(r []rune, counts [2]map[rune]float64) {
	if _, known := x.surname(r[0]); !known || len(r) != 3 {
		return
	}
	for _, doubtful := range "于向和从那小老白马金黄高安石武史任时明" {
		if r[0] == doubtful {
			return
		}
	}
	counts[0][r[1]]++
	counts[1][r[2]]++
}

func fillShares(into *[0x10000]float32, counts map[rune]float64) {
	total := 0.0
	for _, n := range counts {
		total += n
	}
	for r := range into {
		into[r] = unknownGiven
	}
	for r, n := range counts {
		if r <= 0xffff {
			into[r] = float32(math.Log((n + 0.3) / total))
		}
	}
}

func pack(r []rune) uint64 {
	var k uint64
	for _, c := range r {
		k = k<<16 | uint64(uint16(c))
	}
	return k
}

// word weighs r as one word; what is not Han costs nothing, for it parts words
// and names alike. One unknown character is still a word.
func (x *lexicon) word(r []rune) (float64, bool) {
	if len(r) == 1 {
		switch {
		case !isHan(r[0]):
			return 0, true
		case r[0] > 0xffff:
			return unknownChar, true
		}
		return float64(x.single[r[0]]), true
	}
	if at, bit := opening(r); x.openings[at]&bit == 0 {
		return 0, false
	}
	p, ok := x.words[pack(r)]
	return float64(p), ok
}

func (x *lexicon) put(r []rune, p float32) {
	at, bit := opening(r)
	x.openings[at] |= bit
	x.words[pack(r)] = p
}

// opening gives the place of the first two characters among the bits.
func opening(r []rune) (at uint32, bit uint64) {
	h := (uint32(r[0])<<16 | uint32(uint16(r[1]))) * 2654435769 >> 12
	return h >> 6, 1 << (h & 63)
}

// surname weighs r as a surname of one character.
func (x *lexicon) surname(r rune) (float64, bool) {
	if r < 0 || r > 0xffff {
		return 0, false
	}
	p := x.surnames[r]
	return float64(p), p != 0
}

// givenName weighs the characters behind a surname.
func (x *lexicon) givenName(r []rune) float64 {
	if len(r) == 1 {
		return oneGiven + max(x.givenAt(0, r[0]), x.givenAt(1, r[0]))
	}
	return twoGiven + x.givenAt(0, r[0]) + x.givenAt(1, r[1])
}

func (x *lexicon) givenAt(place int, c rune) float64 {
	if c > 0xffff {
		return unknownGiven
	}
	return float64(x.given[place][c])
}

// reading is how a short stretch of text reads best as ordinary words: ahead[k]
// for its first k characters, behind[k] for the rest.
type reading struct {
	from          int
	ahead, behind [readingMost + 1]float64
	n             int
}

const readingMost = 16

// read weighs r[from:to] as words.
func (x *lexicon) read(r []rune, from, to int) reading {
	to = min(to, from+readingMost, len(r))
	d := reading{from: from, n: to - from}
	for k := 1; k <= d.n; k++ {
		d.ahead[k] = math.Inf(-1)
		for m := 1; m <= min(4, k); m++ {
			if p, ok := x.word(r[from+k-m : from+k]); ok {
				d.ahead[k] = max(d.ahead[k], d.ahead[k-m]+p)
			}
		}
	}
	for k := d.n - 1; k >= 0; k-- {
		d.behind[k] = math.Inf(-1)
		for m := 1; m <= min(4, d.n-k); m++ {
			if p, ok := x.word(r[from+k : from+k+m]); ok {
				d.behind[k] = max(d.behind[k], d.behind[k+m]+p)
			}
		}
	}
	return d
}

// gain is by how much the text reads better with r[from:to] as one unit of
// weight p than as words.
func (d reading) gain(from, to int, p float64) float64 {
	return d.ahead[from-d.from] + p + d.behind[to-d.from] - d.ahead[d.n]
}

// alone weighs r as words without what stands around it: never more than the
// same characters weigh within a text.
func (x *lexicon) alone(r []rune) float64 {
	var best [readingMost + 1]float64
	for k := 1; k <= len(r); k++ {
		best[k] = math.Inf(-1)
		for m := 1; m <= min(4, k); m++ {
			if p, ok := x.word(r[k-m : k]); ok {
				best[k] = max(best[k], best[k-m]+p)
			}
		}
	}
	return best[len(r)]
}
