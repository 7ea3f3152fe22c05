package clean

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"路灯不亮":                    "路灯不亮",
		"噪\xe5\x99音":              "噪音",
		"路灯\x00不\x07亮":            "路灯不亮",
		"零\u200b宽\ufeff字\u200d":   "零宽字",
		"１３８　ＡＢｃ，全角":              "138 ABc，全角",
		"  前后 \t 空白  ":            "前后 空白",
		"一\r\n\r\n二 \n 三\n":       "一\n二\n三",
		"\u202e反\u202c向":          "反向",
		"a\xed\xa0\x80b\xc0\xafc": "abc",
		"😀👨\u200d👩":               "😀👨👩",
	} {
		if got := Text(in, 0); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTextCapsLength(t *testing.T) {
	if got := Text(strings.Repeat("路 ", 100), 7); got != "路 路 路 路" {
		t.Errorf("got %q", got)
	}
	if got := utf8.RuneCountInString(Text(strings.Repeat("噪", 1<<20), 0)); got != MaxRunes {
		t.Errorf("got %d runes", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("路灯\x00不\xff亮 １３８\u200b", 10)
	f.Add("a\n \nb  c", 3)
	f.Fuzz(func(t *testing.T, s string, max int) {
		if max > 1<<16 {
			max = 1 << 16
		}
		once := Text(s, max)
		if !utf8.ValidString(once) {
			t.Fatalf("%q is not UTF-8", once)
		}
		if max > 0 && utf8.RuneCountInString(once) > max {
			t.Fatalf("%d runes, at most %d allowed", utf8.RuneCountInString(once), max)
		}
		for _, r := range once {
			if r != '\n' && unicode.IsControl(r) {
				t.Fatalf("control %q in %q", r, once)
			}
		}
		if twice := Text(once, max); twice != once {
			t.Fatalf("not idempotent: %q then %q", once, twice)
		}
	})
}

func TestContent(t *testing.T) {
	free := `无|没有。|满意!|非常满意|5|12345|111|好好好|满意满意满意|无无|谢谢！！|OK|😀|。。。|不满意|a|嗯嗯嗯嗯|哈哈哈|同上|暂无意见|没意见|挺好的|都挺好|无意见，谢谢|没有，谢谢！|
暂时没有意见|没有任何意见和建议|不需要|没事了|都没问题|非常好，继续保持|一切都好|五颗星|10分|就这样吧|沒有意見|很滿意，謝謝|没什么好说的|感谢政府|谢谢12345|感谢党和政府|祝工作顺利|very good, thank you|N/A|测试一下|hhh|1 1 1|解决了|已解决。`
	for _, s := range append(strings.Split(free, "|"), "") {
		if Content(s) {
			t.Errorf("%q was taken for content", s)
		}
	}
	full := `太慢|慢|吵|没解决|没有解决|未解决|停水|停电|没水|没人管|没有人接电话|办理太慢|噪音|路灯不亮|满意,但是时间太长|不满意，太慢|谢谢张师傅上门维修|无电梯|没有结果|推诿|太慢啦|沒人管|
The street light is still broken|Too slow|noise|感谢政府修好路灯|没有暖气|快点|多巡逻|服务慢|希望快点|不给解决了|还没解决了`
	for _, s := range strings.Split(full, "|") {
		if !Content(s) {
			t.Errorf("%q was taken for nothing", s)
		}
	}
}

func TestNoPieceIsTooLong(t *testing.T) {
	for _, set := range []map[string]struct{}{pieces, thanked} {
		for w := range set {
			if n := utf8.RuneCountInString(w); n > longestPiece && w[0] >= 0x80 {
				t.Errorf("%s has %d characters and is never looked up", w, n)
			}
		}
	}
}
