package main

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestLabelsAsOfficesSaveThem: a spreadsheet program saves labels as GBK.
func TestLabelsAsOfficesSaveThem(t *testing.T) {
	const rows = "Label,title,text\n环境保护,油烟,楼下烧烤店半夜还在营业\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{rows, "\xEF\xBB\xBF" + rows, gbk} {
		got, err := readLabels(strings.NewReader(content))
		if err != nil || len(got) != 1 || got[0].Topic != "环境保护" || got[0].Text != "油烟\n楼下烧烤店半夜还在营业" {
			t.Errorf("%+v, %v", got, err)
		}
	}
}
