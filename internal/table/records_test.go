package table

import (
	"strings"
	"testing"
)

// FuzzCut: joining the cells that come out by the rules of CSV and cutting
// them again gives the same cells.
func FuzzCut(f *testing.F) {
	f.Add(`a,"b ""c"", d",,e`)
	f.Fuzz(func(t *testing.T, s string) {
		cells, closed := cut(s, ',')
		if !closed {
			return
		}
		quoted := make([]string, len(cells))
		for i, c := range cells {
			quoted[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		again, closed := cut(strings.Join(quoted, ","), ',')
		if !closed || len(again) != len(cells) {
			t.Fatalf("%q became %q", cells, again)
		}
		for i := range cells {
			if again[i] != cells[i] {
				t.Fatalf("%q became %q", cells, again)
			}
		}
	})
}
