package evaluate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStrangeFiles judges files as strangers bring them: a mark at the head,
// columns in another order, quotation marks in bare cells, rows without text or
// label, short rows, and classes of which the other file knows nothing.
func TestStrangeFiles(t *testing.T) {
	var train strings.Builder
	train.WriteString("\xEF\xBB\xBFtext, label ,id,title\r\n")
	for range 12 {
		train.WriteString("公交车班次太少等了一个小时,交通,1,公交\r\n小区物业收费不合理停车难,城建,2,物业\r\n医院挂号排队太久,卫生,3,\r\n")
	}
	train.WriteString(",交通,4,\r\n没有标签,,5,\r\n短行\r\n")
	test := "label,title,text\n交通,公交车,\n城建,,物业\"乱\"收费\n卫生,,医院挂号难\n渔业,,渔船停在码头\n交通,,\n,,没有标签\n"
	o := Options{Train: file(t, train.String()), Test: file(t, test), Labels: -1}
	r, err := Topic(segmenter(t), taxonomy(t), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.TrainRows != 36 || r.TestRows != 4 || r.Skipped != 2 || len(r.Classes) != 4 {
		t.Errorf("%d trained on, %d tested, %d skipped, %d classes", r.TrainRows, r.TestRows, r.Skipped, len(r.Classes))
	}
	if r.Accuracy != .75 || r.MacroF1 < .6 || r.MacroF1 > .75 {
		t.Errorf("accuracy %v, macro-F1 %v: three of four are plain, the fourth unknown", r.Accuracy, r.MacroF1)
	}
	for _, c := range r.Classes {
		if (c.Recall == 1) != (c.Label != "渔业") {
			t.Errorf("%+v", c)
		}
	}
	o.MaxChars = 3
	if r, err = Topic(segmenter(t), taxonomy(t), o); err != nil || r.TestRows != 4 {
		t.Errorf("cut to three characters: %d tested, %v", r.TestRows, err)
	}
	o.Labels = 30
	if r, err = Topic(segmenter(t), taxonomy(t), o); err != nil || r.Labels != 30 {
		t.Errorf("thirty labels: %d, %v", r.Labels, err)
	}
}

// TestFilesAsOfficesSaveThem gives the same figures whatever a spreadsheet
// program saved the file as, and says which columns a file has instead.
func TestFilesAsOfficesSaveThem(t *testing.T) {
	const rows = "Label,TEXT\n1,味道不错送得也快\n0,态度恶劣等了两个小时\n1,很好吃下次再来\n0,难吃又贵不会再点\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	var want Report
	for i, content := range []string{rows, "\xEF\xBB\xBF" + rows, gbk, strings.ReplaceAll(rows, "\n", "\r\n")} {
		r, err := Polarity(segmenter(t), Options{Train: file(t, content), Test: file(t, content), Labels: -1})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = r
		}
		if r.TestRows != 4 || r.Repeated != 4 || r.MacroF1 != want.MacroF1 || r.Accuracy != 1 {
			t.Errorf("saved otherwise (%d): %+v", i, r)
		}
	}
	_, err = Polarity(segmenter(t), Options{Train: file(t, "类别\t内容\n1\t好\n"), Test: file(t, rows)})
	if err == nil || !strings.Contains(err.Error(), "内容") {
		t.Errorf("the columns that a file has are not told: %v", err)
	}
	_, err = Polarity(segmenter(t), Options{Train: file(t, rows), Test: file(t, "label,text\n好评,味道不错\n"), Labels: -1})
	if err == nil || !strings.Contains(err.Error(), "好评") {
		t.Errorf("labels of which the training file knows none: %v", err)
	}
	path := file(t, "")
	if _, err = readList(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("an empty file is not named: %v", err)
	}
	if _, err = readList(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a folder: %v", err)
	}
}
