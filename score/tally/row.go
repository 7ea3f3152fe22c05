package tally

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"minyi"
)

// Key stands for an answer's id in a row: 64 bits of its SHA-256. Within one
// chunk of a few hundred rows two answers share a key with a chance of about
// 10⁻¹⁵.
type Key [8]byte

// KeyOf gives an answer's key.
func KeyOf(a minyi.AnswerID) Key {
	h := sha256.Sum256([]byte(a))
	return Key(h[:8])
}

// Bit is the i-th bit of the key, by which a chunk that is full splits.
func (k Key) Bit(i int) byte { return k[i/8] >> (7 - i%8) & 1 }

// Compare orders keys.
func (k Key) Compare(o Key) int { return bytes.Compare(k[:], o[:]) }

// Question is a closed question as it is counted: its tag and the length of
// its scale. The same tag on two scales is two questions.
type Question struct {
	Tag string
	K   int
}

// Text facts are counted like questions of their own.
var (
	// Polarity of a remark with content: 1 negative, 2 neutral, 3 positive.
	Polarity = Question{"text.polarity", 3}
	// Suggestion: 2 when the respondent left one with content, else 1.
	Suggestion = Question{"text.suggestion", 2}
)

// DontKnow is the value of 不了解/不清楚.
const DontKnow = 0

// Given is what an answer gave to a question: DontKnow, or 1…K.
type Given struct {
	Question
	V int
}

// Row is one answer in one chunk.
type Row struct {
	Key  Key
	Rev  int64 // the answer's revision
	Gone bool  // a tombstone: erased, or moved to another chunk
	// Flags of the answer.
	Counts, SetAside, Default, Remark bool

	Audience minyi.Audience
	Channel  minyi.Channel
	Family   minyi.Family
	Campaign minyi.CampaignID
	Category string
	// Respondent is 32 bits of the blind respondent, to tell apart who answered
	// twice; never more than needed for that.
	Respondent uint32
	Values     []Given // in the order of their questions

	Text Text
}

// Text is what the remark's analysis adds to a row.
type Text struct {
	Rev, Seq   int64 // the answer's revision analysed, and the analysis' sequence
	In         bool  // there is an analysis
	Content    bool
	Suggestion bool
	Polarity   int // −1, 0, +1
}

// RowOf makes a row of facts; text may be nil. Facts that are gone (no day)
// make a tombstone.
func RowOf(f minyi.AnswerFacts, text *minyi.TextFacts) Row {
	r := Row{
		Key: KeyOf(f.Answer), Rev: f.Rev, Counts: f.Counts, SetAside: f.SetAside, Default: f.Default,
		Remark: f.Remark, Audience: f.Audience, Channel: f.Channel, Family: f.Family,
		Campaign: f.Campaign, Category: f.Category, Respondent: respondent(f.Respondent),
		Values: make([]Given, 0, len(f.Values)),
	}
	for tag, v := range f.Values {
		switch {
		case v.K < 2 || v.K > maxScale || v.V > v.K || v.V < 0:
			// Not a value of any scale: leaving it out is all that can be done here.
		case v.DontKnow:
			r.Values = append(r.Values, Given{Question{tag, v.K}, DontKnow})
		case v.V >= 1:
			r.Values = append(r.Values, Given{Question{tag, v.K}, v.V})
		}
	}
	slices.SortFunc(r.Values, func(a, b Given) int { return compareQuestions(a.Question, b.Question) })
	if text != nil {
		r.Text = Text{Rev: text.Rev, Seq: text.Seq, In: true, Content: text.Content,
			Suggestion: text.Content && text.Suggestion, Polarity: max(-1, min(1, text.Polarity))}
	}
	return r
}

// Tombstone is the row of an answer that is no longer here at revision rev.
func Tombstone(k Key, rev int64) Row { return Row{Key: k, Rev: rev, Gone: true} }

func respondent(blind string) uint32 {
	if blind == "" {
		return 0
	}
	h := sha256.Sum256([]byte(blind))
	return binary.BigEndian.Uint32(h[:4])
}

// Merge gives the newer of two rows of one answer: the answer's part by its
// revision, the text's part by (revision analysed, sequence). next wins a tie,
// because equal revisions hold equal facts.
func (r Row) Merge(next Row) Row {
	out := next
	if r.Rev > next.Rev || (r.Rev == next.Rev && r.Gone && !next.Gone) {
		out = r
	}
	out.Text = r.Text
	if newer(r.Text, next.Text) {
		out.Text = next.Text
	}
	if out.Gone {
		return Tombstone(out.Key, out.Rev)
	}
	return out
}

func newer(old, next Text) bool {
	switch {
	case !next.In:
		return false
	case !old.In || next.Rev > old.Rev:
		return true
	}
	return next.Rev == old.Rev && next.Seq >= old.Seq
}

// Equal reports whether two rows hold the same.
func (r Row) Equal(o Row) bool {
	a, b := r, o
	a.Values, b.Values = nil, nil
	return slices.Equal(r.Values, o.Values) && equalFlat(a, b)
}

func equalFlat(a, b Row) bool {
	return a.Key == b.Key && a.Rev == b.Rev && a.Gone == b.Gone && a.Counts == b.Counts &&
		a.SetAside == b.SetAside && a.Default == b.Default && a.Remark == b.Remark &&
		a.Audience == b.Audience && a.Channel == b.Channel && a.Family == b.Family &&
		a.Campaign == b.Campaign && a.Category == b.Category && a.Respondent == b.Respondent && a.Text == b.Text
}

// Value gives what the row gave to a question.
func (r Row) Value(q Question) (v int, asked bool) {
	i, found := slices.BinarySearchFunc(r.Values, q, func(g Given, q Question) int { return compareQuestions(g.Question, q) })
	if !found {
		return 0, false
	}
	return r.Values[i].V, true
}

// group is the random group of the respondent; an answer without one is a
// person of its own.
func (r Row) group() int {
	if r.Respondent != 0 {
		return int(r.Respondent % Groups)
	}
	return int(r.Key[7] % Groups)
}

// counted gives every question the row answers, text facts among them. No
// remark is no suggestion, and nothing to have a tone; a remark without
// analysis is neither.
func (r Row) counted() []Given {
	out := make([]Given, len(r.Values), len(r.Values)+2)
	copy(out, r.Values)
	switch {
	case !r.Remark:
		return append(out, Given{Suggestion, 1})
	case !r.Text.In:
		return out
	case r.Text.Content:
		out = append(out, Given{Polarity, r.Text.Polarity + 2})
	}
	suggests := 1
	if r.Text.Suggestion {
		suggests = 2
	}
	return append(out, Given{Suggestion, suggests})
}

func compareQuestions(a, b Question) int {
	if a.Tag != b.Tag {
		if a.Tag < b.Tag {
			return -1
		}
		return 1
	}
	return a.K - b.K
}

// Digest is a hash of what the row counts, revisions left aside: two rows that
// add the same to every figure have the same digest.
func (r Row) Digest() uint64 {
	r.Rev, r.Text.Rev, r.Text.Seq = 0, 0, 0
	h := sha256.Sum256(Block{r}.Encode())
	return binary.BigEndian.Uint64(h[:8])
}
