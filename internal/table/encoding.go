package table

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"minyi/internal/fault"
)

// sample is how much of a file decides its format. A multi-byte character may
// be cut at its end, which the checks below allow for.
const sample = 64 << 10

// letters says what a text's bytes mean, line by line: a list put together of
// two files changes its encoding half way.
type letters struct {
	name   string // UTF-8, UTF-16 or GB18030, of which GBK and GB2312 are parts
	others int    // lines that stood in another
}

// Text gives a file's characters as UTF-8, whatever an office saved it as: what
// Open tells of a list's encoding, for files that are no lists. A mark at its
// beginning is left out.
func Text(content []byte) ([]byte, error) {
	r, l, err := text(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		return nil, fault.Wrap(err, "decode the file")
	}
	var out bytes.Buffer
	for raw := range strings.Lines(string(decoded)) {
		out.WriteString(l.line(raw))
	}
	if looksWrong(out.Bytes()) {
		return nil, notText()
	}
	return out.Bytes(), nil
}

// text gives r's bytes and what they mean. A file without a mark is UTF-16 if
// every second byte of its digits is zero; else what its first characters
// beyond ASCII are, however far below the top they stand: UTF-8, some broken
// bytes apart, or GB18030. UTF-16 comes decoded. What turns out undecodable
// becomes U+FFFD, or stays as it is, and is reported by row.
func text(r io.ReadSeeker) (io.Reader, *letters, error) {
	head, told, err := samples(r)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), &letters{name: "UTF-16"}, nil
	case bytes.IndexByte(head, 0) >= 0:
		order, ok := wide(head)
		if ok {
			return transform.NewReader(r, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()), &letters{name: "UTF-16"}, nil
		}
		if !validUTF8(head) || bytes.Count(head, []byte{0})*20 > len(head) {
			return nil, nil, notText()
		}
		return r, &letters{name: "UTF-8"}, nil // a stray one spoils its row
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, err = r.Seek(3, io.SeekStart)
		return r, &letters{name: "UTF-8"}, err
	case validUTF8(told), mostlyUTF8(told):
		return r, &letters{name: "UTF-8"}, nil
	}
	decoded, _, err := transform.Bytes(simplifiedchinese.GB18030.NewDecoder(), told)
	if err == nil && looksWrong(decoded) {
		return nil, nil, notText()
	}
	return r, &letters{name: "GB18030"}, nil
}

// samples gives the beginning of r, and as much from its first byte beyond
// ASCII on; r is at its beginning again.
func samples(r io.ReadSeeker) (head, told []byte, err error) {
	b := bufio.NewReaderSize(r, sample)
	peek, err := b.Peek(sample)
	head = bytes.Clone(peek)
	for err == nil || len(peek) > 0 {
		if i := bytes.IndexFunc(peek, func(c rune) bool { return c >= utf8.RuneSelf }); i >= 0 {
			_, _ = b.Discard(i)
			told, err = b.Peek(sample)
			break
		}
		_, _ = b.Discard(len(peek))
		peek, err = b.Peek(sample)
	}
	if err != nil && err != io.EOF {
		return nil, nil, fault.Wrap(err, "read the file")
	}
	_, err = r.Seek(0, io.SeekStart)
	return head, told, fault.Wrap(err, "read the file again")
}

// line gives one line as UTF-8.
func (l *letters) line(raw string) string {
	switch {
	case l.name == "UTF-16", !beyondASCII(raw):
		return raw
	case l.name == "UTF-8":
		whole, broken := tally([]byte(raw))
		if broken < 4 || broken <= whole { // under two Chinese characters may be one that was cut
			return raw
		}
	case chineseUTF8(raw):
		l.others++
		return raw
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(raw)
	switch {
	case err != nil:
		return raw
	case l.name == "UTF-8" && strings.ContainsRune(decoded, utf8.RuneError):
		return raw
	case l.name == "UTF-8":
		l.others++
	}
	return decoded
}

// chineseUTF8 tells a line that is right as UTF-8 and has three characters of
// Chinese or more: GB18030 hardly ever looks so.
func chineseUTF8(line string) bool {
	wide := 0
	for _, r := range line {
		switch {
		case r >= 0x800 && r != utf8.RuneError:
			wide++
		case r >= utf8.RuneSelf:
			return false
		}
	}
	return wide >= 3
}

func beyondASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) >= 0
}

// wide tells UTF-16 without a mark: digits, letters and separators have a zero
// byte each, nearly all on one side.
func wide(head []byte) (unicode.Endianness, bool) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1] > 10*zeros[0] && zeros[1]*20 > len(head):
		return unicode.LittleEndian, true
	case zeros[0] > 10*zeros[1] && zeros[0]*20 > len(head):
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// mostlyUTF8 tells UTF-8 with some broken bytes, as a cut-off file has them,
// from GB18030, whose characters are hardly ever right as UTF-8.
func mostlyUTF8(b []byte) bool {
	whole, broken := tally(b)
	return whole > broken
}

// tally counts the characters beyond ASCII that are right as UTF-8, and the
// bytes that are not.
func tally(b []byte) (whole, broken int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			whole++
		}
		b = b[n:]
	}
	return whole, broken
}

// validUTF8 allows the last character to be cut off by the sample's end.
func validUTF8(b []byte) bool {
	for i := 0; i < utf8.UTFMax && len(b) > 0; i++ {
		if utf8.Valid(b) {
			return true
		}
		if len(b) < sample-utf8.UTFMax {
			return false // the whole file was seen: nothing was cut
		}
		b = b[:len(b)-1]
	}
	return false
}

// looksWrong reports that more than one character in twenty is none of the
// encoding, or none of any text.
func looksWrong(decoded []byte) bool {
	bad := 0
	for _, r := range string(decoded) {
		if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			bad++
		}
	}
	return bad > 1 && bad*20 > utf8.RuneCount(decoded)
}

func notText() error {
	return fault.New(fault.Invalid, "file_encoding",
		"无法识别文件编码。请在电子表格软件中另存为“CSV UTF-8”或 .xlsx 后重新导入。",
		"the file is neither UTF-8, UTF-16 nor GB18030 (GBK) text; save it as CSV UTF-8 or .xlsx and import it again").On("file")
}
