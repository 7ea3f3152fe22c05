package table

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode"
)

// Bounds of one record. A quote that is never closed would otherwise swallow
// the rest of the file.
const (
	maxRecord      = 1 << 20
	maxRecordLines = 200
)

// records reads delimited text record by record. Unlike encoding/csv it
// recovers from a quote that is never closed, or that a quote of a later record
// seems to close, by giving up on that line alone.
type records struct {
	r       *bufio.Reader
	letters *letters
	delim   byte
	line    int      // lines taken so far
	again   []string // lines to be read once more after a failed record
	ended   bool
	record  int
	width   int // cells of the last record that stood on one line
}

// next gives the next record that is not blank; io.EOF at the end. A record
// that cannot be cut into cells comes without any, and with the reason.
func (s *records) next() (Row, error) {
	for {
		first, err := s.readLine()
		if err != nil {
			return Row{}, err
		}
		if strings.TrimSpace(first) == "" {
			continue
		}
		s.record++
		row := Row{Record: s.record, Line: s.line}
		if len(first) > maxRecord {
			row.broken = &recordTooLong
			return row, nil
		}
		cells, closed := cut(first, s.delim)
		if closed {
			row.Cells, s.width = cells, len(cells)
			return row, nil
		}
		return s.multiline(row, first)
	}
}

// multiline goes on over line ends that stand inside quotes.
func (s *records) multiline(row Row, whole string) (Row, error) {
	var taken []string
	for len(whole) <= maxRecord && len(taken) < maxRecordLines {
		more, err := s.readLine()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Row{}, err
		}
		taken = append(taken, more)
		whole += "\n" + more
		// Only a line with a quote can close the field.
		if !strings.Contains(more, `"`) {
			continue
		}
		if cells, closed := cut(whole, s.delim); closed && !s.swallowed(whole, taken) {
			row.Cells = cells
			return row, nil
		} else if closed {
			break
		}
	}
	s.line -= len(taken)
	s.again = append(taken, s.again...)
	row.broken = &unclosedQuote
	return row, nil
}

// swallowed tells whether a line inside quotes is a record of its own: it has
// the cells of one and begins like the record that would hold it.
func (s *records) swallowed(whole string, inside []string) bool {
	const tellsRecords = 3 // a remark's line often has one comma, seldom as many as a list has columns
	if s.width < tellsRecords {
		return false
	}
	for _, line := range inside {
		cells, _ := cut(line, s.delim)
		if len(cells) == s.width && s.begins(line) == s.begins(whole) {
			return true
		}
	}
	return false
}

// begins gives the make of a record's first cell: A-0 for GD-2026.
func (s *records) begins(record string) string {
	cell, _, _ := strings.Cut(record, string(s.delim))
	var b strings.Builder
	var last rune
	for _, r := range Clean(strings.Trim(cell, `"`)) {
		switch {
		case unicode.IsDigit(r):
			r = '0'
		case unicode.IsLetter(r) && r < unicode.MaxASCII:
			r = 'A'
		case unicode.IsLetter(r):
			r = '字'
		}
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// readLine gives one line without its end. Of a line over the bound only the
// beginning is kept.
func (s *records) readLine() (string, error) {
	if len(s.again) > 0 {
		line := s.again[0]
		s.again = s.again[1:]
		s.line++
		return line, nil
	}
	if s.ended {
		return "", io.EOF
	}
	var b strings.Builder
	for {
		part, err := s.r.ReadSlice('\n')
		if b.Len() <= maxRecord {
			b.Write(part)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if err != nil {
			s.ended = true
			if b.Len() == 0 {
				return "", io.EOF
			}
		}
		s.line++
		return s.letters.line(strings.TrimRight(b.String(), "\r\n")), nil
	}
}

// cut splits one record; closed is false when it ends inside quotes. A quote
// in the middle of an unquoted cell is an ordinary character, as people type
// them.
func cut(s string, delim byte) (cells []string, closed bool) {
	for {
		if !strings.HasPrefix(s, `"`) {
			cell, rest, more := strings.Cut(s, string(delim))
			cells = append(cells, cell)
			if !more {
				return cells, true
			}
			s = rest
			continue
		}
		cell, rest, ok := quoted(s[1:])
		if !ok {
			return nil, false
		}
		tail, rest, more := strings.Cut(rest, string(delim))
		cells = append(cells, cell+tail) // "甲"乙: keep what follows the quote
		if !more {
			return cells, true
		}
		s = rest
	}
}

// quoted reads up to the closing quote, a doubled quote being one quote.
func quoted(s string) (cell, rest string, ok bool) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, `"`)
		if !found {
			return "", "", false
		}
		b.WriteString(before)
		if !strings.HasPrefix(after, `"`) {
			return b.String(), after, true
		}
		b.WriteByte('"')
		s = after[1:]
	}
}

// delimiter guesses from the first line that has any: the most frequent of tab,
// comma, semicolon and bar outside quotes. A title line above the header often
// has none.
func delimiter(head string) byte {
	best, most, n := byte(','), 0, 0
	for line := range strings.SplitSeq(head, "\n") {
		for _, d := range []byte{',', '\t', ';', '|'} {
			cells, _ := cut(line, d)
			if len(cells) > most+1 {
				best, most = d, len(cells)-1
			}
		}
		if n++; most > 0 || n == headerWithin {
			break
		}
	}
	return best
}
