package nlp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
)

func TestSynonymsFollowTheShippedOnes(t *testing.T) {
	shipped := Dictionary{}.synonymsOf()
	for variant, main := range shipped {
		got := Dictionary{Synonyms: map[string]string{main: "蓝鲸驿站"}}.synonymsOf()
		if got[variant] != "蓝鲸驿站" || got[main] != "蓝鲸驿站" {
			t.Fatalf("%s → %s: got %s and %s", variant, main, got[variant], got[main])
		}
	}
}

func TestDictionary(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "蓝鲸驿站的物业和老王头吵架,噪声太大")
	b.say(t, "a2", "x", "u1", "蓝鲸驿站门口噪音扰民")
	d := Dictionary{Words: []string{"蓝鲸驿站"}, Stop: []string{"物业"}, Synonyms: map[string]string{"噪声": "噪音"}, Masked: []string{"老王头"}}
	b.clock.Advance(time.Second)
	preview, err := b.PreviewDictionary(t.Context(), DictionaryRequest{Dictionary: d})
	if err != nil || preview.Texts != 2 || len(preview.Changes) == 0 {
		t.Fatalf("%+v, %v", preview, err)
	}
	if _, early := wordsIn(t, b, minyi.Slice{})["蓝鲸驿站"]; early {
		t.Error("a preview changed the figures")
	}
	if _, err := b.SaveDictionary(t.Context(), DictionaryRequest{Dictionary: d}); err != nil {
		t.Fatal(err)
	}
	got := wordsIn(t, b, minyi.Slice{})
	if got["蓝鲸驿站"].Respondents != 2 || got["物业"].Respondents != 0 || got["噪声"].Respondents != 0 {
		t.Errorf("got %v", got)
	}
	d.Masked = []string{"老王头", "蓝鲸"}
	if _, err := b.SaveDictionary(t.Context(), DictionaryRequest{Dictionary: d}); err != nil {
		t.Fatal(err)
	}
	if got := wordsIn(t, b, minyi.Slice{}); got["蓝鲸驿站"].Respondents != 0 {
		t.Errorf("a word that holds a masked one is shown: %v", got)
	}
	if e, err := b.Explain(t.Context(), ExplainRequest{Text: "蓝鲸驿站的老王头"}); err != nil || strings.Contains(fmt.Sprint(e), "蓝鲸") || strings.Contains(fmt.Sprint(e), "老王头") {
		t.Errorf("explained in clear: %+v, %v", e, err)
	}
	d.Masked = []string{"老王头"}
	if _, err := b.SaveDictionary(t.Context(), DictionaryRequest{Dictionary: d}); err != nil {
		t.Fatal(err)
	}
	page, err := b.Verbatims(t.Context(), minyi.VerbatimsRequest{Word: "蓝鲸驿站"})
	if err != nil || len(page.Verbatims) != 2 || strings.Contains(fmt.Sprint(page), "老王头") {
		t.Errorf("%+v, %v", page, err)
	}
	for name, bad := range map[string]Dictionary{
		"blank": {Words: []string{"蓝鲸 驿站"}}, "short": {Stop: []string{"物"}}, "chain": {Synonyms: map[string]string{"甲乙": "丙丁", "丙丁": "戊己"}}, "bytes": {Masked: []string{"\xff\xfe"}},
	} {
		if _, err := b.SaveDictionary(t.Context(), DictionaryRequest{Dictionary: bad}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
