package svg

import (
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"minyi/internal/testenv"
)

func f(v float64) *float64 { return &v }

// sample is what a hotline hears in a month.
func sample() []Word {
	return []Word{
		{Text: "噪音扰民", Weight: 86, Tone: Negative, Href: "/verbatims?word=噪音扰民", Title: "噪音扰民:86 人"},
		{Text: "地下车库", Weight: 61, Tone: Negative, Href: "/verbatims?word=地下车库"},
		{Text: "捆绑销售车位", Weight: 57, Tone: Negative},
		{Text: "办理效率", Weight: 49, Tone: Positive},
		{Text: "承办单位", Weight: 44}, {Text: "物业服务", Weight: 40, Tone: Negative},
		{Text: "回复及时", Weight: 36, Tone: Positive}, {Text: "公交线路", Weight: 31},
		{Text: "12345热线", Weight: 30, Tone: Positive}, {Text: "供暖温度", Weight: 28, Tone: Negative},
		{Text: "社保转移", Weight: 25}, {Text: "APP", Weight: 20}, {Text: "态度热情", Weight: 19, Tone: Positive},
		{Text: "油烟排放", Weight: 16, Tone: Negative}, {Text: "积水", Weight: 12, Tone: Negative},
		{Text: "不动产登记", Weight: 9}, {Text: "小区绿化", Weight: 8}, {Text: "路灯", Weight: 6},
	}
}

func pictures() map[string]string {
	return map[string]string{
		"cloud": Cloud(sample(), CloudOptions{Frame: Frame{"cloud", "热词云", "按提及人数排列的热词"}, Width: 720, Height: 330,
			Positive: "多为肯定", Neutral: "褒贬相当", Negative: "多为批评"}),
		"cloud-empty": Cloud(nil, CloudOptions{Frame: Frame{"cloud", "热词云", ""}, Width: 360, Height: 120, Empty: "暂无热词"}),
		"gauge": Gauge(Reading{Score: f(72.348), Low: f(70.1), High: f(74.6)}, GaugeOptions{Frame: Frame{"g", "总分", "72.35"},
			Grade: "B+", Interval: "95% 区间 70.10–74.60", Count: "n = 1,234"}),
		"gauge-short": Gauge(Reading{Score: f(64), Low: f(41), High: f(83), Short: true}, GaugeOptions{Frame: Frame{"g", "总分", ""},
			Grade: "样本不足", Interval: "95% 区间 41.00–83.00", Count: "n = 12"}),
		"gauge-none": Gauge(Reading{}, GaugeOptions{Frame: Frame{"g", "总分", ""}, None: "—", Count: "n = 0"}),
		"interval":   Interval(Reading{Score: f(82), Low: f(78.5), High: f(85)}, 120),
		"share":      Share(40, 30, 80, 160),
		"bars": Bars([]Bar{{Label: "发送成功", Value: 1204, Text: "1,204 (60.2%)"}, {Label: "有效答卷", Value: 640, Text: "640 (32.0%)"},
			{Label: "失败", Value: 36, Text: "36 (1.8%)", Grey: true}}, BarsOptions{Frame: Frame{"f", "回收漏斗", ""}, Width: 480}),
	}
}

func TestGolden(t *testing.T) {
	for name, got := range pictures() {
		wellFormed(t, name, got)
		testenv.Golden(t, filepath.Join("testdata", name+".svg"), []byte(got+"\n"))
	}
}

func wellFormed(t *testing.T, name, s string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s is not XML: %v", name, err)
		}
	}
}

// Hostile words must come out as text, in every place that takes text.
func TestHostileTextIsEscaped(t *testing.T) {
	bad := `"><script>alert('x')</script>&` + "\x00\u202e\xff"
	frame := Frame{bad, bad, bad}
	for name, s := range map[string]string{
		"cloud": Cloud([]Word{{Text: bad[:10], Weight: 1, Href: bad, Title: bad}}, CloudOptions{Frame: frame, Width: 400, Height: 300,
			Positive: bad, Neutral: bad, Negative: bad}),
		"empty": Cloud(nil, CloudOptions{Frame: frame, Width: 400, Height: 300, Empty: bad}),
		"gauge": Gauge(Reading{}, GaugeOptions{Frame: frame, Grade: bad, Interval: bad, Count: bad, None: bad}),
		"bars":  Bars([]Bar{{Label: bad, Value: 1, Text: bad}}, BarsOptions{Frame: frame, Width: 400}),
	} {
		wellFormed(t, name, s)
		if strings.Contains(s, "<script") || strings.ContainsAny(s, "\x00\u202e") {
			t.Errorf("%s lets markup or controls through: %s", name, s)
		}
		if !strings.Contains(s, "&quot;&gt;&lt;s") {
			t.Errorf("%s lost the text instead of escaping it", name)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("<b>&\"'\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		var c canvas
		c.text("text", s, a("fill", s))
		wellFormed(t, "text", c.b.String())
	})
}

func TestGaugeGreysASmallSample(t *testing.T) {
	p := pictures()
	if strings.Contains(p["gauge-short"], Blue) || !strings.Contains(p["gauge-short"], Grey) {
		t.Error("a small sample is drawn in the colour of a sound one")
	}
	if !strings.Contains(p["gauge"], Blue) {
		t.Error("a sound score is not drawn in its colour")
	}
}

// Values outside the scale must not leave the picture.
func TestReadingsAreHeldToTheScale(t *testing.T) {
	out := Gauge(Reading{Score: f(140), Low: f(-20), High: f(300)}, GaugeOptions{})
	if !strings.Contains(out, arc(gaugeR, 0, 100)) || !strings.Contains(out, ">140.00<") {
		t.Error("a score over 100 must fill the scale and still print as it is")
	}
}
