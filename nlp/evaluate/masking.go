package evaluate

import (
	"regexp"
	"strings"

	"minyi/nlp/mask"
)

// MaskFigures judge the masking of personal data span by span.
type MaskFigures struct {
	Task      string                 `json:"task"`
	Lines     int                    `json:"lines"`
	Spans     int                    `json:"spans"`     // marked in the file
	Found     int                    `json:"found"`     // covered whole
	Precision float64                `json:"precision"` // share of what was covered that was marked
	Recall    float64                `json:"recall"`
	Kinds     map[string]*KindRecall `json:"kinds"`
	Missed    []string               `json:"missed,omitempty"` // lines with a span not covered
	Extra     []string               `json:"extra,omitempty"`  // what was covered without being marked
}

// KindRecall is one kind's share.
type KindRecall struct {
	Spans  int     `json:"spans"`
	Recall float64 `json:"recall"`
	found  int
}

var marked = regexp.MustCompile(`\{([a-z]+):([^}]*)\}`)

// Masking reads lines in which personal data is marked {kind:text} and counts
// a mark as found when what was covered holds all of it.
func Masking(path string) (MaskFigures, error) {
	lines, err := readLines(path)
	if err != nil {
		return MaskFigures{}, err
	}
	f := MaskFigures{Task: "masking", Kinds: make(map[string]*KindRecall)}
	covered, right := 0, 0
	for _, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f.Lines++
		text, gold := unmark(strings.ReplaceAll(line, `\n`, "\n"))
		spans := mask.Find(text)
		for _, g := range gold {
			f.count(g, spans, line)
		}
		for _, s := range spans {
			covered++
			if overlapsAny(s, gold) {
				right++
				continue
			}
			f.Extra = append(f.Extra, text[s.Start:s.End]+" in "+text)
		}
	}
	f.finish(covered, right)
	return f, nil
}

func (f *MaskFigures) count(g mask.Span, spans []mask.Span, line string) {
	k := f.Kinds[string(g.Kind)]
	if k == nil {
		k = &KindRecall{}
		f.Kinds[string(g.Kind)] = k
	}
	f.Spans++
	k.Spans++
	for _, s := range spans {
		if s.Start <= g.Start && s.End >= g.End {
			f.Found++
			k.found++
			return
		}
	}
	f.Missed = append(f.Missed, line)
}

func (f *MaskFigures) finish(covered, right int) {
	if covered > 0 {
		f.Precision = float64(right) / float64(covered)
	}
	if f.Spans > 0 {
		f.Recall = float64(f.Found) / float64(f.Spans)
	}
	for _, k := range f.Kinds {
		k.Recall = float64(k.found) / float64(k.Spans)
	}
}

// unmark gives the text without marks and where they stood.
func unmark(line string) (string, []mask.Span) {
	var b strings.Builder
	var spans []mask.Span
	at := 0
	for _, m := range marked.FindAllStringSubmatchIndex(line, -1) {
		b.WriteString(line[at:m[0]])
		start := b.Len()
		b.WriteString(line[m[4]:m[5]])
		spans = append(spans, mask.Span{Start: start, End: b.Len(), Kind: mask.Kind(line[m[2]:m[3]])})
		at = m[1]
	}
	b.WriteString(line[at:])
	return b.String(), spans
}

func overlapsAny(s mask.Span, gold []mask.Span) bool {
	for _, g := range gold {
		if s.Start < g.End && g.Start < s.End {
			return true
		}
	}
	return false
}
