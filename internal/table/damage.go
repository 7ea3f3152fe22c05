package table

import (
	"strings"
	"unicode/utf8"
)

// Damage is what is wrong with the form of a row, before any field is read. It
// never quotes what stood in a cell.
type Damage struct{ Code, ZH, EN string }

var (
	tooFewColumns  = Damage{"columns_too_few", "列数少于表头，请补齐缺失的单元格", "fewer columns than the header; fill in the missing cells"}
	tooManyColumns = Damage{"columns_too_many", "列数多于表头，请检查是否多了分隔符或缺少引号", "more columns than the header; look for an extra delimiter or a missing quote"}
	unclosedQuote  = Damage{"quote_unclosed", "引号没有闭合，请检查该行的双引号", "a quote is never closed; check the double quotes of this line"}
	recordTooLong  = Damage{"record_too_long", "该行超过 1 MB，请检查引号是否闭合", "the record is over 1 MB; check its quotes"}
	badEncoding    = Damage{"encoding_bad", "该行含有无法识别的字符，请将文件另存为 UTF-8 或 GBK 后重试", "the row holds bytes that are not text; save the file as UTF-8 or GBK"}
)

// Damage gives what is wrong with a row, nil where nothing is.
func (f *File) Damage(r Row) *Damage {
	switch {
	case r.broken != nil:
		return r.broken
	case len(r.Cells) > len(f.Header) && strings.TrimSpace(strings.Join(r.Cells[len(f.Header):], "")) != "":
		return &tooManyColumns
	case len(r.Cells) < len(f.Header) && !f.Short:
		return &tooFewColumns
	}
	for _, cell := range r.Cells {
		if strings.Contains(cell, "\uFFFD") || strings.ContainsRune(cell, 0) || !utf8.ValidString(cell) {
			return &badEncoding
		}
	}
	return nil
}
