package evaluate

import (
	"cmp"
	"slices"

	"minyi/nlp/hotword"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

// WordFigures say how much the words shown tell of their topics.
type WordFigures struct {
	Task           string              `json:"task"`
	TrainRows      int                 `json:"train_rows"`
	TestRows       int                 `json:"test_rows"`
	Phrases        int                 `json:"phrases"` // learnt
	PurityOverall  float64             `json:"purity_overall"`
	PurityPerTopic float64             `json:"purity_per_topic"`
	TermsWhole     float64             `json:"terms_whole"` // share of taxonomy terms in 10 texts and more that stay whole
	Overall        []string            `json:"overall"`
	PerTopic       map[string][]string `json:"per_topic"`
}

// HotWords makes the word lists from labelled texts (CSV with label and text or
// tokens) and judges them on others: the purity of a word is its largest share
// of any topic, each topic counting alike; the overall list has 50 words, each
// topic's eight, by log-odds. terms may name a taxonomy file (CSV with level1,
// level2, level3) whose terms must stay whole.
func HotWords(seg Segmenter, t *topic.Taxonomy, train, test, terms string) (WordFigures, error) {
	retag := func(s *sample) { s.cut = seg.Tag(s.raw) }
	made, _, err := readSamples(seg, train, 0, retag)
	if err != nil {
		return WordFigures{}, err
	}
	judged, _, err := readSamples(seg, test, 0, retag)
	if err != nil {
		return WordFigures{}, err
	}
	found := phrase.Discover(func(yield func([]token.Token) bool) {
		for i := range made {
			if !yield(made[i].cut) {
				return
			}
		}
	}, phrase.Options{})
	learnt := make([]string, len(found))
	for i, f := range found {
		learnt[i] = f.Text
	}
	table := phrase.NewTable(t.Phrases(), learnt)
	w := wordLists{table: table, vocabulary: hotword.NewVocabulary(hotword.Options{Field: t.Words(), Phrases: table})}
	w.count(made)
	f := WordFigures{Task: "hotwords", TrainRows: len(made), TestRows: len(judged), Phrases: len(found), PerTopic: map[string][]string{}}
	f.Overall = w.overall(50)
	j := newJudge(w, judged)
	f.PurityOverall = j.purity(f.Overall, "")
	for _, label := range labelsOf(made) {
		f.PerTopic[label] = w.ofTopic(label, 8)
		f.PurityPerTopic += j.purity(f.PerTopic[label], label) / float64(len(labelsOf(made)))
	}
	if terms != "" {
		f.TermsWhole, err = wholeTerms(terms, table, judged)
	}
	return f, err
}

// wordLists counts texts by word, in all and by topic.
type wordLists struct {
	table      *phrase.Table
	vocabulary *hotword.Vocabulary
	all        map[string]int
	by         map[string]map[string]int
	texts      map[string]int
	n          int
}

func (w *wordLists) terms(s *sample) []string {
	return w.vocabulary.Terms(w.table.Merge(s.raw, s.cut))
}

func (w *wordLists) count(texts []sample) {
	w.all, w.by, w.texts = map[string]int{}, map[string]map[string]int{}, map[string]int{}
	for i := range texts {
		label := texts[i].label
		if w.by[label] == nil {
			w.by[label] = map[string]int{}
		}
		w.texts[label]++
		w.n++
		for _, t := range w.terms(&texts[i]) {
			w.all[t]++
			w.by[label][t]++
		}
	}
}

func (w *wordLists) overall(n int) []string {
	var counts []hotword.Count
	for word, c := range w.all {
		counts = append(counts, hotword.Count{Word: word, Respondents: c})
	}
	var out []string
	for _, x := range hotword.Weigh(counts, w.n, 5) {
		if len(out) < n {
			out = append(out, x.Word)
		}
	}
	return out
}

func (w *wordLists) ofTopic(label string, n int) []string {
	rest := make(map[string]int, len(w.all))
	for word, c := range w.all {
		rest[word] = c - w.by[label][word]
	}
	var out []string
	for _, s := range hotword.Distinct(w.by[label], rest, w.texts[label], w.n-w.texts[label], hotword.SignificantZ, 5) {
		if len(out) < n {
			out = append(out, s.Word)
		}
	}
	return out
}

// purityJudge knows, on texts that made no list, each word's share by topic.
type purityJudge struct {
	by    map[string]map[string]int
	texts map[string]int
}

func newJudge(w wordLists, texts []sample) purityJudge {
	w.count(texts)
	return purityJudge{w.by, w.texts}
}

// purity is the mean over words of their largest balanced share, or of their
// share of one topic.
func (j purityJudge) purity(words []string, topic string) float64 {
	sum, n := 0.0, 0
	for _, w := range words {
		total, largest := 0.0, 0.0
		for label, texts := range j.texts {
			rate := float64(j.by[label][w]) / float64(texts)
			total += rate
			if topic == "" || topic == label {
				largest = max(largest, rate)
			}
		}
		if total > 0 {
			sum += largest / total
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// wholeTerms is the share of the taxonomy's terms that occur in ten texts and
// more and come out of the table whole wherever they stand.
func wholeTerms(path string, table *phrase.Table, texts []sample) (float64, error) {
	t, err := readList(path, "level2", "level3")
	if err != nil {
		return 0, err
	}
	terms := make(map[string]bool)
	for _, row := range t.rows {
		for _, level := range []string{"level2", "level3"} {
			if w := t.get(row, level); len([]rune(w)) >= 2 && allHan(w) {
				terms[w] = true
			}
		}
	}
	all := make([]string, 0, len(terms))
	for w := range terms {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(a, b) })
	index := phrase.NewTable(all)
	in, whole := make(map[string]int), make(map[string]int)
	for i := range texts {
		countWhole(index, table, &texts[i], in, whole)
	}
	met, kept := 0.0, 0.0
	for _, w := range all {
		if in[w] >= 10 {
			met++
			kept += float64(whole[w]) / float64(in[w])
		}
	}
	return kept / max(met, 1), nil
}

func countWhole(index, table *phrase.Table, s *sample, in, whole map[string]int) {
	seen := make(map[string]bool)
	index.Each(s.raw, func(w string) { seen[w] = true })
	if len(seen) == 0 {
		return
	}
	held := make(map[string]bool)
	for _, k := range table.Merge(s.raw, s.cut) {
		index.Each(k.Text, func(w string) { held[w] = true })
	}
	for w := range seen {
		in[w]++
		if held[w] {
			whole[w]++
		}
	}
}
