package nlp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/nlp/hotword"
)

// Dictionary is a tenant's own words. It works on tokens in Go, so that a
// change takes effect for all periods at once and never touches gojieba.
type Dictionary struct {
	Words    []string          `json:"words,omitempty"`    // kept whole and never stopped
	Stop     []string          `json:"stop,omitempty"`     // never shown
	Synonyms map[string]string `json:"synonyms,omitempty"` // variant → the word that stands for it
	Masked   []string          `json:"masked,omitempty"`   // covered wherever they stand, from now on and when shown
	Version  int               `json:"version"`
}

const dictionaryMost = 20_000 // words a list

// check refuses words that could never match, by list and place.
func (d Dictionary) check() error {
	for _, l := range []struct {
		name  string
		words []string
	}{{"words", d.Words}, {"stop", d.Stop}, {"masked", d.Masked}} {
		if len(l.words) > dictionaryMost {
			return badWord(l.name, len(l.words), "词表过长", "the list is too long")
		}
		for i, w := range l.words {
			if zh, en := wordFault(w); zh != "" {
				return badWord(l.name, i+1, zh, en)
			}
		}
	}
	for i, variant := range sortedKeys(d.Synonyms) {
		if zh, en := d.synonymFault(variant); zh != "" {
			return badWord("synonyms", i+1, zh, en)
		}
	}
	return nil
}

// synonymFault tells what is wrong with a variant or the word that stands for
// it.
func (d Dictionary) synonymFault(variant string) (zh, en string) {
	main := d.Synonyms[variant]
	for _, w := range []string{variant, main} {
		if zh, en := wordFault(w); zh != "" {
			return zh, en
		}
	}
	if variant == main {
		return "词不能合并到它自己：" + main, "a word cannot be merged into itself: " + main
	}
	if _, chained := d.Synonyms[main]; chained {
		return "合并到的词本身也被合并：" + main, "the word it is merged into is merged itself: " + main
	}
	return "", ""
}

func wordFault(w string) (zh, en string) {
	n := utf8.RuneCountInString(w)
	switch {
	case !utf8.ValidString(w):
		return "不是 UTF-8 编码", "it is not UTF-8"
	case n < 2 || n > 30:
		return "词长应在 2 到 30 字之间", "a word has 2 to 30 characters"
	case strings.ContainsFunc(w, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsPunct(r) && r != '·' || r == utf8.RuneError
	}):
		return "词里有空白、标点、控制字符或零宽字符", "the word has a blank, punctuation, a control or zero-width character in it"
	}
	return "", ""
}

func badWord(list string, line int, zh, en string) error {
	return fault.New(fault.Invalid, "dictionary_bad", fmt.Sprintf("词表 %s 第 %d 项有误：%s。请改正后保存。", list, line, zh),
		fmt.Sprintf("list %s, entry %d: %s; correct it and save again", list, line, en)).On(fmt.Sprintf("%s:%d", list, line))
}

// DictionaryRequest reads, saves or previews a tenant's dictionary.
type DictionaryRequest struct {
	Tenant     minyi.TenantID `json:"-"`
	Dictionary Dictionary     `json:"dictionary"`
}

// Dictionary gives the tenant's own words.
func (s *Service) Dictionary(ctx context.Context, req DictionaryRequest) (Dictionary, error) {
	set, err := s.readSettings(ctx, tenantOf(ctx, req.Tenant))
	return set.Body.Dictionary, err
}

// SaveDictionary replaces the tenant's own words. The figures of all periods
// switch over within seconds.
func (s *Service) SaveDictionary(ctx context.Context, req DictionaryRequest) (Dictionary, error) {
	if err := req.Dictionary.check(); err != nil {
		return Dictionary{}, err
	}
	// The longest first: 老王 must not leave 头 of 老王头 uncovered.
	slices.SortStableFunc(req.Dictionary.Masked, func(a, b string) int { return len(b) - len(a) })
	tenant := tenantOf(ctx, req.Tenant)
	set, err := s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		version := b.Dictionary.Version
		b.Dictionary = req.Dictionary
		b.Dictionary.Version = version + 1
		return nil
	})
	if err != nil {
		return Dictionary{}, err
	}
	return set.Body.Dictionary, s.tenant(tenant).switchOver(ctx)
}

// Change is a word whose count a dictionary would change.
type Change struct {
	Word   string `json:"word"`
	Before int    `json:"before"` // respondents
	After  int    `json:"after"`
}

// PreviewReply says what a dictionary would change among the newest texts.
type PreviewReply struct {
	Texts   int      `json:"texts"`
	Changes []Change `json:"changes"` // the largest first
}

const previewTexts = 2000

// PreviewDictionary counts the words of the newest texts under the present and
// the proposed dictionary.
func (s *Service) PreviewDictionary(ctx context.Context, req DictionaryRequest) (PreviewReply, error) {
	if err := req.Dictionary.check(); err != nil {
		return PreviewReply{}, err
	}
	tenant := tenantOf(ctx, req.Tenant)
	now, err := s.tenant(tenant).readBasis(ctx)
	if err != nil {
		return PreviewReply{}, err
	}
	before := newRows(newVocabulary(s.taxonomy, now.book, now.dictionary), now.model)
	after := newRows(newVocabulary(s.taxonomy, now.book, req.Dictionary), now.model)
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(tenant)), Desc: true, Limit: previewTexts}
	for d, err := range s.store.analyses.Find(ctx, q) {
		if err != nil {
			return PreviewReply{}, err
		}
		before.apply(d)
		after.apply(d)
	}
	return PreviewReply{Texts: len(before.list), Changes: changes(before, after)}, nil
}

const mostChanges = 200

func changes(before, after *rows) []Change {
	count := make(map[string]*Change)
	note := func(r *rows, set func(*Change, int)) {
		counts, _ := r.count(scope{})
		for _, c := range counts {
			if count[c.Word] == nil {
				count[c.Word] = &Change{Word: c.Word}
			}
			set(count[c.Word], c.Respondents)
		}
	}
	note(before, func(c *Change, n int) { c.Before = n })
	note(after, func(c *Change, n int) { c.After = n })
	var out []Change
	for _, w := range sortedKeys(count) {
		if c := count[w]; c.Before != c.After {
			out = append(out, *c)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return abs(b.After-b.Before) - abs(a.After-a.Before) })
	return out[:min(len(out), mostChanges)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// synonymsOf puts the tenant's own over the shipped ones, whose words may in
// their turn be merged by the tenant (噪声污染 → 噪音污染 → 噪音扰民).
func (d Dictionary) synonymsOf() map[string]string {
	out := hotword.ShippedSynonyms()
	for variant, main := range d.Synonyms {
		out[variant] = main
		delete(out, main) // the tenant's word stands for itself
	}
	for variant, main := range out {
		if further, merged := d.Synonyms[main]; merged {
			out[variant] = further
		}
	}
	return out
}
