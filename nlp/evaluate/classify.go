package evaluate

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"

	"minyi/internal/fault"
	"minyi/nlp/clean"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

// Segmenter cuts text.
type Segmenter interface {
	Tag(text string) []token.Token
	Version() string
}

// Options say what to evaluate on.
type Options struct {
	Train    string // CSV with label and text (and title), or label and tokens
	Test     string
	Labels   int // how many training labels to use; −1: all; 0: none, the taxonomy alone
	MaxChars int // cut test texts to so many characters; 0: whole
}

// Report judges a classifier.
type Report struct {
	Task         string  `json:"task"`
	Model        string  `json:"model"`
	TrainRows    int     `json:"train_rows"`
	Labels       int     `json:"labels"`
	TestRows     int     `json:"test_rows"`
	Skipped      int     `json:"skipped,omitempty"`  // test rows without a text or a label
	Repeated     int     `json:"repeated,omitempty"` // test rows whose text stands among the training rows: they flatter
	MaxChars     int     `json:"max_chars,omitempty"`
	TrainSeconds float64 `json:"train_seconds"`
	learn.Figures
}

// sample is a labelled text ready for a model.
type sample struct {
	text  learn.Text
	label string
	raw   string
	cut   []token.Token
}

// Topic trains on the labels asked for (the rest of the training texts serve
// without their labels) and judges on the test file.
func Topic(seg Segmenter, t *topic.Taxonomy, o Options) (Report, error) {
	seeds := topic.NewSeeds(t)
	prepare := func(s *sample) { s.text = seeds.TextOf(s.cut) }
	train, test, skipped, err := samples(seg, o, prepare)
	if err != nil {
		return Report{}, err
	}
	start := time.Now()
	labelled, rest := pick(train, o.Labels)
	if err := comparable(train, test, o); err != nil {
		return Report{}, err
	}
	model, err := trainTopic(seeds, labelled, rest, labelsOf(test))
	if err != nil {
		return Report{}, err
	}
	r := Report{Task: "topic", Model: model.name, TrainRows: len(train), Labels: len(labelled), TestRows: len(test), Skipped: skipped, Repeated: repeated(train, test, o.MaxChars), MaxChars: o.MaxChars,
		TrainSeconds: time.Since(start).Seconds()}
	r.Figures = judge(test, model)
	return r, nil
}

// Polarity trains on a file of label (1, 0) and text and judges on another.
// With Labels 0 it judges the shipped lexicon.
func Polarity(seg Segmenter, o Options) (Report, error) {
	lex := polarity.Shipped()
	train, test, skipped, err := samples(seg, o, func(s *sample) { s.text = lex.TextOf(s.raw, s.cut) })
	if err != nil {
		return Report{}, err
	}
	if err := comparable(train, test, o); err != nil {
		return Report{}, err
	}
	start := time.Now()
	labelled, _ := pick(train, o.Labels)
	r := Report{Task: "polarity", Model: polarity.Version, TrainRows: len(train), Labels: len(labelled), TestRows: len(test), Skipped: skipped, Repeated: repeated(train, test, o.MaxChars), MaxChars: o.MaxChars}
	var m predictor
	if o.Labels == 0 {
		m = predictor{margin: 2 * polarity.Margin, best: func(s *sample) (string, float64) { return lexiconSays(lex, s.raw) }}
	} else {
		trained, err := learn.Train(examplesOf(labelled), polarity.TrainingOptions())
		if err != nil {
			return Report{}, err
		}
		r.Model = "ensemble"
		m = predictor{margin: polarity.DecidedMargin, best: func(s *sample) (string, float64) { return trained.Best(s.text) }}
	}
	r.TrainSeconds = time.Since(start).Seconds()
	r.Figures = judge(test, m)
	return r, nil
}

// lexiconSays answers in the labels of the files; what the lexicon cannot tell
// counts as praise, as most unmarked remarks are no complaint.
func lexiconSays(l *polarity.Lexicon, text string) (string, float64) {
	score := l.Score(text)
	if score < 0 {
		return "0", -score
	}
	return "1", score
}

// predictor is a model as the judge sees it.
type predictor struct {
	name   string
	margin float64
	best   func(*sample) (string, float64)
}

func judge(test []sample, m predictor) learn.Figures {
	outcomes := make([]learn.Outcome, len(test))
	for i := range test {
		said, margin := m.best(&test[i])
		outcomes[i] = learn.Outcome{Gold: test[i].label, Said: said, Margin: margin}
	}
	return learn.Judge(outcomes, m.margin)
}

func samples(seg Segmenter, o Options, prepare func(*sample)) (train, test []sample, skipped int, err error) {
	if train, _, err = readSamples(seg, o.Train, 0, prepare); err != nil {
		return nil, nil, 0, err
	}
	test, skipped, err = readSamples(seg, o.Test, o.MaxChars, prepare)
	return train, test, skipped, err
}

// readSamples also counts the rows passed over, which lack a text or a label.
func readSamples(seg Segmenter, path string, maxChars int, prepare func(*sample)) (out []sample, skipped int, err error) {
	t, err := readList(path, "label", "tokens|text|title")
	if err != nil {
		return nil, 0, err
	}
	for _, row := range t.rows {
		s := sample{label: strings.TrimSpace(t.get(row, "label"))}
		if tokens := t.get(row, "tokens"); tokens != "" {
			s.cut, s.raw = given(tokens, maxChars)
		} else {
			s.raw = cap(clean.Text(emoticon.ReplaceAllString(join(t.get(row, "title"), t.get(row, "text")), ""), 0), maxChars)
			s.cut = seg.Tag(s.raw)
		}
		if s.label == "" || strings.TrimSpace(s.raw) == "" {
			skipped++
			continue
		}
		prepare(&s)
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, 0, fault.New(fault.Invalid, "csv_empty", "文件 "+path+" 没有可用的行（标签与文本都不能为空）。", path+" has no row with both a label and a text").On(path)
	}
	return out, skipped, nil
}

// emoticon is a weibo mark such as [泪], from which the labels of that set were
// made: an honest test takes it out.
var emoticon = regexp.MustCompile(`\[[^\[\]\s]{1,8}\]`)

func join(title, text string) string {
	if title == "" || text == "" {
		return title + text
	}
	return title + "\n" + text
}

func cap(s string, runes int) string {
	if runes <= 0 {
		return s
	}
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// given takes tokens that the file brings along.
func given(tokens string, maxChars int) ([]token.Token, string) {
	var out []token.Token
	var raw strings.Builder
	n := 0
	for w := range strings.FieldsSeq(tokens) {
		runes := len([]rune(w))
		if maxChars > 0 && n+runes > maxChars {
			break
		}
		n += runes
		out = append(out, token.Token{Text: w, Tag: "n"})
		raw.WriteString(w)
	}
	return out, raw.String()
}

// pick chooses n labelled samples by a hash of their text, so that the choice
// is the same in every run and does not follow the order of the file.
func pick(all []sample, n int) (labelled, rest []sample) {
	if n < 0 || n >= len(all) {
		return all, nil
	}
	order := make([]int, len(all))
	key := make([]uint64, len(all))
	for i := range all {
		order[i] = i
		h := fnv.New64a()
		_, _ = h.Write([]byte(all[i].raw))
		key[i] = h.Sum64()
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if key[a] < key[b] {
			return -1
		}
		if key[a] > key[b] {
			return 1
		}
		return 0
	})
	for k, i := range order {
		if k < n {
			labelled = append(labelled, all[i])
		} else {
			rest = append(rest, all[i])
		}
	}
	return labelled, rest
}

func labelsOf(all []sample) []string {
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s.label) {
			out = append(out, s.label)
		}
	}
	slices.Sort(out)
	return out
}

func examplesOf(all []sample) []learn.Example {
	out := make([]learn.Example, len(all))
	for i, s := range all {
		out[i] = learn.Example{Text: s.text, Label: s.label}
	}
	return out
}
