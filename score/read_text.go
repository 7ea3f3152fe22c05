package score

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// maxFile bounds an indicator file: 334 cities × 53 indicators × 12 months is
// under 20 MB.
const maxFile = 64 << 20

// readText reads a small file as UTF-8, whatever a Chinese office saved it as:
// UTF-8 with or without BOM, UTF-16 with BOM, or GBK (read as GB18030).
func readText(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return "", badFile("文件读取失败，请重试。", "the file cannot be read").With(err)
	}
	if len(b) > maxFile {
		return "", badFile("文件超过 64 MB，请拆分后再导入。", "the file is over 64 MB; split it")
	}
	return decodeText(b)
}

func decodeText(b []byte) (string, error) {
	var enc encoding.Encoding
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case !utf8.Valid(b):
		enc = simplifiedchinese.GB18030
	}
	if enc != nil {
		out, err := enc.NewDecoder().Bytes(b)
		if err != nil {
			return "", badFile("无法识别文件编码，请另存为 UTF-8 或 GBK。", "the encoding is not known; save it as UTF-8 or GBK").With(err)
		}
		b = out
	}
	if !utf8.Valid(b) || bytes.ContainsRune(b, utf8.RuneError) {
		return "", badFile("文件里有无法识别的字符，请另存为 UTF-8 或 GBK。", "the file holds bytes of no known encoding; save it as UTF-8 or GBK")
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", badFile("这不是文本文件，请导出为 CSV。", "this is not a text file; export it as CSV")
	}
	return string(b), nil
}

// delimiter gives the separator of the header line.
func delimiter(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(line, ",")
	for _, d := range []rune{'\t', ';'} {
		if n := strings.Count(line, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}
