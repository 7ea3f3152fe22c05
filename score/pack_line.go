package score

import (
	"encoding/binary"
	"math"

	"minyi"
	"minyi/score/tally"
)

// Lines are packed, because a page unpacks hundreds of them: JSON takes ten
// times as long. The first byte is the form; a line of another form is computed
// anew.
const lineForm = 1

// packLine packs a line; its figures have no children.
func packLine(l line) []byte {
	w := packer{lineForm}
	w.text(l.Basis)
	r := &l.Row
	w.text(string(r.Unit))
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
	return w
}

type packer []byte

func (w *packer) whole(n int)      { *w = binary.AppendVarint(*w, int64(n)) }
func (w *packer) real(v float64)   { *w = binary.LittleEndian.AppendUint64(*w, math.Float64bits(v)) }
func (w *packer) text(s string)    { w.whole(len(s)); *w = append(*w, s...) }
func (w *packer) maybe(v *float64) { w.real(orNaN(v)) } // no figure is ever NaN

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func (w *packer) figure(f *minyi.Figure) {
	for _, s := range []string{f.Path, f.Grade, f.Source, f.Formula, f.Excl, f.Method} {
		w.text(s)
	}
	for _, v := range []*float64{f.Score, f.Low, f.High, f.Num, f.Den} {
		w.maybe(v)
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

// unpackLine unpacks a line of a basis; ok is false for any other, and for
// damaged bytes.
func unpackLine(b []byte, basis string) (row minyi.UnitRow, ok bool) {
	if len(b) == 0 || b[0] != lineForm {
		return row, false
	}
	r := unpacker{b: b[1:]}
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
	n := r.whole()
	for range min(n, len(r.b)) {
		row.Indicators = append(row.Indicators, r.figure())
	}
	return row, r.err == nil
}

type unpacker struct {
	b   []byte
	err error
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

func (r *unpacker) text() string { return string(r.take(r.whole())) }

func (r *unpacker) real() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))) }

func (r *unpacker) maybe() *float64 {
	v := r.real()
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func (r *unpacker) figure() (f minyi.Figure) {
	for _, into := range []*string{&f.Path, &f.Grade, &f.Source, &f.Formula, &f.Excl, &f.Method} {
		*into = r.text()
	}
	for _, into := range []**float64{&f.Score, &f.Low, &f.High, &f.Num, &f.Den} {
		*into = r.maybe()
	}
	f.Weight, f.Coverage = r.real(), r.real()
	f.Level, f.N = r.whole(), r.whole()
	f.Short = r.whole() == 1
	return f
}
