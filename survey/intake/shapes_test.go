package intake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi/internal/table"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"minyi"
)

const head = "工单编号,受理时间,办结时间,诉求人,联系电话,诉求人类型,区县,承办单位,诉求类别,诉求标题\r\n"

func line(n int, name string) string {
	return fmt.Sprintf("X%03d,2026-11-01 10:00,2026-11-03 12:00,%s,1990000%04d,个人,东湖区,教育局,城乡建设/供热,暖气不热\r\n", n, name, n)
}

func encoded(t *testing.T, s string, e transform.Transformer) []byte {
	t.Helper()
	b, _, err := transform.Bytes(e, []byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The same three rows in every form in which offices save a list.
func TestShapesOfText(t *testing.T) {
	list := head + line(1, "张三") + line(2, "𠮷野㐀") + line(3, "李四")
	tabs := strings.ReplaceAll(list, ",", "\t")
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	for name, text := range map[string][]byte{
		"UTF-8":                     []byte(list),
		"UTF-8 with a mark":         []byte("\uFEFF" + list),
		"GB18030, four bytes":       encoded(t, list, simplifiedchinese.GB18030.NewEncoder()),
		"UTF-16, Excel's Unicode":   encoded(t, tabs, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"UTF-16 without a mark":     encoded(t, tabs, little.NewEncoder()),
		"UTF-16 big, no mark":       encoded(t, tabs, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()),
		"semicolons":                []byte(strings.ReplaceAll(list, ",", ";")),
		"a title above":             []byte("XX市12345热线工单明细表\r\n" + list),
		"a title and a date above":  []byte("XX市12345热线工单明细表,,,,,,,,,\r\n导出时间：2026-11-20,,,,,,,,,\r\n\r\n" + list),
		"a title above tabs":        []byte("工单明细表\r\n" + tabs),
		"old line ends":             []byte(strings.ReplaceAll(list, "\r\n", "\n")),
		"blank lines between":       []byte(strings.ReplaceAll(list, "\r\n", "\r\n\r\n")),
		"every cell in quotes":      []byte(`"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(list, "\r\n"), ",", `","`), "\r\n", "\"\r\n\"") + "\"\r\n"),
		"cut in a character at end": append([]byte(list), "X004,2026-11-01 10:00,2026-11-03 12:00,王\xe8\xbf"...),
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, text, nil)
			want := 0
			if strings.HasPrefix(name, "cut") {
				want = 1
			}
			if len(got.orders) != 3 || len(got.problems) != want {
				t.Fatalf("%d rows taken, problems %v", len(got.orders), got.problems)
			}
			if got.orders[1].Name != "𠮷野㐀" || got.orders[2].Phone.Mobile.Reveal() != "19900000003" {
				t.Error("a name or number came out wrong")
			}
		})
	}
}

// A few broken bytes cost their own row, not the file.
func TestBrokenBytesCostTheirRow(t *testing.T) {
	for name, text := range map[string]string{
		"in UTF-8":     head + line(1, "张三") + line(2, "\xff\xfe\x80") + line(3, "李四"),
		"in a cut off": head + line(1, "张三") + "X9,\xe5\xbc",
	} {
		got := read(t, []byte(text), nil)
		if len(got.problems) != 1 || len(got.orders)+1 != strings.Count(text, "X0")+strings.Count(text, "X9") {
			t.Errorf("%s: %d taken, problems %v", name, len(got.orders), got.problems)
		}
	}
}

// A workbook as people make them: a cover sheet, blank rows and a merged title
// above the header, numbers kept as numbers, dates as serial days.
func TestShapesOfWorkbooks(t *testing.T) {
	book := excelize.NewFile()
	set := func(sheet, cell string, v any) {
		t.Helper()
		if err := book.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("Sheet1", "A1", "填表说明")
	set("Sheet1", "A2", "请勿改动表头")
	for _, s := range []string{"空表", "工单"} {
		if _, err := book.NewSheet(s); err != nil {
			t.Fatal(err)
		}
	}
	set("工单", "A3", "XX市12345热线办结工单")
	if err := book.MergeCell("工单", "A3", "D3"); err != nil {
		t.Fatal(err)
	}
	for i, h := range []string{"工单编号", "联系电话", "办结时间", "承办单位"} {
		set("工单", string(rune('A'+i))+"5", h)
	}
	set("工单", "A6", 20261016000001)
	set("工单", "B6", 19900000001)
	set("工单", "C6", 46329.5)
	set("工单", "A7", "20261016000002")
	set("工单", "B7", 1.9900000002e10)
	set("工单", "C7", time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC))
	set("工单", "A8", "2.0261016000000001E19") // as it stands in the file where a cell was a number
	set("工单", "B8", "19900000003")
	set("工单", "C8", "2026-11-03")
	set("工单", "A9", "20261016000004")
	set("工单", "B9", "1.99E+10")
	set("工单", "C9", "2026-11-03")
	var text bytes.Buffer
	if err := book.Write(&text); err != nil {
		t.Fatal(err)
	}
	got := read(t, text.Bytes(), nil)
	if len(got.orders) != 2 || got.orders[0].Case != "20261016000001" || got.orders[1].Phone.Mobile.Reveal() != "19900000002" {
		t.Fatalf("%d rows taken: %v", len(got.orders), got.problems)
	}
	if day := minyi.Day(got.orders[0].Closed); day != "2026-11-03" {
		t.Errorf("serial day 46329 is read as %s", day)
	}
	if len(got.problems) != 2 || got.problems[8].Code != "case_bad" || got.problems[9].Code != "phone_ruined" {
		t.Errorf("problems %v", got.problems)
	}
}

func TestTimesOfTheDay(t *testing.T) {
	for text, want := range map[string]string{
		"2026/11/3 上午8:05:00": "08:05", "2026/11/3 下午 3:05": "15:05", "2026-11-03 12:30 AM": "00:30", "2026-11-03 12:30 pm": "12:30",
		"2026年11月3日 下午1:00": "13:00", "2026-11-03 08:00:00.123": "08:00",
	} {
		got, ok := Time(text, time.Time{})
		if !ok || got.In(minyi.Shanghai).Format("15:04") != want || minyi.Day(got) != "2026-11-03" {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	if got, ok := Time("2026-11-03 24:00:00", time.Time{}); !ok || minyi.Day(got) != "2026-11-04" {
		t.Errorf("24:00 is %v", got)
	}
	for _, text := range []string{"11/3/2026", "2026-13-01", "2026-02-30", "下午", "2026-11-03 25:00"} {
		if got, ok := Time(text, time.Time{}); ok {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}

func TestFutureClosingTimeIsPointedOut(t *testing.T) {
	in, err := table.Open(strings.NewReader(head + line(1, "张三") + strings.ReplaceAll(line(2, "李四"), "2026-11-03", "2062-11-03")))
	if err != nil {
		t.Fatal(err)
	}
	list, err := NewWorkOrders(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	list.Latest = time.Date(2026, 11, 23, 0, 0, 0, 0, minyi.Shanghai)
	var codes []string
	for _, found := range list.All() {
		for _, p := range found {
			codes = append(codes, fmt.Sprint(p.Record, p.Code, p.Warning))
		}
	}
	if fmt.Sprint(codes) != "[3closed_in_futuretrue]" {
		t.Errorf("%v", codes)
	}
}
