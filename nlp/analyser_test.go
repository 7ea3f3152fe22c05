package nlp

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"minyi/nlp/clean"
	"minyi/nlp/mask"
	"minyi/nlp/nlptest"
	"minyi/nlp/token"
	"minyi/nlp/topic"
)

func analyser(t testing.TB) *Analyser {
	t.Helper()
	tax, err := topic.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return NewAnalyser(segmenter(t), tax)
}

func TestAnalyse(t *testing.T) {
	a := analyser(t)
	r := a.Analyse("我叫张伟，１３８００１３８０００。工地夜间施工\x00噪音扰民，建议加强夜间巡查\xe5\x99")
	if r.Text != "我叫张*，138****8000。工地夜间施工噪音扰民，建议加强夜间巡查" {
		t.Errorf("text: %s", r.Text)
	}
	if !r.Content || !r.Suggestion || r.Polarity != -1 || r.Topic.Topic != "环境保护/噪声污染" {
		t.Errorf("got %+v", r)
	}
	if r := a.Analyse("满意"); r.Content || r.Polarity != 1 || r.Topic.Topic != topic.Undecided {
		t.Errorf("a bare rating: %+v", r)
	}
	if a.Version() == "" || !strings.Contains(a.Version(), "jieba-") {
		t.Errorf("version %q", a.Version())
	}
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range nlptest.Hostile {
		f.Add(s)
	}
	f.Add("我叫张伟，电话13800138000\x00\xff，住3栋2单元501室，噪音扰民\u202e！！！")
	f.Add(strings.Repeat("噪", 6000))
	a := analyser(f)
	f.Fuzz(func(t *testing.T, raw string) {
		r := a.Analyse(raw)
		if !utf8.ValidString(r.Text) {
			t.Fatalf("%q is not UTF-8", r.Text)
		}
		if token.Join(r.Tokens) != r.Text {
			t.Fatalf("tokens of %q join to %q", r.Text, token.Join(r.Tokens))
		}
		if masked, _ := mask.Text(clean.Text(raw, 0)); masked != r.Text {
			t.Fatalf("text lost: %q, want %q", r.Text, masked)
		}
		if got := decodeCuts(r.Text, encodeCuts(r.Tokens)); len(r.Tokens) > 0 && token.Join(got) != clean.Simplify(r.Text) {
			t.Fatalf("cuts of %q do not give it back", r.Text)
		}
		if again := a.Analyse(raw); !reflect.DeepEqual(again, r) {
			t.Fatalf("not deterministic: %+v and %+v", r, again)
		}
	})
}

func TestCutsKeepTags(t *testing.T) {
	want := []token.Token{{Text: "噪音", Tag: "n"}, {Text: strings.Repeat("长", 100), Tag: "ph"}, {Text: "a", Tag: "eng"}}
	if got := decodeCuts(token.Join(want), encodeCuts(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	for _, bad := range [][]byte{{1}, {200, 1}, {1, 255}, {1, 9}} {
		if got := decodeCuts("噪", bad); got != nil {
			t.Errorf("cuts %v were taken: %v", bad, got)
		}
	}
}

// A megabyte of one kind goes through every stage without a crash, a lost
// character or a long wait: what is over the cap is cut before anything looks
// at it.
func TestAMegabyteOfAnything(t *testing.T) {
	a := analyser(t)
	for name, piece := range map[string]string{
		"no punctuation": "小区楼下的搅拌站昼夜施工噪音扰民", "surnames": "王李张刘陈杨", "digits": "13800138000", "at signs": "a@", "latin": "abcdefg",
		"combining": "e\u0301\u0301", "emoji": "😀👨‍👩‍👧", "right to left": "مرحبا\u202e投诉", "NUL": "噪音\x00扰民", "bytes": "\xff\xe5\x99",
		"announced": "我叫", "numbered": "3栋2单元", "stars": "*", "blanks": " \n\t", "zero width": "\u200b\ufeff",
	} {
		raw := strings.Repeat(piece, 1<<20/len(piece))
		start := time.Now()
		r := a.Analyse(raw)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if want, _ := mask.Text(clean.Text(raw, 0)); r.Text != want || token.Join(r.Tokens) != r.Text || !utf8.ValidString(r.Text) {
			t.Errorf("%s: lost something of %d bytes: %d, tokens %d", name, len(want), len(r.Text), len(token.Join(r.Tokens)))
		}
		if n := utf8.RuneCountInString(r.Text); n > clean.MaxRunes {
			t.Errorf("%s: %d characters", name, n)
		}
	}
}
