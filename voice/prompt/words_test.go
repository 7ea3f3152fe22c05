package prompt

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"这里是清江市12345政务服务便民热线": "这里是清江市一二三四五政务服务便民热线",
		"想就您3月5日反映的问题":        "想就您三月五日反映的问题",
		"您10月21日、11月30日":      "您十月二十一日、十一月三十日",
		"2026-03-05":          "二零二六年三月五日",
		"2026年12月31日":         "二零二六年十二月三十一日",
		"2026年":               "二零二六年",
		"非常满意请按1，满意请按２":       "非常满意请按一，满意请按二",
		"请按0到10，按#键结束，按*键重听":  "请按零到十，按井号键结束，按星号键重听",
		"请拨打13800001234":      "请拨打幺三八零零零零幺二三四",
		"工单尾号0123":            "工单尾号零一二三",
		"工单尾号01":              "工单尾号零一",
		"满意率98.05%":           "满意率百分之九十八点零五",
		"占30%":                "占百分之三十",
		"共2件，2个问题，2次，12件":     "共两件，两个问题，两次，十二件",
		"12345件":              "一万二千三百四十五件",
		"10005件":              "一万零五件",
		"100件":                "一百件",
		"1010件":               "一千零一十件",
		"110000人":             "十一万人",
		"200000000元":          "二亿元",
		"100500万元":            "十万零五百万元",
		"早8:30到20:00，2:05":    "早八点三十分到二十点，两点零五分",
		"大约需要1分钟":             "大约需要一分钟",
		"3.5倍":                "三点五倍",
		"没有数字":                "没有数字",
	} {
		if got := Words(text, "zh-CN"); got != want {
			t.Errorf("%q is read %q, want %q", text, got, want)
		}
	}
	if got := Words("Press 1 or #, the 12345 hotline", "en"); got != "Press 1 or  hash , the 1 2 3 4 5 hotline" {
		t.Errorf("%q", got)
	}
}

// FuzzWords: no digit is left for an engine to read as it likes, and no number
// stops the process.
func FuzzWords(f *testing.F) {
	f.Add("2026年3月5日 12345 98.6% 10010件 8:30")
	f.Add("99999999999999999999件 0.0.0 1月99日 ２％")
	f.Fuzz(func(t *testing.T, text string) {
		if got := Words(text, "zh-CN"); strings.ContainsAny(got, "0123456789") {
			t.Errorf("%q is read %q", text, got)
		}
	})
}
