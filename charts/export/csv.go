package export

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// WriteCSV writes t as RFC 4180 in UTF-8 with a byte order mark, without
// which Chinese spreadsheets take it for GBK. Text is always quoted, so that
// no separator of any locale can split it.
func WriteCSV(w io.Writer, t Table) error {
	b := bufio.NewWriterSize(w, 64<<10)
	_, _ = b.WriteString("\ufeff")
	for i, h := range t.heading() {
		field(b, i, Text(h))
	}
	_, _ = b.WriteString("\r\n")
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		for i, c := range row {
			field(b, i, c)
		}
		if _, err := b.WriteString("\r\n"); err != nil {
			return err // the reader has gone
		}
	}
	return b.Flush()
}

// field writes one value; errors of b stay with it until the next check.
func field(b *bufio.Writer, i int, c Cell) {
	if i > 0 {
		_ = b.WriteByte(',')
	}
	if c.number || c.text == "" {
		_, _ = b.WriteString(c.text)
		return
	}
	_ = b.WriteByte('"')
	_, _ = b.WriteString(strings.ReplaceAll(guard(c.text), `"`, `""`))
	_ = b.WriteByte('"')
}

// numeric is text that a spreadsheet would silently turn into another number:
// leading zeros and digits past the fifteenth are lost, 12e4 becomes 120000.
var numeric = regexp.MustCompile(`^\s*(0[0-9]+|[0-9]{12,}|[0-9.]+[eE][0-9]+)\s*$`)

// guard puts an apostrophe before text that a spreadsheet would compute
// (OWASP: CSV injection), full-width signs included, or take for a number. It
// also drops NUL, at which some readers stop.
func guard(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u3000\u00a0\ufeff"))
	switch {
	case s == "":
	case strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", first),
		(first == '.' || first >= '0' && first <= '9') && numeric.MatchString(s):
		return "'" + s
	}
	return s
}
