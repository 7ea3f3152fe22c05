package export

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the format.
const (
	rowsASheet  = 1 << 20 // 1,048,576 rows, the heading included
	charsACell  = 32767
	nameASheet  = 31
	columnWidth = 16
)

// WriteXLSX writes tables as sheets of one workbook, straight into w: a sheet
// is compressed as its rows come and nothing of it is kept, which the usual
// libraries do not do (they hold the finished file in memory). A table longer
// than a sheet goes on in the next one.
func WriteXLSX(w io.Writer, tables ...Table) error {
	return writeBook(w, rowsASheet, tables)
}

func writeBook(w io.Writer, rows int, tables []Table) error {
	book := &workbook{zip: zip.NewWriter(w), limit: rows}
	for _, t := range tables {
		if err := book.table(t); err != nil {
			return err
		}
	}
	if err := book.frame(); err != nil {
		return err
	}
	return book.zip.Close()
}

// workbook is a file in the making: its sheets so far.
type workbook struct {
	zip   *zip.Writer
	limit int // rows a sheet
	names []string
	sheet *bufio.Writer
	row   int
	cols  int
}

func (b *workbook) table(t Table) error {
	heading := t.heading()
	if err := b.begin(t.Name, heading); err != nil {
		return err
	}
	part := 1
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if b.row == b.limit {
			if err := b.finish(); err != nil {
				return err
			}
			part++
			if err := b.begin(t.Name+" "+strconv.Itoa(part), heading); err != nil {
				return err
			}
		}
		if err := b.cells(row, false); err != nil {
			return err
		}
	}
	return b.finish()
}

// begin opens a sheet: heading frozen, columns of one readable width.
func (b *workbook) begin(name string, heading []string) error {
	b.names = append(b.names, sheetName(name, len(b.names)+1))
	f, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names)))
	if err != nil {
		return err
	}
	b.sheet, b.row, b.cols = bufio.NewWriterSize(f, 64<<10), 0, len(heading)
	fmt.Fprintf(b.sheet, `%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`+
		`<cols><col min="1" max="%d" width="%d" customWidth="1"/></cols><sheetData>`, xmlHead, max(1, b.cols), columnWidth)
	row := make([]Cell, len(heading))
	for i, h := range heading {
		row[i] = Text(h)
	}
	return b.cells(row, true)
}

// cells writes one row. Text is inline and typed, so that nothing in it is
// ever computed; style 1 is the heading's, style 2 keeps text as text when
// someone edits it.
func (b *workbook) cells(row []Cell, heading bool) error {
	b.row++
	s, at := b.sheet, strconv.Itoa(b.row)
	_, _ = s.WriteString(`<row r="`)
	_, _ = s.WriteString(at)
	_, _ = s.WriteString(`">`)
	style := "2"
	if heading {
		style = "1"
	}
	for i, c := range row {
		if c.text == "" {
			continue
		}
		_, _ = s.WriteString(`<c r="`)
		_, _ = s.WriteString(column(i))
		_, _ = s.WriteString(at)
		if c.number {
			_, _ = s.WriteString(`"><v>`)
			_, _ = s.WriteString(c.text)
			_, _ = s.WriteString(`</v></c>`)
			continue
		}
		_, _ = s.WriteString(`" s="`)
		_, _ = s.WriteString(style)
		_, _ = s.WriteString(`" t="inlineStr"><is><t xml:space="preserve">`)
		writeXML(s, c.text)
		_, _ = s.WriteString(`</t></is></c>`)
	}
	_, err := s.WriteString(`</row>`)
	return err
}

func (b *workbook) finish() error {
	filter := ""
	if b.cols > 0 && b.row > 1 {
		filter = fmt.Sprintf(`<autoFilter ref="A1:%s%d"/>`, column(b.cols-1), b.row)
	}
	_, _ = b.sheet.WriteString(`</sheetData>` + filter + `</worksheet>`)
	return b.sheet.Flush()
}

// column names a column: 0 A … 25 Z, 26 AA.
func column(i int) string {
	if i < 26 {
		return letters[i : i+1]
	}
	return column(i/26-1) + letters[i%26:i%26+1]
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// sheetName makes a legal sheet name: at most 31 characters, none of []:*?/\.
func sheetName(name string, n int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if r := []rune(name); len(r) > nameASheet {
		name = string(r[:nameASheet])
	}
	if name == "" {
		return "Sheet" + strconv.Itoa(n)
	}
	return name
}

// writeXML writes text as XML content: escaped, without what XML 1.0 cannot
// hold, cut at the format's limit.
func writeXML(w *bufio.Writer, s string) {
	if len(s) <= charsACell && utf8.ValidString(s) && !strings.ContainsFunc(s, special) {
		_, _ = w.WriteString(s)
		return
	}
	n := 0
	for i, r := range s {
		if n++; n > charsACell {
			return
		}
		switch {
		case r == '&':
			_, _ = w.WriteString("&amp;")
		case r == '<':
			_, _ = w.WriteString("&lt;")
		case r == '>':
			_, _ = w.WriteString("&gt;")
		case r == '\r':
			_, _ = w.WriteString("&#13;")
		case r == '_' && strings.HasPrefix(s[i:], "_x"):
			_, _ = w.WriteString("_x005F_") // else _x0041_ would be read as A
		case r < 0x20 && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
		case r == utf8.RuneError:
			_, _ = w.WriteRune('\uFFFD')
		default:
			_, _ = w.WriteRune(r)
		}
	}
}

// special reports whether writeXML must look at r.
func special(r rune) bool {
	return r == '&' || r == '<' || r == '>' || r == '_' || r < 0x20 || r == 0xFFFE || r == 0xFFFF
}
