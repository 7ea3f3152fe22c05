package nlp

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"minyi"
	"minyi/internal/docstore"
)

// row is an analysis as figures need it: everything interned, about 100 bytes
// and four a word.
type row struct {
	answer     minyi.AnswerID
	rev        int64
	respondent uint64
	day        string
	campaign   minyi.CampaignID
	unit       minyi.UnitID
	family     minyi.Family
	audience   minyi.Audience
	channel    minyi.Channel
	topic      string
	words      []uint32
	margin     float32
	polarity   int8
	overall    int8 // the same respondent's rating; 0: none
	content    bool // counts, and says something
}

// rows holds a tenant's analyses in memory under one vocabulary. It is not
// safe for concurrent use by itself: tenant guards it.
type rows struct {
	vocabulary *vocabulary
	model      string // whose verdicts are shown
	list       []row
	at         map[minyi.AnswerID]int32
	words      []string
	number     map[string]uint32
	shared     map[string]string // one copy of each attribute value
	hash       maphash.Seed
	generation int // moves whenever a row does
}

func newRows(v *vocabulary, model string) *rows {
	return &rows{vocabulary: v, model: model, at: make(map[minyi.AnswerID]int32), number: make(map[string]uint32),
		shared: make(map[string]string), hash: maphash.MakeSeed()}
}

// apply takes in an analysis, unless it or a newer one is in already.
func (r *rows) apply(d docstore.Doc[analysis]) {
	id := minyi.AnswerID(d.ID)
	i, known := r.at[id]
	if known && r.list[i].rev >= d.Rev {
		return
	}
	r.generation++
	fresh := r.rowOf(id, d.Rev, d.Body)
	if known {
		r.list[i] = fresh
		return
	}
	r.at[id] = int32(len(r.list))
	r.list = append(r.list, fresh)
}

func (r *rows) rowOf(id minyi.AnswerID, rev int64, a analysis) row {
	v := a.by(r.model)
	out := row{answer: id, rev: rev, day: r.share(a.Day), campaign: minyi.CampaignID(r.share(string(a.Campaign))),
		unit: minyi.UnitID(r.share(string(a.Unit))), family: minyi.Family(r.share(string(a.Family))),
		audience: minyi.Audience(r.share(string(a.Audience))), channel: minyi.Channel(r.share(string(a.Channel))),
		topic: r.share(v.Topic), margin: float32(v.Margin), polarity: int8(v.Polarity), overall: int8(a.Overall), content: a.Counts && v.Content}
	if !out.content {
		return out
	}
	out.respondent = maphash.String(r.hash, writer(string(id), a))
	for _, w := range r.vocabulary.terms(a.Text, a.cutsBy(r.model)) {
		out.words = append(out.words, r.numberOf(w))
	}
	out.words = slices.Clip(out.words)
	return out
}

// writer is who wrote a remark. Where that is not known each is another's, but
// for a long one sent again word for word, which is one person's.
func writer(id string, a analysis) string {
	if a.Respondent == "" && utf8.RuneCountInString(a.Text) >= sameWriter {
		return a.Text
	}
	return cmp.Or(a.Respondent, id)
}

// sameWriter is how many characters two people do not write alike by chance.
const sameWriter = 20

func (r *rows) share(s string) string {
	if have, ok := r.shared[s]; ok {
		return have
	}
	s = strings.Clone(s)
	r.shared[s] = s
	return s
}

func (r *rows) numberOf(w string) uint32 {
	if n, ok := r.number[w]; ok {
		return n
	}
	w = strings.Clone(w)
	n := uint32(len(r.words))
	r.words = append(r.words, w)
	r.number[w] = n
	return n
}

// scope is a slice with its units resolved.
type scope struct {
	minyi.Slice
	units    map[minyi.UnitID]bool // nil: all
	polarity string                // of polarities; "": all
}

// polarities are the three classes by the names that requests give them.
var polarities = map[string]int8{"": 0, "negative": -1, "neutral": 0, "positive": 1}

func (s scope) holds(r *row) bool {
	switch {
	case !r.content,
		s.From != "" && r.day < s.From, s.To != "" && r.day > s.To,
		s.Audience != "" && r.audience != s.Audience,
		s.Family != "" && r.family != s.Family,
		s.Channel != "" && r.channel != s.Channel,
		s.Campaign != "" && r.campaign != s.Campaign,
		s.units != nil && !s.units[r.unit],
		s.polarity != "" && r.polarity != polarities[s.polarity]:
		return false
	}
	return true
}

// within gives the rows in scope, those of one respondent together.
func (r *rows) within(s scope) []*row {
	var out []*row
	for i := range r.list {
		if s.holds(&r.list[i]) {
			out = append(out, &r.list[i])
		}
	}
	slices.SortFunc(out, func(a, b *row) int {
		switch {
		case a.respondent < b.respondent:
			return -1
		case a.respondent > b.respondent:
			return 1
		}
		return strings.Compare(string(a.answer), string(b.answer))
	})
	return out
}
