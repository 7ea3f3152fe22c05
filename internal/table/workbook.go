package table

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi"

	"github.com/xuri/excelize/v2"

	"minyi/internal/fault"
)

// A worksheet above the first bound is unpacked to a temporary file instead of
// memory. A workbook may unpack to the second and so many times its own size
// more: a list of rows that are all alike packs to a twentieth, a bomb to a
// thousandth.
const (
	sheetInMemory = 16 << 20
	bookUnpacked  = 32 << 20
	timesUnpacked = 50
)

// Day zero of the day numbers in a spreadsheet: 1900 is wrongly a leap year
// there, hence the 30th. Workbooks begun on a Macintosh count from 1904.
var (
	Since1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, minyi.Shanghai)
	Since1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, minyi.Shanghai)
)

// openBook streams the worksheets one after the other. Cells come raw, so that a date is a
// serial number and a long number keeps its digits, whatever it was formatted
// to look like.
func openBook(r io.Reader) (*File, error) {
	packed, err := io.ReadAll(r)
	if err != nil {
		return nil, fault.Wrap(err, "read the file")
	}
	room, err := newRoom()
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(packed), excelize.Options{RawCellValue: true, TmpDir: room.dir,
		UnzipXMLSizeLimit: sheetInMemory, UnzipSizeLimit: bookUnpacked + timesUnpacked*int64(len(packed))})
	if err != nil {
		room.leave()
		return nil, badSheet(err)
	}
	w := &worksheets{book: book, room: room, names: book.GetSheetList()}
	f := &File{Format: "xlsx", Epoch: Since1900, Short: true, next: w.next, book: w, close: w.close}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		f.Epoch = Since1904
	}
	if !w.open() {
		_ = w.close()
		return nil, badSheet(w.err)
	}
	f.Sheet = w.name
	return f, nil
}

// worksheets reads a workbook's sheets one after the other.
type worksheets struct {
	book  *excelize.File
	room  *room
	names []string // those not opened yet
	name  string   // the one that is open
	rows  *excelize.Rows
	at    int
	err   error

	percents bool           // cells shown as per cent are given so
	shown    *excelize.Rows // the open sheet once more, as it is shown
	shownAt  int
}

// open goes on to the next sheet and says whether there is one.
func (w *worksheets) open() bool {
	w.shut()
	for len(w.names) > 0 {
		w.name, w.names, w.at = w.names[0], w.names[1:], 0
		if w.rows, w.err = w.book.Rows(w.name); w.err == nil {
			return true
		}
	}
	return false
}

// keep leaves only the sheet of this name to be opened.
func (w *worksheets) keep(name string) bool {
	if !slices.Contains(w.book.GetSheetList(), name) {
		return false
	}
	w.names = []string{name}
	return true
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
		if err := w.showPercents(cells); err != nil {
			return Row{}, badSheet(err)
		}
		return Row{Record: w.at, Line: w.at, Cells: cells}, nil
	}
	if err := w.rows.Error(); err != nil {
		return Row{}, badSheet(err)
	}
	return Row{}, io.EOF
}

// shut closes the open sheet.
func (w *worksheets) shut() {
	for _, rows := range []*excelize.Rows{w.rows, w.shown} {
		if rows != nil {
			_ = rows.Close()
		}
	}
	w.rows, w.shown, w.shownAt = nil, nil, 0
}

// showPercents turns the cells of the current row that are shown as per cent,
// and held as parts of one, into what is shown.
func (w *worksheets) showPercents(cells []string) (err error) {
	if !w.percents {
		return nil
	}
	if w.shown == nil {
		if w.shown, err = w.book.Rows(w.name); err != nil {
			return err
		}
	}
	var shown []string
	for ; w.shownAt < w.at && w.shown.Next(); w.shownAt++ {
		if shown, err = w.shown.Columns(excelize.Options{}); err != nil {
			return err
		}
	}
	for i, text := range shown {
		if i >= len(cells) || !strings.HasSuffix(strings.TrimSpace(text), "%") || strings.Contains(cells[i], "%") {
			continue
		}
		if v, err := strconv.ParseFloat(cells[i], 64); err == nil {
			cells[i] = strconv.FormatFloat(v*100, 'g', 12, 64)
		}
	}
	return nil
}

func (w *worksheets) close() error {
	defer w.room.leave()
	w.shut()
	return w.book.Close()
}

func badSheet(cause error) error {
	if cause != nil && strings.HasPrefix(cause.Error(), "unzip size exceeds") {
		return fault.New(fault.Invalid, "file_bomb",
			"该 .xlsx 文件解压后大得异常，未导入。请删去空白行列和多余的工作表，或另存为 CSV 后重新导入。",
			"the .xlsx file unpacks to more than a list of its size can hold; delete blank rows and further sheets, or save it as CSV and import that").On("file")
	}
	return fault.New(fault.Invalid, "file_xlsx",
		"无法打开该 .xlsx 文件，可能已损坏或有密码。请另存一份未加密的 .xlsx 或 CSV 后重新导入。",
		"the .xlsx file cannot be read; it may be damaged or have a password. Save a plain .xlsx or CSV copy and import that").On("file").With(cause)
}

func noSheet(name string, book *worksheets) error {
	if book == nil {
		return fault.New(fault.Invalid, "sheet_missing", "只有 .xlsx 文件可以指定工作表；请去掉工作表名。",
			"only an .xlsx file has worksheets; leave the name out").On("sheet")
	}
	all := book.book.GetSheetList()
	return fault.New(fault.Invalid, "sheet_missing", "没有工作表“"+name+"”，文件中有："+strings.Join(all, "、")+"。",
		"there is no worksheet "+name+"; the file has "+strings.Join(all, ", ")).On("sheet")
}
