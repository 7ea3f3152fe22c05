package jieba

import "strings"

// tagTable gives each dictionary word its part of speech. Words point into the
// dictionary's own text and tags are numbered, which keeps 350,000 entries
// near 20 MB.
type tagTable struct {
	words map[string]uint8
	names []string
}

// newTagTable reads dictionary and user words, both already checked; of a word
// that stands twice the last line holds, as in the trie.
func newTagTable(main, user []byte) tagTable {
	t := tagTable{words: make(map[string]uint8, strings.Count(string(main), "\n"))}
	number := make(map[string]uint8)
	for line := range strings.Lines(string(main) + string(user)) {
		line = strings.TrimSuffix(line, "\n")
		first, last := strings.IndexByte(line, ' '), strings.LastIndexByte(line, ' ')
		if first < 0 {
			continue
		}
		tag := line[last+1:]
		n, known := number[tag]
		if !known {
			if len(t.names) > 255 { // a dictionary of a stranger's make: the rest is "x"
				continue
			}
			n = uint8(len(t.names))
			number[tag] = n
			t.names = append(t.names, strings.Clone(tag))
		}
		t.words[line[:first]] = n
	}
	return t
}

// of tags a word; an unknown one by the rule that cppjieba's tagger has: m for
// digits, eng where Latin letters make up half of it, else x.
func (t tagTable) of(word string) string {
	if n, ok := t.words[word]; ok {
		return t.names[n]
	}
	runes := 0
	for range word {
		runes++
	}
	ascii, digits := 0, 0
	for _, r := range word {
		if ascii >= runes/2 {
			break
		}
		if r < 0x80 {
			ascii++
			if r >= '0' && r <= '9' {
				digits++
			}
		}
	}
	switch {
	case ascii == 0:
		return "x"
	case digits == ascii:
		return "m"
	}
	return "eng"
}
