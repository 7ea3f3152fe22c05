package sms

import (
	"strings"
	"testing"
	"unicode/utf8"

	"minyi/internal/fault"
)

func TestSplitCountsUnitsAndKeepsPairsWhole(t *testing.T) {
	for _, c := range []struct {
		text     string
		segments int
	}{
		{"", 0}, {"a", 1},
		{strings.Repeat("满", 70), 1}, {strings.Repeat("满", 71), 2},
		{strings.Repeat("满", 134), 2}, {strings.Repeat("满", 135), 3},
		{strings.Repeat("😀", 35), 1}, {strings.Repeat("😀", 36), 2}, // 72 units
		{strings.Repeat("😀", 66), 2}, {strings.Repeat("😀", 67), 3}, // 33 pairs fit in 67 units
		{strings.Repeat("满", 66) + "😀" + strings.Repeat("满", 10), 2}, // the pair would straddle unit 67
	} {
		parts := Split(c.text)
		if len(parts) != c.segments || Segments(c.text) != c.segments {
			t.Errorf("%d units: %d segments, want %d", Units(c.text), len(parts), c.segments)
		}
		if strings.Join(parts, "") != c.text {
			t.Errorf("%d units: the parts do not make the text", Units(c.text))
		}
		for _, p := range parts {
			if len(parts) > 1 && Units(p) > UnitsPart {
				t.Errorf("a part has %d units", Units(p))
			}
		}
	}
	if parts := Split(strings.Repeat("满", 66) + "😀" + strings.Repeat("满", 10)); Units(parts[0]) != 66 {
		t.Errorf("the first part has %d units, want 66: the pair belongs to the second", Units(parts[0]))
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("【XX市12345热线】您好", 7)
	f.Add("😀", 40)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 1 || n > 300 || len(s) > 2000 || !utf8.ValidString(s) {
			t.Skip()
		}
		text := strings.Repeat(s, n)
		parts := Split(text)
		if strings.Join(parts, "") != text {
			t.Fatal("parts do not make the text")
		}
		for _, p := range parts {
			limit := UnitsWhole
			if len(parts) > 1 {
				limit = UnitsPart
			}
			if !utf8.ValidString(p) || Units(p) > limit {
				t.Fatalf("part of %d units, valid %v", Units(p), utf8.ValidString(p))
			}
		}
	})
}

func TestCheckTextHoldsSignatureAndBrackets(t *testing.T) {
	for text, code := range map[string]string{
		"【XX市12345热线】您反映的问题已办结。":                  "",
		"您反映的问题已办结。":                              "sms_signature",
		"您好【XX市12345热线】":                          "sms_signature",
		"【】您好":                                    "sms_signature",
		"【X】您好":                                   "sms_signature",
		"【XX市12345热线】":                            "sms_text_empty",
		"【XX市12345热线】见【附件】":                       "sms_brackets",
		"【XX市12345热线您好":                           "sms_signature",
		"【XX【市】12345】您好":                          "sms_signature",
		"【XX市12345热线】\xff":                        "sms_text_encoding",
		"【XX市12345热线】" + strings.Repeat("好", 300): "sms_text_long",
	} {
		err := CheckText(text, 3)
		got := ""
		if err != nil {
			got = fault.As(err).Code
		}
		if got != code {
			t.Errorf("%.40q: %q, want %q", text, got, code)
		}
	}
}

func TestClassifyPrefersTheLongestPrefix(t *testing.T) {
	for code, want := range map[string]Class{
		"DELIVRD": ClassDelivered, "delivrd ": ClassDelivered, "ACCEPTD": ClassIntermediate, "MK:0001": ClassDead, "MK:0004": ClassOff,
		"EXPIRED": ClassOff, "UNDELIV": ClassUnknown, "BLACK": ClassBlocked, "": ClassIntermediate, "什么": ClassUnknown, "IB:0072": ClassRoute,
	} {
		if got := Classify(DefaultCodes(), code); got != want {
			t.Errorf("%q is %s, want %s", code, got, want)
		}
	}
	own := append([]CodeRule{{"MK:0004", ClassBlocked}}, DefaultCodes()...)
	if got := Classify(own, "MK:0004"); got != ClassBlocked {
		t.Errorf("an installation's own rule did not win: %s", got)
	}
}
