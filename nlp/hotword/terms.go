package hotword

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

// Vocabulary decides which tokens are terms. It is safe for concurrent use and
// always decides the same.
type Vocabulary struct {
	field    map[string]struct{} // words of the field: nouns that may stand alone
	stop     map[string]struct{}
	verbs    map[string]struct{}
	synonyms map[string]string
	phrases  *phrase.Table
	places   bool
	letterIn *phrase.Table // letters, to be found in one pass
	memo     sync.Map      // verdict → bool: the same words come again and again
	kept     atomic.Int64
}

// verdict is what a decision depends on behind the stop list.
type verdict struct {
	text   string
	phrase bool
}

// mostKept bounds the memory of decisions.
const mostKept = 100_000

// Options make a Vocabulary.
type Options struct {
	Field    []string          // words of the field, e.g. those of the taxonomy
	Phrases  *phrase.Table     // for phrases within longer ones; nil: none
	Stop     []string          // further stop words (a tenant's own)
	Keep     []string          // never stopped (a tenant's own words)
	Synonyms map[string]string // variant → the word that stands for it; nil: the shipped ones
	Places   bool              // names of places too
}

// NewVocabulary puts the shipped lists and o together.
func NewVocabulary(o Options) *Vocabulary {
	v := &Vocabulary{
		field:    setOf(o.Field, o.Keep),
		stop:     setOf(wordsOf(stopFile), wordsOf(generalFile), o.Stop),
		verbs:    setOf(wordsOf(verbsFile)),
		letterIn: phrase.NewTable(wordsOf(boilerplateFile)),
		synonyms: o.Synonyms,
		phrases:  o.Phrases,
		places:   o.Places,
	}
	if v.synonyms == nil {
		v.synonyms = ShippedSynonyms()
	}
	for _, w := range o.Keep {
		delete(v.stop, w)
		delete(v.verbs, w)
	}
	if v.phrases == nil {
		v.phrases = phrase.NewTable()
	}
	return v
}

// Terms gives the distinct terms of one text, in the order in which they first
// occur, synonyms folded. A phrase within a longer one counts too.
func (v *Vocabulary) Terms(tokens []token.Token) []string {
	var out []string
	for i := range tokens {
		k := &tokens[i]
		if !v.accepts(k) || announces(tokens[i+1:]) {
			continue
		}
		out = v.add(out, k.Text)
		if k.Tag == phrase.Tag {
			out = v.within(out, k.Text)
		}
	}
	return out
}

// announces reports whether a covered number comes next: 身份证110****8888 tells
// whose number it is and not what the matter is.
func announces(next []token.Token) bool {
	stars := 0
	for i := range next {
		switch t := next[i].Text; {
		case strings.Trim(t, "*") == "":
			stars += len(t)
		case stars > 0:
			return stars >= coveredStars
		case i >= 4 || strings.ContainsFunc(t, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !strings.Contains("是为号号码", t):
			return false
		}
	}
	return stars >= coveredStars
}

// coveredStars stand at least in a covered number; a name or a house has one.
const coveredStars = 4

func (v *Vocabulary) add(out []string, w string) []string {
	if s, ok := v.synonyms[w]; ok {
		w = s
	}
	for _, have := range out {
		if have == w {
			return out
		}
	}
	return append(out, w)
}

// within adds the phrases that a longer phrase holds.
func (v *Vocabulary) within(out []string, p string) []string {
	if utf8.RuneCountInString(p) < 5 {
		return out
	}
	for from := range p {
		runes := 0
		for to := range p[from:] {
			if runes >= 3 && to < len(p) && v.holds(p[from:from+to]) {
				out = v.add(out, p[from:from+to])
			}
			runes++
		}
		if from > 0 && runes >= 3 && v.holds(p[from:]) {
			out = v.add(out, p[from:])
		}
	}
	return out
}

func (v *Vocabulary) holds(p string) bool {
	return v.phrases.Has(p) && v.accepts(&token.Token{Text: p, Tag: phrase.Tag})
}

func (v *Vocabulary) accepts(k *token.Token) bool {
	if len(k.Text) < 6 { // shorter than two Han characters
		return false
	}
	if _, stopped := v.stop[k.Text]; stopped {
		return false
	}
	_, known := v.field[k.Text]
	if known {
		_, verb := v.verbs[k.Text]
		return !verb && !strings.ContainsAny(k.Text, "0123456789")
	}
	if !allHan(k.Text) {
		return false
	}
	switch k.Tag {
	case phrase.Tag:
		return v.remembered(verdict{k.Text, true})
	case "n", "nz", "j", "an":
		return v.remembered(verdict{k.Text, false})
	case "ns":
		return v.places
	}
	return false
}

// remembered decides, once for each word.
func (v *Vocabulary) remembered(d verdict) bool {
	if known, ok := v.memo.Load(d); ok {
		return known.(bool)
	}
	is := v.decide(d)
	if v.kept.Load() < mostKept {
		v.kept.Add(1)
		v.memo.Store(verdict{strings.Clone(d.text), d.phrase}, is)
	}
	return is
}

// decide leaves out verbs that pass for nouns, phrases that name nothing, set
// phrases of letters, and places unless they are asked for.
func (v *Vocabulary) decide(d verdict) bool {
	if _, verb := v.verbs[d.text]; verb && !d.phrase {
		return false
	}
	if d.phrase && v.empty(d.text) {
		return false
	}
	letter := false
	v.letterIn.Each(d.text, func(string) { letter = true })
	return !letter && (v.places || !isPlace(d.text, v.field))
}

// empty tells phrases that name nothing: an adverb of degree with what it
// raises (有点长), and saying or doing with a general noun (确认细节).
func (v *Vocabulary) empty(p string) bool {
	for _, head := range degrees {
		if strings.HasPrefix(p, head) {
			return true
		}
	}
	for _, head := range tellings {
		if tail, ok := strings.CutPrefix(p, head); ok {
			if _, general := v.stop[tail]; general {
				return true
			}
		}
	}
	return false
}

var (
	degrees  = strings.Fields("有点 有些 非常 特别 比较 十分 不太 不够 还是 越来越 根本 太过")
	tellings = strings.Fields("确认 核实 告知 告诉 询问 说明 解释 反映 联系 沟通 答复 回复 提供 填写 要求 希望 没有")
)

func allHan(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}

// isPlace tells names of estates, roads, schools and districts from common
// nouns by their last characters, unless the tail is a word of the field
// (配套幼儿园 is no place, 月亮岛 is one).
func isPlace(w string, field map[string]struct{}) bool {
	for _, suffix := range placeSuffixes {
		if !strings.HasSuffix(w, suffix) || len(w) == len(suffix) {
			continue
		}
		for from := range w {
			if tail := w[from:]; from > 0 && utf8.RuneCountInString(tail) >= 3 {
				if _, known := field[tail]; known {
					return false
				}
			}
		}
		return true
	}
	return false
}

var placeSuffixes = strings.Fields("路 街 大道 巷 湖 岛 城 新城 苑 园 区 镇 乡 村 县 市 州 省 桥 站 机场 广场 国际 家园 公馆 社区 街道 府 湾 庭 郡 岭 山 河 江 洲 港 坡 庄 墅 邸 居 中学 小学 学校 医院 学院 大学 花园 公寓 大厦 名邸 华庭 半岛 铺 塘 垸 冲 片 线 组 队 项目 楼盘 凯旋门 三角洲 香槟 嘉园 铭园 星沙 长株潭 天地 时代 万境 帝景 睿城")
