// Package nlptest holds what tests of nlp share: the contract that every
// segmenter must pass, and a segmenter in pure Go for packages that must test
// without cgo. It takes in a testing.T and gives out failures.
package nlptest

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"minyi/nlp/token"
)

// Segmenter is what the contract is about.
type Segmenter interface {
	Tag(text string) []token.Token
	Version() string
}

// Hostile are texts on which segmenters have been seen to drop, truncate or
// crash. All are valid UTF-8 without NUL.
var Hostile = []string{
	"路灯坏了/没人修/", "和/或", "a/b/c", "/", "//", "１２３ＡＢＣ", "\u200b零宽\u200d字符\ufeff",
	"😀👨‍👩‍👧噪音🏠", "مرحبا 投诉", "\u202e反向\u202c", "\x01\x02控制\x1f", "無人接聽", " ", "\n\n\t", "，。，。",
	"\ufffd", "\U0010FFFF\U00020000𠮷野家", "2019年3月5日12:30", "http://a.cn/b?c=d&e=f", "e\u0301\u0301\u0301",
}

// Contract checks that s keeps every byte of a text, in order, whatever the
// text, from many goroutines at once.
func Contract(t *testing.T, s Segmenter) {
	t.Helper()
	if s.Version() == "" {
		t.Error("no version")
	}
	if got := s.Tag(""); len(got) != 0 {
		t.Errorf("empty text gave %d tokens", len(got))
	}
	long := strings.Repeat("小区楼下的搅拌站昼夜施工噪音扰民", 1<<20/48)
	for _, text := range append([]string{long}, Hostile...) {
		keeps(t, s, text)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, text := range Hostile {
				keeps(t, s, text)
			}
		})
	}
	wg.Wait()
}

func keeps(t *testing.T, s Segmenter, text string) {
	t.Helper()
	tokens := s.Tag(text)
	if got := token.Join(tokens); got != text {
		t.Errorf("tokens of %.40q join to %.40q", text, got)
	}
	for _, k := range tokens {
		if k.Text == "" || !utf8.ValidString(k.Text) || k.Tag == "" {
			t.Errorf("%.40q: bad token %q/%q", text, k.Text, k.Tag)
		}
	}
}

// Bigrams cuts Han text into pairs of characters and everything else into runs
// of one kind: good enough to test what stands on a segmenter.
type Bigrams struct{}

// Version names it.
func (Bigrams) Version() string { return "bigrams-1" }

// Tag cuts text.
func (Bigrams) Tag(text string) []token.Token {
	var out []token.Token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		n := 1
		if isHan(runes[i]) && i+1 < len(runes) && isHan(runes[i+1]) {
			n = 2
		}
		tag := "x"
		if isHan(runes[i]) {
			tag = "n"
		}
		out = append(out, token.Token{Text: string(runes[i : i+n]), Tag: tag})
		i += n
	}
	return out
}

func isHan(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }
