package intake

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"minyi/internal/fault"
)

// A worksheet above the first bound is unpacked to a temporary file instead
// of memory; above the second the file is refused as a bomb.
const (
	sheetInMemory = 16 << 20
	sheetAtMost   = 4 << 30
)

// openSheet streams the first worksheet that is a list. Cells come raw, so that a date is a
// serial number and a long number keeps its digits, whatever it was formatted
// to look like.
func openSheet(r io.Reader) (*Table, error) {
	book, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: sheetInMemory, UnzipSizeLimit: sheetAtMost})
	if err != nil {
		return nil, badSheet(err)
	}
	names := book.GetSheetList()
	if len(names) == 0 {
		_ = book.Close()
		return nil, badSheet(nil)
	}
	w := &worksheets{book: book, names: names}
	t := &Table{Format: "xlsx", serial: true, short: true, next: w.next, close: w.close}
	if !w.open() {
		_ = book.Close()
		return nil, badSheet(w.err)
	}
	t.sheet = w.open
	return t, nil
}

// worksheets reads a workbook's sheets one after the other.
type worksheets struct {
	book  *excelize.File
	names []string // those not opened yet
	rows  *excelize.Rows
	at    int
	err   error
}

// open goes on to the next sheet and says whether there is one.
func (w *worksheets) open() bool {
	if w.rows != nil {
		_ = w.rows.Close()
	}
	for len(w.names) > 0 {
		name := w.names[0]
		w.names, w.at = w.names[1:], 0
		if w.rows, w.err = w.book.Rows(name); w.err == nil {
			return true
		}
	}
	return false
}

func (w *worksheets) next() (Row, error) {
	for w.rows.Next() {
		w.at++
		cells, err := w.rows.Columns()
		if err != nil {
			return Row{}, badSheet(err)
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		return Row{Record: w.at, Line: w.at, Cells: cells}, nil
	}
	if err := w.rows.Error(); err != nil {
		return Row{}, badSheet(err)
	}
	return Row{}, io.EOF
}

func (w *worksheets) close() error {
	if w.rows != nil {
		_ = w.rows.Close()
	}
	return w.book.Close()
}

func badSheet(cause error) error {
	return fault.New(fault.Invalid, "file_xlsx",
		"无法打开该 .xlsx 文件，可能已损坏或有密码。请另存一份未加密的 .xlsx 或 CSV 后重新导入。",
		"the .xlsx file cannot be read; it may be damaged or have a password. Save a plain .xlsx or CSV copy and import that").On("file").With(cause)
}

func validText(s string) bool { return utf8.ValidString(s) }
