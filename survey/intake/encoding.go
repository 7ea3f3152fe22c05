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
// a mark is UTF-8 if its beginning is, else GB18030, of which GBK and GB2312
// are parts. What turns out undecodable later becomes U+FFFD and is reported
// by row.
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
	case validUTF8(head):
		return r, "UTF-8", nil
	case bytes.IndexByte(head, 0) >= 0:
		return nil, "", notText()
	}
	decoded, _, err := transform.Bytes(simplifiedchinese.GB18030.NewDecoder(), head)
	if err == nil && looksWrong(decoded) {
		return nil, "", notText()
	}
	return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder()), "GB18030", nil
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

// looksWrong reports that more than one character in a hundred is no
// character of the encoding: the file is neither UTF-8 nor GB18030.
func looksWrong(decoded []byte) bool {
	bad := bytes.Count(decoded, []byte("\uFFFD"))
	return bad > 1 && bad*100 > utf8.RuneCount(decoded)
}

func notText() error {
	return fault.New(fault.Invalid, "file_encoding",
		"无法识别文件编码。请在电子表格软件中另存为“CSV UTF-8”或 .xlsx 后重新导入。",
		"the file is neither UTF-8, UTF-16 nor GB18030 (GBK) text; save it as CSV UTF-8 or .xlsx and import it again").On("file")
}
