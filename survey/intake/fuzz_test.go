package intake

import (
	"bytes"
	"strings"
	"testing"

	"minyi/internal/table"
)

// FuzzWorkOrders: whatever bytes come in, each record is taken or reported
// once, records count up, and nothing panics or fails to end.
func FuzzWorkOrders(f *testing.F) {
	f.Add([]byte("工单编号,联系电话,办结时间\nA-1,13800138000,2026-01-01\n"))
	f.Add([]byte("工单编号\t联系电话\t办结时间\n\"A\n1\"\t\"x\"\"y\"\t\"\n"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Add(workbook(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := table.Open(bytes.NewReader(text))
		if err != nil {
			return
		}
		defer in.Close()
		list, err := NewWorkOrders(in, nil)
		if err != nil {
			return
		}
		last := 1
		for order, found := range list.All() {
			record := order.Record
			for _, p := range found {
				if p.Code == "file_unreadable" {
					return
				}
				record = p.Record
			}
			if record <= last {
				t.Fatalf("record %d comes after %d", record, last)
			}
			last = record
			if len(found) == 0 && (order.Phone.Mobile.IsZero() || order.Case == "" && order.Contact == "") {
				t.Fatal("a row without number or id is taken")
			}
		}
	})
}

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
