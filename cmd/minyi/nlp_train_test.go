package main

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/nlp"
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

// What nlp pending --csv writes comes back through nlp labels once a person has
// filled in the column label; rows left empty have none.
func TestTheQueueIsFilledInAsAFile(t *testing.T) {
	var file strings.Builder
	queue := []nlp.Pending{{Answer: "012e4", Text: "=蓝鲸驿站,没有货\n又关门", Best: "商贸旅游"}, {Answer: "a2", Text: "站牌换位"}}
	if err := writeQueue(&file, queue); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), `"=`) {
		t.Errorf("a remark is a formula: %s", file.String())
	}
	got, err := readLabels(strings.NewReader(strings.Replace(file.String(), ",,", ",交通运输,", 1)))
	if err != nil || len(got) != 2 || got[0].Topic != "交通运输" || got[0].Text != "" || got[1].Topic != "" {
		t.Fatalf("%+v, %v\n%s", got, err, file.String())
	}
	if got[0].Answer != queue[0].Answer {
		t.Errorf("answer %q came back as %q", queue[0].Answer, got[0].Answer)
	}
}
