package nlp

import (
	"fmt"
	"testing"
	"time"

	"minyi"
)

func TestTopicsVerbatimsAnalyses(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "工地夜间施工噪音扰民,一直没人管")
	b.say(t, "a2", "x", "u1", "孩子上幼儿园入学难,建议增加公办幼儿园学位")
	b.say(t, "a3", "y", "u1", "无")
	b.clock.Advance(time.Second)
	topics, err := b.Topics(t.Context(), minyi.TopicsRequest{})
	if err != nil || topics.Total != 2 {
		t.Fatalf("%+v, %v", topics, err)
	}
	page, err := b.Verbatims(t.Context(), minyi.VerbatimsRequest{Topic: "教育文体"})
	if err != nil || len(page.Verbatims) != 1 || page.Verbatims[0].Answer != "a2" {
		t.Errorf("%+v, %v", page, err)
	}
	page, err = b.Verbatims(t.Context(), minyi.VerbatimsRequest{Word: "噪音扰民"})
	if err != nil || len(page.Verbatims) != 1 || page.Verbatims[0].Polarity != -1 {
		t.Errorf("%+v, %v", page, err)
	}
	facts, err := b.Analyses(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: []minyi.AnswerID{"a2", "a3", "none"}})
	if err != nil || len(facts.Analyses) != 2 || !facts.Analyses[0].Suggestion || facts.Analyses[1].Content {
		t.Errorf("%+v, %v", facts, err)
	}
}

func TestVerbatimsPage(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	for i := range 7 {
		b.say(t, minyi.AnswerID(fmt.Sprint("a", i)), fmt.Sprint("p", i), "u1", "地下车库积水严重")
	}
	b.clock.Advance(time.Second)
	seen, after := map[minyi.AnswerID]bool{}, ""
	for range 4 {
		page, err := b.Verbatims(t.Context(), minyi.VerbatimsRequest{Limit: 3, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Verbatims {
			if seen[v.Answer] {
				t.Errorf("%s came twice", v.Answer)
			}
			seen[v.Answer] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 came", len(seen))
	}
}
