package tally

import (
	"encoding/binary"
	"errors"
)

// ErrDamaged says that bytes from the store do not hold what they should.
var ErrDamaged = errors.New("stored counts are cut short or damaged")

// writer appends varints and strings; the format is little and fixed so that
// equal values have equal bytes.
type writer struct{ b []byte }

func (w *writer) uint(v uint64)   { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) int(v int64)     { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) string(s string) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }

// reader is the reverse; the first damage stops it and stays in err.
type reader struct {
	b   []byte
	err error
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.err, r.b = ErrDamaged, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.err, r.b = ErrDamaged, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.err, r.b = ErrDamaged, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) string() string { return string(r.bytes(r.uint())) }

// count reads a length that cannot exceed the bytes left, so that damaged
// bytes never ask for memory.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.err, r.b = ErrDamaged, nil
		return 0
	}
	return int(n)
}

// words numbers strings in the order of their first use.
type words struct {
	list []string
	at   map[string]uint64
}

func (d *words) of(s string) uint64 {
	if i, ok := d.at[s]; ok {
		return i
	}
	if d.at == nil {
		d.at = map[string]uint64{}
	}
	i := uint64(len(d.list))
	d.list = append(d.list, s)
	d.at[s] = i
	return i
}
