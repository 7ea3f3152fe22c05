package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minyi"
)

func table(rows ...[]Cell) Table {
	return Table{Name: "答卷", Columns: []Column{{Key: "a", ZH: "甲"}, {Key: "b", ZH: "乙"}, {Key: "c", ZH: "丙"}}, Rows: fixed(rows)}
}

func half(v float64) *float64 { return &v }

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	err := WriteCSV(&b, table([]Cell{Text("他说\"好\"\r\n第二行,逗号"), Int(-5), Points(half(72.346))}, []Cell{Text(""), Number(nil), Flag(true)}))
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff\"甲\",\"乙\",\"丙\"\r\n\"他说\"\"好\"\"\r\n第二行,逗号\",-5,72.35\r\n,,1\r\n"
	if b.String() != want {
		t.Errorf("got  %q\nwant %q", b.String(), want)
	}
}

// What a spreadsheet would compute, or read as another number, gets an
// apostrophe; everything else is left alone.
func TestGuard(t *testing.T) {
	for _, s := range []string{"=1+1", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u3000=1", "＝1+1", "＋1", "－1", "＠x",
		"013800000123", "110101199001010123", "12e4", "0042", "1.5E3", "-1"} {
		if got := guard(s); got != "'"+s {
			t.Errorf("guard(%q) = %q", s, got)
		}
	}
	for _, s := range []string{"噪音扰民", "2026-11-22", "12345", "3.5", "***0042", "a=b", "满意", "0", "", "138****0123"} {
		if got := guard(s); got != s {
			t.Errorf("guard(%q) = %q, must be left alone", s, got)
		}
	}
}

// Whatever text goes in, the CSV has as many rows and cells as were written,
// and no cell that a spreadsheet would compute.
func FuzzCSV(f *testing.F) {
	f.Add("=cmd|' /C calc'!A0", "\"\r\n,")
	f.Add("＝1", "\x00\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		if err := WriteCSV(&out, table([]Cell{Text(a), Text(b), Int(1)})); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 3 {
			t.Fatalf("%q became %v, %v", out.String(), rows, err)
		}
		for _, cell := range rows[1][:2] {
			if strings.TrimLeft(cell, " ") != "" && strings.ContainsAny(strings.TrimLeft(cell, " \u3000")[:1], "=+@") {
				t.Errorf("a cell starts as a formula: %q", cell)
			}
		}
	})
}

func TestXLSXIsReadByAnotherLibrary(t *testing.T) {
	var b bytes.Buffer
	nasty := "=1+1 <b>&\"'\x01 _x0041_ 末行\n二行\r"
	long := strings.Repeat("长", charsACell+10)
	err := WriteXLSX(&b, table([]Cell{Text(nasty), Int(7), Points(half(0.5))}, []Cell{Text("0042"), {}, Text(long)}), Codebook(AnswerColumns(), false))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"A1": "甲", "A2": strings.ReplaceAll(nasty, "\x01", ""), "B2": "7", "C2": "0.5", "A3": "0042", "B3": "", "C3": long[:charsACell*3]} {
		if got, err := f.GetCellValue("答卷", cell); err != nil || got != want {
			t.Errorf("%s is %.60q (%v), want %.60q", cell, got, err, want)
		}
	}
	if formula, _ := f.GetCellFormula("答卷", "A2"); formula != "" {
		t.Errorf("text became a formula: %q", formula)
	}
	if kind, _ := f.GetCellType("答卷", "A3"); kind != excelize.CellTypeInlineString {
		t.Errorf("0042 is not text but %v", kind)
	}
	if rows, err := f.GetRows("编码说明"); err != nil || len(rows) != len(AnswerColumns())+1 {
		t.Errorf("the codebook has %d rows (%v)", len(rows), err)
	}
}

func TestXLSXGoesOnInTheNextSheet(t *testing.T) {
	var b bytes.Buffer
	rows := make([][]Cell, 7)
	for i := range rows {
		rows[i] = []Cell{Int(i)}
	}
	if err := writeBook(&b, 4, []Table{table(rows...)}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), "|"); got != "答卷|答卷 2|答卷 3" {
		t.Fatalf("sheets %s", got)
	}
	for cell, want := range map[string]string{"答卷|A4": "2", "答卷 2|A1": "甲", "答卷 2|A2": "3", "答卷 3|A2": "6"} {
		sheet, ref, _ := strings.Cut(cell, "|")
		if got, _ := f.GetCellValue(sheet, ref); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
}

func TestRowFaultsAreGivenOn(t *testing.T) {
	gone := errors.New("store gone")
	broken := table()
	broken.Rows = func(yield func([]Cell, error) bool) { _ = yield([]Cell{Int(1)}, nil) && yield(nil, gone) }
	if err := WriteCSV(io.Discard, broken); !errors.Is(err, gone) {
		t.Errorf("CSV: %v", err)
	}
	if err := WriteXLSX(io.Discard, broken); !errors.Is(err, gone) {
		t.Errorf("XLSX: %v", err)
	}
}

func TestColumnNames(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := column(i); got != want {
			t.Errorf("column(%d) = %s, want %s", i, got, want)
		}
	}
}

func answer(i int) Answer {
	return Answer{UnitName: "住房和城乡建设局", Remark: minyi.Verbatim{Text: "小区北侧工地夜间施工，噪音扰民，希望真正管一管。", Topic: "环境保护", Polarity: -1},
		AnswerRow: minyi.AnswerRow{Rated: true, CaseTail: fmt.Sprintf("%04d", i%10000), At: time.Unix(1.79e9, 0), AnswerFacts: minyi.AnswerFacts{
			Answer: minyi.AnswerID(fmt.Sprintf("ans%023d", i)), Day: "2026-11-22", Unit: "u03", Counts: true, Version: 1,
			Values: map[string]minyi.Value{minyi.TagHotline: {V: 5, K: 5}, minyi.TagTrust: {DontKnow: true}, "nps": {V: 9, K: 11}}}}}
}

// answers are n made-up rows; heap, when given, is told of each 5,000th.
func answers(n int, heap func()) Table {
	rows := func(yield func([]Cell, error) bool) {
		var buf []Cell
		for i := range n {
			if heap != nil && i%5000 == 0 {
				heap()
			}
			if buf = answer(i).Cells(buf[:0]); !yield(buf, nil) {
				return
			}
		}
	}
	return Table{Name: "answers", Columns: AnswerColumns(), Rows: iter.Seq2[[]Cell, error](rows)}
}

func TestCellsFitTheirColumns(t *testing.T) {
	if got := answer(1).Cells(nil); len(got) != len(AnswerColumns()) {
		t.Errorf("%d cells for %d columns", len(got), len(AnswerColumns()))
	}
	for _, row := range ScoreRows(minyi.Sheet{}, minyi.UnitTable{}) {
		if len(row) != len(ScoreColumns()) {
			t.Errorf("%d cells for %d columns", len(row), len(ScoreColumns()))
		}
	}
}

// Memory does not grow with the rows: from the 5,000th to the 20,000th the
// live heap stays within a few megabytes.
func TestMemoryIsConstant(t *testing.T) {
	for name, write := range map[string]func(io.Writer, Table) error{
		"csv": WriteCSV, "xlsx": func(w io.Writer, t Table) error { return WriteXLSX(w, t) }} {
		var seen []uint64
		err := write(io.Discard, answers(20000, func() {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			seen = append(seen, m.HeapAlloc)
		}))
		if err != nil {
			t.Fatal(err)
		}
		if first, last := seen[1], seen[len(seen)-1]; last > first+4<<20 {
			t.Errorf("%s: the live heap grew from %d to %d kB over %d rows", name, first>>10, last>>10, 5000*(len(seen)-2))
		}
	}
}

func TestXLSXIsASoundArchive(t *testing.T) {
	var b bytes.Buffer
	if err := WriteXLSX(&b, answers(2000, nil)); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	for b.Loop() {
		_ = WriteCSV(io.Discard, answers(10000, nil))
	}
}

func BenchmarkXLSX(b *testing.B) {
	for b.Loop() {
		_ = WriteXLSX(io.Discard, answers(10000, nil))
	}
}
