package intake

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/table"
)

// What operators' lists hold on a Friday afternoon.
const plainHead = "工单编号,联系电话,办结时间,诉求标题\n"

func TestAStrayQuoteSwallowsNoOtherRecord(t *testing.T) {
	for name, text := range map[string]string{
		"closed by a quoted cell":   "A-1,13800138001,2026-11-01,\"没有闭合\nA-2,13800138002,2026-11-01,好\nA-3,13800138003,2026-11-01,\"好\"\n",
		"closed by a stray quote":   "A-1,13800138001,2026-11-01,\"没有闭合\nA-2,13800138002,2026-11-01,好\nA-3,13800138003,2026-11-01,说\"好\"\n",
		"opened in the first cell":  "\"A-1,13800138001,2026-11-01,没有闭合\nA-2,13800138002,2026-11-01,好\nA-3,13800138003,2026-11-01,\"好\"\n",
		"numbers of other lengths":  "A-9,13800138001,2026-11-01,\"没有闭合\nA-10,13800138002,2026-11-01,好\nA-3,13800138003,2026-11-01,\"好\"\n",
		"behind a record that says": "A-1,13800138001,2026-11-01,\"没有,闭合\nA-2,13800138002,2026-11-01,好\nA-3,13800138003,2026-11-01,\"好\"\n",
	} {
		got := read(t, []byte(plainHead+text), nil)
		if len(got.orders) != 2 || got.problems[2].Code != "quote_unclosed" || len(got.problems) != 1 {
			t.Errorf("%s: %d rows taken, problems %v", name, len(got.orders), got.problems)
		}
	}
	whole := "A-1,13800138001,2026-11-01,\"一,二\n三,四,五,六\n第三行\"\"引\"\"\"\nA-2,13800138002,2026-11-01,好\n"
	if got := read(t, []byte(plainHead+whole), nil); len(got.orders) != 2 || got.orders[0].Title != "一,二\n三,四,五,六\n第三行\"引\"" {
		t.Errorf("a remark of several lines: %d rows, problems %v", len(got.orders), got.problems)
	}
}

func TestLineEndsOfEveryKindInOneFile(t *testing.T) {
	ends := []string{"\r\n", "\n", "\r"}
	var list strings.Builder
	list.WriteString("\uFEFF" + strings.TrimSuffix(plainHead, "\n") + "\r\n")
	for i := range 3000 {
		list.WriteString("A-" + string(rune('a'+i%26)) + strings.Repeat("x", i%50) + time.Duration(i).String() + ",13800138000,2026-11-01,\"门前\n积水\"" + ends[i%3])
	}
	if got := read(t, []byte(list.String()), nil); len(got.orders) != 3000 || len(got.problems) != 0 {
		t.Errorf("%d rows, problems %v", len(got.orders), got.problems)
	}
}

func TestWhatSpreadsheetsPutRoundNumbers(t *testing.T) {
	got := read(t, []byte(plainHead+"=\"20261101001\",=\"13800138001\",2026-11-01,\"=\"\"甲\"\"&\"\"乙\"\"\"\n２０２６１１０１００２,'13800138002,2026-11-01,乙\n2026\u200b1101003\u3000,13800138003\t,2026-11-01,丙\n"), nil)
	if len(got.orders) != 3 || len(got.problems) != 0 {
		t.Fatalf("%d rows, problems %v", len(got.orders), got.problems)
	}
	for i, want := range []minyi.CaseID{"20261101001", "20261101002", "20261101003"} {
		if got.orders[i].Case != want {
			t.Errorf("case %q, want %q", got.orders[i].Case, want)
		}
	}
	if title := got.orders[0].Title; title != `="甲"&"乙"` {
		t.Errorf("a title that is a formula reads %q", title)
	}
}

func TestTheSecondColumnOfANameIsToldOf(t *testing.T) {
	list := opened(t, []byte("工单编号,联系电话,联系电话,办结时间\nA-1,13800138001,13900139001,2026-11-01\n"))
	if got := codes(list); got != "header_twice" {
		t.Errorf("warnings %q", got)
	}
}

func TestListsOnFurtherWorksheetsAreToldOf(t *testing.T) {
	book := excelize.NewFile()
	head := []any{"工单编号", "联系电话", "办结时间"}
	for sheet, rows := range map[string][][]any{
		"Sheet1": {{"说明", "十月办结工单"}}, "上旬": {head, {"A-1", 13800138001, "2026-10-01"}},
		"中旬": {{"某某热线工单"}, head, {"A-2", 13800138002, "2026-10-11"}}, "备注": {{"无"}},
	} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(sheet, cellName(t, i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	first, second := "上旬", "中旬"
	if i, _ := book.GetSheetIndex("中旬"); i < must(book.GetSheetIndex("上旬")) {
		first, second = second, first // a map has no order
	}
	list := opened(t, packed(t, book))
	if list.Table.Sheet != first || codes(list) != "sheet_unread" {
		t.Errorf("read %s, warnings %q", list.Table.Sheet, codes(list))
	}
	in, err := table.Open(bytes.NewReader(packed(t, book)))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := in.Only("下旬"); fault.As(err).Code != "sheet_missing" {
		t.Errorf("a sheet that is not there: %v", err)
	}
	if err := in.Only(second); err != nil {
		t.Fatal(err)
	}
	named, err := NewWorkOrders(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if codes(named) != "" || in.Sheet != second {
		t.Errorf("named %s, read %s, warnings %q", second, in.Sheet, codes(named))
	}
}

func must(i int, _ error) int { return i }

// Workbooks begun on a Macintosh count days from 1904: four years would be lost.
func TestDatesSince1904(t *testing.T) {
	book := excelize.NewFile()
	yes := true
	if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"工单编号", "联系电话", "办结时间"}, {"A-1", 13800138001, 44865.5}} {
		if err := book.SetSheetRow("Sheet1", cellName(t, i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	got := read(t, packed(t, book), nil)
	if len(got.orders) != 1 || minyi.Day(got.orders[0].Closed) != "2026-11-01" {
		t.Errorf("reads %+v, problems %v", got.orders, got.problems)
	}
}

func packed(t *testing.T, book *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t *testing.T, text []byte) *WorkOrders {
	t.Helper()
	in, err := table.Open(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	list, err := NewWorkOrders(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// codes reads the list through and gives the codes of its warnings.
func codes(list *WorkOrders) string {
	for range list.All() {
	}
	var all []string
	for _, p := range list.Warnings() {
		all = append(all, p.Code)
	}
	return strings.Join(all, " ")
}
