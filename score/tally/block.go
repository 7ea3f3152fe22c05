package tally

import (
	"encoding/binary"
	"fmt"
	"slices"

	"minyi"
)

const (
	blockFormat = 1
	maxScale    = 200 // longest scale, and
	maxAsked    = 500 // most questions, that damaged bytes may ask memory for
)

// Block is the rows of one chunk in the order of their keys.
type Block []Row

// Put merges a row into the block and reports whether anything changed.
func (b *Block) Put(r Row) bool {
	i, found := slices.BinarySearchFunc(*b, r.Key, func(x Row, k Key) int { return x.Key.Compare(k) })
	if !found {
		*b = slices.Insert(*b, i, r)
		return true
	}
	merged := (*b)[i].Merge(r)
	if merged.Equal((*b)[i]) {
		return false
	}
	(*b)[i] = merged
	return true
}

// Get gives the row of a key.
func (b Block) Get(k Key) (Row, bool) {
	i, found := slices.BinarySearchFunc(b, k, func(x Row, k Key) int { return x.Key.Compare(k) })
	if !found {
		return Row{}, false
	}
	return b[i], true
}

// Split parts the block by a bit of the keys.
func (b Block) Split(bit int) (zero, one Block) {
	for _, r := range b {
		if r.Key.Bit(bit) == 0 {
			zero = append(zero, r)
		} else {
			one = append(one, r)
		}
	}
	return zero, one
}

// Sum adds up the rows.
func (b Block) Sum() Sum {
	s := Sum{}
	for _, r := range b {
		s.Add(r)
	}
	return s
}

// Encode packs the block: the words and questions once, then about 25 bytes a
// row. Equal blocks have equal bytes.
func (b Block) Encode() []byte {
	var dict words
	var body writer
	questions := map[Question]uint64{}
	var order []Question
	for _, r := range b {
		for _, g := range r.Values {
			if _, ok := questions[g.Question]; !ok {
				questions[g.Question] = uint64(len(order))
				order = append(order, g.Question)
			}
		}
		body.row(r, &dict, questions)
	}
	var w writer
	w.uint(blockFormat)
	w.uint(uint64(len(dict.list)))
	for _, s := range dict.list {
		w.string(s)
	}
	w.uint(uint64(len(order)))
	for _, q := range order {
		w.string(q.Tag)
		w.uint(uint64(q.K))
	}
	w.uint(uint64(len(b)))
	return append(w.b, body.b...)
}

const (
	flagGone = 1 << iota
	flagCounts
	flagSetAside
	flagDefault
	flagRemark
	flagText
	flagContent
	flagSuggestion
)

func flags(r Row) uint64 {
	var f uint64
	for i, on := range []bool{r.Gone, r.Counts, r.SetAside, r.Default, r.Remark, r.Text.In, r.Text.Content, r.Text.Suggestion} {
		if on {
			f |= 1 << i
		}
	}
	return f
}

func (w *writer) row(r Row, dict *words, questions map[Question]uint64) {
	w.b = append(w.b, r.Key[:]...)
	w.uint(flags(r))
	w.int(r.Rev)
	if r.Gone {
		return
	}
	for _, s := range []string{string(r.Audience), string(r.Channel), string(r.Family), string(r.Campaign), r.Category} {
		w.uint(dict.of(s))
	}
	w.b = binary.BigEndian.AppendUint32(w.b, r.Respondent)
	w.uint(uint64(len(r.Values)))
	for _, g := range r.Values {
		w.uint(questions[g.Question])
		w.uint(uint64(g.V))
	}
	if r.Text.In {
		w.int(r.Text.Rev)
		w.int(r.Text.Seq)
		w.int(int64(r.Text.Polarity))
	}
}

// Decode unpacks a block.
func Decode(b []byte) (Block, error) {
	if len(b) == 0 {
		return nil, nil
	}
	r := &reader{b: b}
	if f := r.uint(); f != blockFormat {
		return nil, fmt.Errorf("%w: rows of format %d, this program reads %d", ErrDamaged, f, blockFormat)
	}
	dict := make([]string, r.count())
	for i := range dict {
		dict[i] = r.string()
	}
	questions := make([]Question, r.count())
	for i := range questions {
		questions[i] = r.question()
	}
	out := make(Block, r.count())
	for i := range out {
		out[i] = r.row(dict, questions)
	}
	return out, r.err
}

func (r *reader) row(dict []string, questions []Question) Row {
	var row Row
	copy(row.Key[:], r.bytes(8))
	f := r.uint()
	row.Rev = r.int()
	if row.Gone = f&flagGone != 0; row.Gone {
		return row
	}
	row.Counts, row.SetAside, row.Default, row.Remark = f&flagCounts != 0, f&flagSetAside != 0, f&flagDefault != 0, f&flagRemark != 0
	row.Audience, row.Channel = minyi.Audience(r.word(dict)), minyi.Channel(r.word(dict))
	row.Family, row.Campaign = minyi.Family(r.word(dict)), minyi.CampaignID(r.word(dict))
	row.Category = r.word(dict)
	if b := r.bytes(4); b != nil {
		row.Respondent = binary.BigEndian.Uint32(b)
	}
	n := r.count()
	row.Values = make([]Given, 0, n)
	for range n {
		q, v := r.uint(), r.uint()
		if q >= uint64(len(questions)) || v > uint64(questions[q].K) {
			r.err = ErrDamaged
			return row
		}
		row.Values = append(row.Values, Given{questions[q], int(v)})
	}
	if f&flagText != 0 {
		row.Text = Text{Rev: r.int(), Seq: r.int(), Polarity: int(r.int()), In: true, Content: f&flagContent != 0, Suggestion: f&flagSuggestion != 0}
	}
	return row
}

// question reads a question and refuses scales that no questionnaire has.
func (r *reader) question() Question {
	q := Question{r.string(), int(min(r.uint(), 1<<30))}
	if q.K < 2 || q.K > maxScale {
		r.err = ErrDamaged
		return Question{K: 2}
	}
	return q
}

func (r *reader) word(dict []string) string {
	i := r.uint()
	if i >= uint64(len(dict)) {
		r.err = ErrDamaged
		return ""
	}
	return dict[i]
}
