package intake

import (
	"bytes"
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
