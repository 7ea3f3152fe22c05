package polarity

import (
	"cmp"
	_ "embed"
	"strings"

	"minyi/nlp/learn"
)

//go:embed aspects.txt
var shippedAspects string

// Aspect is what one judgement in a remark is about and how it speaks of it:
// 服务态度好,但办理太慢 praises 服务态度 and complains of 办理时效.
type Aspect struct {
	Text  string  // the words from the judgement before to the end of this one
	About string  // a name of the list, or empty: the words name none
	Score float64 // above Margin praise, below −Margin a complaint
}

// aspects knows the words of each aspect.
type aspects struct {
	about map[string]string
	words []string
}

func shippedAspectList() aspects {
	a := aspects{about: make(map[string]string)}
	for line := range strings.Lines(shippedAspects) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		for _, w := range fields[1:] {
			a.about[w] = fields[0]
			a.words = append(a.words, w)
		}
	}
	return a
}

// of gives the aspect whose word ends last in s; of two, the longer.
func (a aspects) of(s string) string {
	best, end := "", -1
	for _, w := range a.words {
		i := strings.LastIndex(s, w)
		if i < 0 || i+len(w) < end || i+len(w) == end && len(w) <= len(best) {
			continue
		}
		best, end = w, i+len(w)
	}
	return a.about[best]
}

// whole is what a judgement is about whose own words name nothing narrower.
const whole = "总体评价"

// Aspects gives the judgements of a remark in their order. A judging word may
// itself say what it judges (慢, 耐心); otherwise the nearest word before it in
// its clause does, then what follows. Neighbours about the same are one.
func (l *Lexicon) Aspects(text string) []Aspect {
	var out []Aspect
	for part := range parts(text) {
		from, first := 0, len(out)
		l.scan(part, func(at, end int, score float64) {
			out = append(out, Aspect{Text: part[from:end], About: l.aspects.behind(part[from:at], part[at:end]), Score: score})
			from = end
		}, func() {})
		if first < len(out) {
			last := &out[len(out)-1]
			if last.About == "" {
				last.About = l.aspects.of(part[from:])
			}
			last.Text += part[from:]
		}
		out = merged(out, first)
	}
	return out
}

// behind gives what a judging word is about, with the words before it.
func (a aspects) behind(before, judging string) string {
	own := a.of(judging)
	if own != "" && own != whole {
		return own
	}
	return cmp.Or(a.of(before), own)
}

// merged joins neighbours of one clause about the same, and those about
// nothing with a neighbour that judges alike.
func merged(all []Aspect, from int) []Aspect {
	out := all[:from]
	for _, a := range all[from:] {
		if n := len(out); n > from && out[n-1].takes(a) {
			out[n-1].Text += a.Text
			out[n-1].Score += a.Score
			if out[n-1].About == "" {
				out[n-1].About = a.About
			}
			continue
		}
		out = append(out, a)
	}
	return out
}

func (a Aspect) takes(next Aspect) bool {
	if a.About == next.About {
		return true
	}
	return (a.About == "" || next.About == "") && (a.Score > 0) == (next.Score > 0)
}

// Reasons gives the judging words of a remark with their weights, as they
// stand; below zero complains.
func (l *Lexicon) Reasons(text string, most int) []learn.Reason {
	var out []learn.Reason
	for part := range parts(text) {
		l.scan(part, func(at, end int, score float64) {
			if len(out) < most {
				out = append(out, learn.Reason{Feature: part[at:end], Weight: score})
			}
		}, func() {})
	}
	return out
}
