package intake

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func inGBK(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A list whose Chinese begins far below its top is read as what it is.
func TestLateChinese(t *testing.T) {
	plain := "case,phone,closed,unit\n" + strings.Repeat("A-1,19900000001,2026-11-01,x\n", 5000)
	const late = "A-2,19900000002,2026-11-02,联通\nA-3,19900000003,2026-11-03,市城市管理局\n"
	for name, tail := range map[string]string{"GB18030": inGBK(t, late), "UTF-8": late} {
		w, got, found := orders(t, plain+tail)
		if w.Table.Encoding != name || len(found) != 0 || len(got) != 5002 || got[5000].Unit != "联通" || got[5001].Unit != "市城市管理局" {
			t.Errorf("%s: read as %s, %d rows, %v", name, w.Table.Encoding, len(got), found)
		}
	}
}

// Two lists in one file are read each in its own encoding, and the report says so.
func TestTwoEncodings(t *testing.T) {
	const head = "工单编号,联系电话,办结时间,承办单位\n"
	first := strings.Repeat("A-1,19900000001,2026-11-01,市城市管理局\n", 4000)
	const second = "A-2,19900000002,2026-11-02,市住房和城乡建设局\nA-3,19900000003,2026-11-03,市公安局\n"
	for name, list := range map[string]string{"UTF-8": head + first + inGBK(t, second), "GB18030": inGBK(t, head+first) + second} {
		w, got, found := orders(t, list)
		if w.Table.Encoding != name || len(got) != 4002 || got[4000].Unit != "市住房和城乡建设局" || got[4001].Unit != "市公安局" {
			t.Errorf("%s: read as %s, %d rows, last %+v", name, w.Table.Encoding, len(got), got[len(got)-1])
		}
		if !slices.ContainsFunc(found, func(p Problem) bool {
			return p.Code == "encoding_mixed" && p.Warning && strings.Contains(p.ZH, " 2 行")
		}) {
			t.Errorf("%s: the report says nothing of it: %v", name, found)
		}
	}
}

// A character that was cut in two makes no other encoding of its line.
func TestCutCharacter(t *testing.T) {
	_, got, found := orders(t, "工单编号,联系电话,办结时间,承办单位\nA-1,19900000001,2026-11-01,\xe5\xb8\nA-2,19900000002,2026-11-02,市公安局\n")
	if len(got) != 1 || len(found) != 1 || found[0].Code != "encoding_bad" {
		t.Errorf("%d rows, %v", len(got), found)
	}
}
