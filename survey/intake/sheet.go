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

// openSheet streams the first worksheet. Cells come raw, so that a date is a
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
	rows, err := book.Rows(names[0])
	if err != nil {
		_ = book.Close()
		return nil, badSheet(err)
	}
	at := 0
	next := func() (Row, error) {
		for rows.Next() {
			at++
			cells, err := rows.Columns()
			if err != nil {
				return Row{}, badSheet(err)
			}
			if strings.TrimSpace(strings.Join(cells, "")) == "" {
				continue
			}
			return Row{Record: at, Line: at, Cells: cells}, nil
		}
		if err := rows.Error(); err != nil {
			return Row{}, badSheet(err)
		}
		return Row{}, io.EOF
	}
	closeAll := func() error {
		_ = rows.Close()
		return book.Close()
	}
	return &Table{Format: "xlsx", serial: true, short: true, next: next, close: closeAll}, nil
}

func badSheet(cause error) error {
	return fault.New(fault.Invalid, "file_xlsx",
		"无法打开该 .xlsx 文件，可能已损坏或有密码。请另存一份未加密的 .xlsx 或 CSV 后重新导入。",
		"the .xlsx file cannot be read; it may be damaged or have a password. Save a plain .xlsx or CSV copy and import that").On("file").With(cause)
}

func validText(s string) bool { return utf8.ValidString(s) }
