package score

import (
	"encoding/binary"
	"math"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// Lines are packed, because a page unpacks hundreds of them: JSON takes ten
// times as long. The first byte is the form; a line of another form is computed
// anew. The form goes up too when figures come to be computed otherwise: a
// recount tells lines of an older program, which are shown until then.
const lineForm = 4

// words are the texts that lines of a method have in common, each packed as a
// number. Their order is part of the form.
type words struct {
	list []string
	at   map[string]int
}

func wordsOf(m *methods.Method) *words {
	d := &words{at: map[string]int{}}
	d.add("", "survey", "text", "imported", "computed", "wilson", "t", "delta", m.Root)
	m.Walk(func(n *methods.Node, _ int) { d.add(n.Path) })
	for _, r := range m.Rates {
		d.add(r.Name, tree.Formula(&r.Source))
	}
	for _, b := range m.Grades.Bands {
		d.add(b.Grade)
	}
	return d
}

func (d *words) add(texts ...string) {
	for _, t := range texts {
		if _, known := d.at[t]; !known {
			d.at[t] = len(d.list)
			d.list = append(d.list, t)
		}
	}
}

// packLine packs a line; its figures have no children.
func packLine(l line, common *words) []byte {
	w := packer{[]byte{lineForm}, common}
	w.plain(l.Basis)
	r := &l.Row
	w.plain(string(r.Unit))
	w.whole(r.Valid)
	w.whole(r.Defaults)
	for _, f := range []*minyi.Figure{r.Satisfied, r.TopTwo, r.Resolved, r.Score} {
		if f == nil {
			w.whole(0)
			continue
		}
		w.whole(1)
		w.figure(f)
	}
	w.whole(len(r.Indicators))
	for i := range r.Indicators {
		w.figure(&r.Indicators[i])
	}
	return w.b
}

type packer struct {
	b      []byte
	common *words
}

func (w *packer) whole(n int)    { w.b = binary.AppendVarint(w.b, int64(n)) }
func (w *packer) real(v float64) { w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(v)) }
func (w *packer) plain(s string) { w.whole(len(s)); w.b = append(w.b, s...) }

// text packs a common text as −1 − its number, any other as it is.
func (w *packer) text(s string) {
	if i, ok := w.common.at[s]; ok {
		w.whole(-1 - i)
		return
	}
	w.plain(s)
}

func (w *packer) figure(f *minyi.Figure) {
	for _, s := range []string{f.Path, f.Grade, f.Source, f.Formula, f.Excl, f.Method} {
		w.text(s)
	}
	numbers := []*float64{f.Score, f.Low, f.High, f.Num, f.Den}
	there := 0 // a bit for each number that there is
	for i, v := range numbers {
		if v != nil {
			there |= 1 << i
		}
	}
	w.whole(there)
	for _, v := range numbers {
		if v != nil {
			w.real(*v)
		}
	}
	w.real(f.Weight)
	w.real(f.Coverage)
	w.whole(f.Level)
	w.whole(f.N)
	short := 0
	if f.Short {
		short = 1
	}
	w.whole(short)
}

// leastFigure is the bytes of the shortest figure, so that damaged bytes ask for
// little memory.
const leastFigure = 26

// unpackLine unpacks a line of a basis; ok is false for any other, and for
// damaged bytes.
func unpackLine(b []byte, basis string, common *words) (row minyi.UnitRow, ok bool) {
	if len(b) == 0 || b[0] != lineForm {
		return row, false
	}
	r := unpacker{b: b[1:], common: common}
	if r.text() != basis {
		return row, false
	}
	row.Unit = minyi.UnitID(r.text())
	row.Valid, row.Defaults = r.whole(), r.whole()
	for _, into := range []**minyi.Figure{&row.Satisfied, &row.TopTwo, &row.Resolved, &row.Score} {
		if r.whole() == 1 {
			f := r.figure()
			*into = &f
		}
	}
	if n := r.whole(); n > 0 {
		row.Indicators = make([]minyi.Figure, 0, min(n, len(r.b)/leastFigure))
		for range cap(row.Indicators) {
			row.Indicators = append(row.Indicators, r.figure())
		}
	}
	return row, r.err == nil && len(r.b) == 0
}

type unpacker struct {
	b      []byte
	common *words
	err    error
}

func (r *unpacker) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.b, r.err = nil, tally.ErrDamaged
		return make([]byte, max(0, min(n, 8)))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *unpacker) whole() int {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.b, r.err = nil, tally.ErrDamaged
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *unpacker) text() string {
	n := r.whole()
	if i := -1 - n; i >= 0 && i < len(r.common.list) {
		return r.common.list[i]
	}
	return string(r.take(n))
}

func (r *unpacker) real() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))) }

func (r *unpacker) figure() (f minyi.Figure) {
	for _, into := range []*string{&f.Path, &f.Grade, &f.Source, &f.Formula, &f.Excl, &f.Method} {
		*into = r.text()
	}
	there, numbers := r.whole(), new([5]float64)
	for i, into := range []**float64{&f.Score, &f.Low, &f.High, &f.Num, &f.Den} {
		if there&(1<<i) != 0 {
			numbers[i] = r.real()
			*into = &numbers[i]
		}
	}
	f.Weight, f.Coverage = r.real(), r.real()
	f.Level, f.N = r.whole(), r.whole()
	f.Short = r.whole() == 1
	return f
}
