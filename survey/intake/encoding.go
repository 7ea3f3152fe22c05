package intake

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"minyi/internal/fault"
)

// sample is how much of a file decides its format. A multi-byte character may
// be cut at its end, which the checks below allow for.
const sample = 64 << 10

// text gives r's characters as UTF-8 and the encoding's name. A file without
// a mark is UTF-8 if its beginning is, but for some broken bytes; else UTF-16 if
// every second byte of its digits is zero; else GB18030, of which GBK and
// GB2312 are parts. What turns out undecodable becomes U+FFFD, or stays as it
// is, and is reported by row.
func text(r *bufio.Reader) (io.Reader, string, error) {
	head, err := r.Peek(sample)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, _ = r.Discard(3)
		return r, "UTF-8", nil
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), "UTF-16", nil
	case bytes.IndexByte(head, 0) >= 0:
		order, ok := wide(head)
		if ok {
			return transform.NewReader(r, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()), "UTF-16", nil
		}
		if !validUTF8(head) || bytes.Count(head, []byte{0})*20 > len(head) {
			return nil, "", notText()
		}
		return r, "UTF-8", nil // a stray one spoils its row
	case validUTF8(head), mostlyUTF8(head):
		return r, "UTF-8", nil
	}
	decoded, _, err := transform.Bytes(simplifiedchinese.GB18030.NewDecoder(), head)
	if err == nil && looksWrong(decoded) {
		return nil, "", notText()
	}
	return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder()), "GB18030", nil
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
	whole, broken := 0, 0
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
	return whole > 10*broken
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

// looksWrong reports that more than one character in twenty is no character of
// the encoding: the file is neither UTF-8 nor GB18030.
func looksWrong(decoded []byte) bool {
	bad := bytes.Count(decoded, []byte("\uFFFD"))
	return bad > 1 && bad*20 > utf8.RuneCount(decoded)
}

func notText() error {
	return fault.New(fault.Invalid, "file_encoding",
		"无法识别文件编码。请在电子表格软件中另存为“CSV UTF-8”或 .xlsx 后重新导入。",
		"the file is neither UTF-8, UTF-16 nor GB18030 (GBK) text; save it as CSV UTF-8 or .xlsx and import it again").On("file")
}
