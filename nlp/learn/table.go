package learn

import "math/bits"

// table numbers hashes in the order in which they are first met. It is an open
// addressing table, because training looks up millions of features. A slot
// holds the upper half of the hash and the number, so that most look-ups touch
// memory once.
type table struct {
	slots  []uint64 // upper half of the hash, then number+1; 0: free
	hashes []uint64
	shift  int
}

const (
	half  = 32
	lower = 1<<half - 1
)

func newTable(room int) *table {
	size := max(16, 1<<bits.Len(uint(2*room)))
	return &table{slots: make([]uint64, size), hashes: make([]uint64, 0, room), shift: 64 - bits.Len(uint(size-1))}
}

// find gives a hash's number.
func (t *table) find(h uint64) (int32, bool) {
	n := t.slots[t.slot(h)] & lower
	return int32(n) - 1, n > 0
}

// number gives a hash's number, the next one where it is new.
func (t *table) number(h uint64) int32 {
	at := t.slot(h)
	if n := t.slots[at] & lower; n > 0 {
		return int32(n) - 1
	}
	t.hashes = append(t.hashes, h)
	t.slots[at] = h&^lower | uint64(len(t.hashes))
	if 2*len(t.hashes) > len(t.slots) {
		t.grow()
	}
	return int32(len(t.hashes) - 1)
}

// slot is where a hash stands or would stand.
func (t *table) slot(h uint64) int {
	mask := len(t.slots) - 1
	for at := int(h * 0x9e3779b97f4a7c15 >> t.shift); ; at = (at + 1) & mask {
		n := t.slots[at]
		if n == 0 || n&^lower == h&^lower && t.hashes[n&lower-1] == h {
			return at
		}
	}
}

func (t *table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	t.shift--
	for i, h := range t.hashes {
		t.slots[t.slot(h)] = h&^lower | uint64(i+1)
	}
}
