package evaluate

import (
	"path/filepath"
	"testing"
)

// TestMasking prints recall and precision on the labelled sets for
// docs/benchmarks.md. Each set was written to catch the rules out and then
// served to better them, so the heads of the files tell what it showed at first
// contact; what is asked here is that nothing learnt is lost again.
func TestMasking(t *testing.T) {
	spans, found, right, covered := 0, 0, 0.0, 0.0
	files, err := filepath.Glob("testdata/personal*.txt")
	if err != nil || len(files) < 11 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		f, err := Masking(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d lines, %d spans, recall %.4f, precision %.4f", file, f.Lines, f.Spans, f.Recall, f.Precision)
		for kind, k := range f.Kinds {
			t.Logf("  %s: %d spans, recall %.4f", kind, k.Spans, k.Recall)
		}
		for _, m := range f.Missed {
			t.Log("  missed: ", m)
		}
		for _, e := range f.Extra {
			t.Log("  extra: ", e)
		}
		spans += f.Spans
		found += f.Found
		n := float64(f.Found) + float64(len(f.Extra))
		right += f.Precision * n
		covered += n
	}
	recall, precision := float64(found)/float64(spans), right/covered
	t.Logf("all: %d spans, recall %.4f, precision %.4f", spans, recall, precision)
	if spans < 2100 || recall < .955 || precision < .985 {
		t.Errorf("asked: at least 2,100 spans, recall .955, precision .985")
	}
}

func TestMaskingReadsMarks(t *testing.T) {
	text, spans := unmark("我叫{name:张三}，{mobile:13800138000}。")
	if text != "我叫张三，13800138000。" || len(spans) != 2 || text[spans[0].Start:spans[0].End] != "张三" || text[spans[1].Start:spans[1].End] != "13800138000" {
		t.Errorf("%q %v", text, spans)
	}
}
