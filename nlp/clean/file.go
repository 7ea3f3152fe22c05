package clean

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"minyi/internal/fault"
)

// File gives a text file's content as UTF-8, whatever an office saved it as:
// UTF-8 with a mark or without, UTF-16 with a mark, or GBK (read as GB18030).
// A few broken bytes in UTF-8 stay for Text to take out.
func File(content []byte) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case !mostlyUTF8(content):
		from = simplifiedchinese.GB18030
	default:
		return bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), nil
	}
	out, err := from.NewDecoder().Bytes(content)
	if err != nil || bytes.IndexByte(out, 0) >= 0 {
		return nil, fault.New(fault.Invalid, "encoding_unknown", "无法识别文件编码，请另存为 UTF-8 或 GBK 编码的 CSV 或文本文件。",
			"the encoding of the file is not known; save it as text or CSV in UTF-8 or GBK").With(err)
	}
	return out, nil
}

// mostlyUTF8 allows one broken byte to fifty characters beyond ASCII: Chinese
// in another encoding breaks nearly every one.
func mostlyUTF8(content []byte) bool {
	wide, broken := 0, 0
	for len(content) > 0 {
		r, n := utf8.DecodeRune(content)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			wide++
		}
		content = content[n:]
	}
	return broken*50 <= wide
}
