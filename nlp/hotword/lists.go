package hotword

import (
	_ "embed"
	"strings"
)

//go:embed words/stop_cppjieba.txt
var stopFile string

//go:embed words/general.txt
var generalFile string

//go:embed words/boilerplate.txt
var boilerplateFile string

//go:embed words/verbs.txt
var verbsFile string

//go:embed words/synonyms.txt
var synonymsFile string

// wordsOf reads the words of a list; lines that begin with # are comments.
func wordsOf(file string) []string {
	var out []string
	for line := range strings.Lines(file) {
		if !strings.HasPrefix(line, "# ") {
			out = append(out, strings.Fields(line)...)
		}
	}
	return out
}

func setOf(lists ...[]string) map[string]struct{} {
	set := make(map[string]struct{})
	for _, list := range lists {
		for _, w := range list {
			set[w] = struct{}{}
		}
	}
	return set
}

// ShippedSynonyms maps each variant to the word that stands for it.
func ShippedSynonyms() map[string]string {
	out := make(map[string]string)
	for line := range strings.Lines(synonymsFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			out[words[i]] = words[0]
		}
	}
	return out
}
