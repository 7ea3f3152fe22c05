package score

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook once unpacked: a small file can hold gigabytes.
const maxUnpacked = 256 << 20

// asText gives a CSV or XLSX file as comma-separated text, and which it was.
func asText(r io.Reader) (io.Reader, string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, "", badFile("文件读取失败，请重试。", "the file cannot be read").With(err)
	}
	if len(b) > maxFile {
		return nil, "", badFile("文件超过 64 MB，请拆分后再导入。", "the file is over 64 MB; split it")
	}
	if !bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return bytes.NewReader(b), "csv", nil
	}
	text, err := firstSheet(b)
	return strings.NewReader(text), "xlsx", err
}

// firstSheet writes a workbook's first sheet as CSV, line for row, so that line
// numbers in the report are those that Excel shows.
func firstSheet(b []byte) (string, error) {
	bad := badFile("无法读取该 XLSX 文件，请用 Excel 另存为 .xlsx 或 .csv。", "the XLSX file cannot be read; save it again as .xlsx or .csv")
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return "", bad.With(err)
	}
	defer book.Close()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return "", bad.With(err)
	}
	defer rows.Close()
	shown, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return "", bad.With(err)
	}
	defer shown.Close()
	var text strings.Builder
	w := csv.NewWriter(&text)
	for rows.Next() && shown.Next() {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return "", bad.With(err)
		}
		printed, err := shown.Columns()
		if err != nil {
			return "", bad.With(err)
		}
		percents(cells, printed)
		for i, c := range cells {
			cells[i] = strings.NewReplacer("\r", " ", "\n", " ").Replace(c)
		}
		if len(cells) == 0 {
			cells = []string{""}
		}
		if err := w.Write(cells); err != nil {
			return "", bad.With(err)
		}
	}
	w.Flush()
	if err := rows.Error(); err != nil {
		return "", bad.With(err)
	}
	return text.String(), nil
}

// percents turns the cells that Excel shows as per cent, and holds as parts of
// one, into what is shown: 0.7607 shown as 76.07% is 76.07.
func percents(cells, printed []string) {
	for i, p := range printed {
		if i >= len(cells) || !strings.HasSuffix(strings.TrimSpace(p), "%") || strings.Contains(cells[i], "%") {
			continue
		}
		if v, err := strconv.ParseFloat(cells[i], 64); err == nil {
			cells[i] = strconv.FormatFloat(v*100, 'g', 12, 64)
		}
	}
}
