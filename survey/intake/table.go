package intake

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
	Record int // 1 is the header
	Line   int
	Cells  []string
	broken *Problem // why it could not be cut into cells
}

// Table is an opened file: its header and a stream of rows.
type Table struct {
	Format   string    // csv, tsv or xlsx
	Encoding string    // UTF-8, UTF-16, GB18030; empty for xlsx
	Sheet    string    // the worksheet that is read; empty for text
	Header   []string  // trimmed
	epoch    time.Time // day zero of a spreadsheet's dates; zero where there are none
	short    bool      // trailing empty cells may be missing
	next     func() (Row, error)
	book     *worksheets // nil where there are none
	letters  *letters    // nil where there are worksheets
	lists    func(header []string) (*Binding, error)
	close    func() error
}

// Open looks at the content, not at the name, and reads the header. The file
// must stay readable until Close. An empty or undecodable file is a fault.
func Open(r io.ReadSeeker) (*Table, error) {
	head, err := io.ReadAll(io.LimitReader(r, 4))
	if err == nil {
		_, err = r.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fault.Wrap(err, "read the file")
	}
	var t *Table
	switch string(head) {
	case "PK\x03\x04":
		t, err = openSheet(r)
	case "\xD0\xCF\x11\xE0":
		return nil, closedBook()
	default:
		t, err = openText(r)
	}
	if err != nil {
		return nil, err
	}
	if err := t.header(); err != nil && !t.nextSheet() { // the first sheet may be blank
		_ = t.Close()
		return nil, err
	}
	return t, nil
}

func openText(r io.ReadSeeker) (*Table, error) {
	raw, l, err := text(r)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(&lineEnds{bufio.NewReaderSize(raw, sample)}, sample)
	head, err := lines.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(err, "read the file")
	}
	t := &Table{Format: "csv", Encoding: l.name, letters: l, close: func() error { return nil }}
	guess := letters{name: l.name}
	rows := &records{r: lines, letters: l, delim: delimiter(guess.line(string(head)))}
	if rows.delim == '\t' {
		t.Format = "tsv"
	}
	t.next = rows.next
	return t, nil
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

// bind finds the header, which is the first row in which find finds its
// columns, in the first worksheet that has one. Where none does, the error is
// that of the first row.
func (t *Table) bind(find func(header []string) (*Binding, error)) (*Binding, error) {
	t.lists = find
	var first error
	for {
		for range headerWithin {
			b, err := find(t.Header)
			if err == nil {
				return b, nil
			}
			if first == nil {
				first = err
			}
			if t.header() != nil {
				break
			}
		}
		if !t.nextSheet() {
			return nil, first
		}
	}
}

// nextSheet goes on to the next worksheet that has a row.
func (t *Table) nextSheet() bool {
	for t.book != nil && t.book.open() {
		if t.Sheet = t.book.name; t.header() == nil {
			return true
		}
	}
	return false
}

// Only reads the worksheet of this name.
func (t *Table) Only(sheet string) error {
	if t.book == nil || !t.book.keep(sheet) {
		return noSheet(sheet, t.book)
	}
	if !t.nextSheet() {
		return emptyFile()
	}
	return nil
}

// warnings tells what the columns and the worksheets leave unread, once the
// rows were read: lists on further worksheets among them.
func (t *Table) warnings(b *Binding, told hearsay) []Problem {
	found := told.warnings(t.Header, b)
	for _, header := range b.doubled {
		found = append(found, headerTwice(header))
	}
	if t.letters != nil && t.letters.others > 0 {
		found = append(found, encodingMixed(t.letters.others))
	}
	read := t.Sheet
	for t.nextSheet() {
		name := t.Sheet
		for range headerWithin {
			if _, err := t.lists(t.Header); err == nil {
				found = append(found, sheetUnread(name, read))
				break
			}
			if t.header() != nil {
				break
			}
		}
	}
	t.Sheet = read
	return found
}

func (t *Table) header() error {
	t.Header = nil
	row, err := t.next()
	if errors.Is(err, io.EOF) {
		return emptyFile()
	}
	if err != nil {
		return fault.Wrap(err, "read the header")
	}
	for _, cell := range row.Cells {
		t.Header = append(t.Header, clean(strings.TrimPrefix(cell, "\uFEFF")))
	}
	return nil
}

// Rows gives the rows below the header. An error of reading the file is the
// last thing given.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := t.next()
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
func (t *Table) Close() error { return t.close() }

// Damage gives what is wrong with the row's form, before any field is read.
func (t *Table) Damage(r Row) *Problem {
	var p Problem
	switch {
	case r.broken != nil:
		p = *r.broken
	case len(r.Cells) > len(t.Header) && strings.TrimSpace(strings.Join(r.Cells[len(t.Header):], "")) != "":
		p = tooManyColumns
	case len(r.Cells) < len(t.Header) && !t.short:
		p = tooFewColumns
	default:
		for _, cell := range r.Cells {
			if strings.Contains(cell, "\uFFFD") || strings.ContainsRune(cell, 0) || !validText(cell) {
				p = badEncoding
				break
			}
		}
	}
	if p.Code == "" {
		return nil
	}
	p = p.on(r)
	return &p
}

func emptyFile() error {
	return fault.New(fault.Invalid, "file_empty",
		"文件是空的。请选择带表头的列表。", "the file is empty; choose a list with a header row").On("file")
}

func closedBook() error {
	return fault.New(fault.Invalid, "file_xls",
		"这是旧版 .xls 文件，或设有打开密码的工作簿。请用电子表格软件去掉密码，另存为 .xlsx 或 CSV 后重新导入。",
		"this is an old .xls workbook or one with a password; take the password off, save it as .xlsx or CSV and import it again").On("file")
}
