package table

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"minyi/internal/fault"
)

// Row is one record as it stands in the file.
type Row struct {
	Record int      // 1 is the first that is not blank; in a worksheet its number
	Line   int      // where the record begins; equals Record in a worksheet
	Cells  []string // nil where the record could not be cut into cells
	broken *Damage  // why
}

// File is an opened file: its header and a stream of rows.
type File struct {
	Format   string    // csv, tsv or xlsx
	Encoding string    // UTF-8, UTF-16, GB18030; empty for xlsx
	Sheet    string    // the worksheet that is read; empty for text
	Header   []string  // trimmed
	Epoch    time.Time // day zero of a spreadsheet's dates; zero where there are none
	Short    bool      // trailing cells may be missing, as they always may in a worksheet
	next     func() (Row, error)
	book     *worksheets // nil where there are none
	letters  *letters    // nil where there are worksheets
	fits     func(header []string) error
	close    func() error
}

// Open looks at the content, not at the name, and reads the header. The file
// must stay readable until Close. An empty or undecodable file is a fault.
func Open(r io.ReadSeeker) (*File, error) {
	head, err := io.ReadAll(io.LimitReader(r, 4))
	if err == nil {
		_, err = r.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fault.Wrap(err, "read the file")
	}
	var f *File
	switch string(head) {
	case "PK\x03\x04":
		f, err = openBook(r)
	case "\xD0\xCF\x11\xE0":
		return nil, closedBook()
	default:
		f, err = openText(r)
	}
	if err != nil {
		return nil, err
	}
	if err := f.header(); err != nil && !f.nextSheet() { // the first sheet may be blank
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func openText(r io.ReadSeeker) (*File, error) {
	raw, l, err := text(r)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(&lineEnds{bufio.NewReaderSize(raw, sample)}, sample)
	head, err := lines.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(err, "read the file")
	}
	f := &File{Format: "csv", Encoding: l.name, letters: l, close: func() error { return nil }}
	guess := letters{name: l.name}
	rows := &records{r: lines, letters: l, delim: delimiter(guess.line(string(head)))}
	if rows.delim == '\t' {
		f.Format = "tsv"
	}
	f.next = rows.next
	return f, nil
}

// lineEnds reads lines that end in CR alone as lines that end in LF:
// spreadsheets on a Macintosh still write them, and lists are put together of
// several.
type lineEnds struct{ r *bufio.Reader }

// Read never changes the number of bytes.
func (l *lineEnds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i := range n {
		if p[i] != '\r' {
			continue
		}
		after := p[i+1 : n]
		if len(after) == 0 {
			after, _ = l.r.Peek(1)
		}
		if len(after) == 0 || after[0] != '\n' {
			p[i] = '\n'
		}
	}
	return n, err
}

// headerWithin bounds how far below the top the header is looked for: exports
// put titles, dates and notes above it.
const headerWithin = 10

// ShowPercents gives what a workbook shows as per cent, and holds as a part of
// one, as it is shown, unrounded: 0.7607 is 76.07.
func (f *File) ShowPercents() {
	if f.book != nil {
		f.book.percents = true
	}
}

// FindHeader goes down to the header, which is the first row that fits, in the
// first worksheet that has one. Where none does, the error is that of the first
// row.
func (f *File) FindHeader(fits func(header []string) error) error {
	f.fits = fits
	var first error
	for {
		for range headerWithin {
			err := fits(f.Header)
			if err == nil {
				return nil
			}
			if first == nil {
				first = err
			}
			if f.header() != nil {
				break
			}
		}
		if !f.nextSheet() {
			return first
		}
	}
}

// nextSheet goes on to the next worksheet that has a row.
func (f *File) nextSheet() bool {
	for f.book != nil && f.book.open() {
		if f.Sheet = f.book.name; f.header() == nil {
			return true
		}
	}
	return false
}

// Only reads the worksheet of this name.
func (f *File) Only(sheet string) error {
	if f.book == nil || !f.book.keep(sheet) {
		return noSheet(sheet, f.book)
	}
	if !f.nextSheet() {
		return emptyFile()
	}
	return nil
}

// OtherEncoding counts the lines read so far that stood in another encoding
// than the file's.
func (f *File) OtherEncoding() int {
	if f.letters == nil {
		return 0
	}
	return f.letters.others
}

// Unread names the further worksheets with a header that fits, once the rows
// were read.
func (f *File) Unread() []string {
	var names []string
	read := f.Sheet
	for f.nextSheet() {
		for range headerWithin {
			if f.fits(f.Header) == nil {
				names = append(names, f.Sheet)
				break
			}
			if f.header() != nil {
				break
			}
		}
	}
	f.Sheet = read
	return names
}

func (f *File) header() error {
	f.Header = nil
	row, err := f.next()
	if errors.Is(err, io.EOF) {
		return emptyFile()
	}
	if err != nil {
		return fault.Wrap(err, "read the header")
	}
	for _, cell := range row.Cells {
		f.Header = append(f.Header, Clean(strings.TrimPrefix(cell, "\uFEFF")))
	}
	return nil
}

// Rows gives the rows below the header. An error of reading the file is the
// last thing given.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := f.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, fault.Wrap(err, "read the file"))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Close lets go of what the format needed.
func (f *File) Close() error { return f.close() }

func emptyFile() error {
	return fault.New(fault.Invalid, "file_empty",
		"文件是空的。请选择带表头的列表。", "the file is empty; choose a list with a header row").On("file")
}

func closedBook() error {
	return fault.New(fault.Invalid, "file_xls",
		"这是旧版 .xls 文件，或设有打开密码的工作簿。请用电子表格软件去掉密码，另存为 .xlsx 或 CSV 后重新导入。",
		"this is an old .xls workbook or one with a password; take the password off, save it as .xlsx or CSV and import it again").On("file")
}
