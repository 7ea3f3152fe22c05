package score

import (
	"slices"
	"sync"

	"minyi"
)

// tableMemo keeps the last tables that were asked for, each with the version
// of what it was computed from. A version that has moved on is computed anew.
type tableMemo struct {
	mu   sync.Mutex
	held map[tableKey]heldTable
}

type tableKey struct {
	slice  minyi.Slice
	method string
}

type heldTable struct {
	version string
	rows    []minyi.UnitRow
}

// mostTables bounds the memory: a table of 334 units is about two megabytes.
const mostTables = 16

// get gives the rows of a version; the caller may reorder them, not change
// their figures.
func (t *tableMemo) get(at tableKey, version string) ([]minyi.UnitRow, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.held[at]
	return slices.Clone(h.rows), ok && h.version == version
}

func (t *tableMemo) put(at tableKey, version string, rows []minyi.UnitRow) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil || len(t.held) >= mostTables {
		t.held = map[tableKey]heldTable{}
	}
	t.held[at] = heldTable{version, rows}
}
