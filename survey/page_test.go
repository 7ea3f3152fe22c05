package survey_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

// The life of one link, from the first look to the day after its deadline.
func TestPageLife(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(3, survey.NewCampaign{})
	briefs := b.Briefs(b.Due(3)...)
	first, second, third := b.Token(briefs[0]), b.Token(briefs[1]), b.Token(briefs[2])
	if p := b.Get("/s/" + first); p.Status != 200 || !strings.Contains(p.Body, "提交评价") || strings.Contains(p.Body, "张三") || strings.Contains(p.Body, "暖气") || strings.Contains(p.Body, "C-0000") {
		t.Errorf("status %d, or the page shows too much", p.Status)
	}
	if f := b.Funnel(c.ID); f.Counts[minyi.Registered] != 3 {
		t.Errorf("GET moved the funnel: %v", f.Counts)
	}
	if p := b.Post("/s/"+first, url.Values{"q.handling": {"1"}}); p.Status != 422 {
		t.Errorf("an incomplete form: %d", p.Status)
	}
	if p := b.Post("/s/"+second+"/refuse", nil); p.Status != 200 || !strings.Contains(p.Body, "已为您登记") {
		t.Errorf("refusal: %d", p.Status)
	}
	if len(b.OptOuts.Seen) != 1 || b.OptOuts.Seen[0].Blind != briefs[1].Blind || b.OptOuts.Seen[0].Source != "page" {
		t.Errorf("opt-outs %+v", b.OptOuts.Seen)
	}
	testenv.Eventually(t, 5*time.Second, func() bool {
		f := b.Funnel(c.ID)
		return f.Counts[minyi.Partial] == 1 && f.Counts[minyi.OptedOut] == 1
	}, "half filled and opted out")
	b.Clock.Advance(8 * 24 * time.Hour)
	for _, p := range []surveytest.Page{b.Get("/s/" + third), b.Post("/s/"+third, surveytest.CaseClosed(5, 5, 2))} {
		if p.Status != 410 || !strings.Contains(p.Body, "评价已过期，如需继续反映请拨打12345") {
			t.Errorf("after the deadline: %d", p.Status)
		}
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return len(rows(t, b)) == 1 }, "the half-filled page is no partial answer at the deadline")
	if row := rows(t, b)[0]; row.Counts || row.Values[minyi.TagHandling].V != 1 || row.Channel != minyi.ChannelPage {
		t.Errorf("what was half filled became %+v", row)
	}
	for _, token := range []string{"AAAAAAAAAAA", "short", strings.Repeat("A", 300), "..%2f..%2f"} {
		if p := b.Get("/s/" + token); p.Status != 404 || !strings.Contains(p.Body, "没有找到这个评价页面") {
			t.Errorf("%q: %d", token, p.Status)
		}
	}
}

// When the do-not-contact list is down, nobody is told that it is done.
func TestRefusalIsNotPretended(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	_, token := one(t, b, survey.NewCampaign{})
	b.OptOuts.Err = fault.New(fault.Unavailable, "down", "不可用", "down")
	if p := b.Post("/s/"+token+"/refuse", nil); p.Status != 503 || strings.Contains(p.Body, "已为您登记") {
		t.Errorf("status %d", p.Status)
	}
}

func TestOpenLink(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "大厅二维码", Questionnaire: "trust", Form: survey.FormOpen})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(reply.Link, "https://t.example.cn")
	if p := b.Get(address); p.Status != 410 {
		t.Errorf("before the start: %d", p.Status)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"q.trust": {"5"}, "q.awareness": {"4"}}
	for range 3 {
		p := b.Get(address)
		form.Set("k", p.Key())
		for range 2 {
			if p := b.Post(address, form); !strings.Contains(p.Body, "感谢您的评价") {
				t.Errorf("status %d", p.Status)
			}
		}
	}
	all := rows(t, b)
	if len(all) != 3 || all[0].Channel != minyi.ChannelOpen || all[0].Respondent == all[1].Respondent {
		t.Errorf("%d answers of three people", len(all))
	}
	if p := b.Post(address+"/refuse", nil); p.Status != 404 || strings.Contains(p.Body, "已为您登记") {
		t.Errorf("a refusal of nobody in particular: %d", p.Status)
	}
	if _, err := b.Service.StopCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	if p := b.Get(address); p.Status != 410 {
		t.Errorf("after the stop: %d", p.Status)
	}
}

func TestQuestionnaireVersions(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	text := `{"id":"mine","family":"mine","title":{"zh-CN":"一","en":"one"},"page":{"title":{"zh-CN":"一","en":"one"},"intro":{"zh-CN":"请评","en":"rate"}},
"sms":{"link":{"zh-CN":"请评{link}","en":"rate {link}"},"remind":{"zh-CN":"请评{link}","en":"rate {link}"}},"voice":{"opening":{"zh-CN":"您好","en":"hi"},"closing":{"zh-CN":"再见","en":"bye"}},
"questions":[{"id":"q","kind":"five","tag":"overall","required":true,"text":{"zh-CN":"满意吗","en":"satisfied"}}]}`
	publish := func(text string) int {
		if _, err := b.Service.SaveDraft(t.Context(), survey.SaveDraftRequest{Text: text}); err != nil {
			t.Fatal(err)
		}
		v, err := b.Service.PublishQuestionnaire(t.Context(), survey.QuestionnaireRequest{Questionnaire: "mine"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Number
	}
	if a, again, changed := publish(text), publish(text), publish(strings.Replace(text, "满意吗", "还满意吗", 1)); a != 1 || again != 1 || changed != 2 {
		t.Errorf("published as %d, %d, %d", a, again, changed)
	}
	old, err := b.Service.Questionnaire(t.Context(), survey.QuestionnaireRequest{Questionnaire: "mine", Version: 1})
	if err != nil || old.Questions[0].Text["zh-CN"] != "满意吗" {
		t.Errorf("version 1 changed: %v", err)
	}
	if _, err := b.Service.SaveDraft(t.Context(), survey.SaveDraftRequest{Text: "id: ["}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := b.Service.PublishQuestionnaire(t.Context(), survey.QuestionnaireRequest{Questionnaire: "other"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no draft: %v", err)
	}
	list, err := b.Service.Questionnaires(t.Context(), survey.TenantRequest{})
	if err != nil || len(list.Questionnaires) != 5 {
		t.Errorf("%d questionnaires, %v", len(list.Questionnaires), err)
	}
}

// Two tabs, each half filled, make one whole answer; a remark that is too long
// keeps its rating from landing without it.
func TestHalfFilledPages(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	b.Campaign(2, survey.NewCampaign{})
	briefs := b.Briefs(b.Due(2)...)
	first, second := b.Token(briefs[0]), b.Token(briefs[1])
	if p := b.Post("/s/"+first, url.Values{"q.handling": {"2"}, "remark": {"等了很久"}}); p.Status != 422 {
		t.Fatalf("one of three: %d", p.Status)
	}
	if p := b.Post("/s/"+first, url.Values{"q.hotline": {"4"}, "q.resolved": {"1"}}); p.Status != 200 || !strings.Contains(p.Body, "感谢您的评价") {
		t.Errorf("the other two from another tab: %d", p.Status)
	}
	long := surveytest.CaseClosed(5, 5, 2)
	long.Set("remark", strings.Repeat("长", 501))
	if p := b.Post("/s/"+second, url.Values{"remark": {strings.Repeat("a", 70<<10)}}); p.Status != 413 || !strings.Contains(p.Body, "过长") {
		t.Errorf("a body of 70 kB: %d", p.Status)
	}
	if p := b.Post("/s/"+second, long); p.Status != 422 || !strings.Contains(p.Body, "最多500字，请删减") || strings.Contains(p.Body, "必答题没有选择") {
		t.Errorf("501 characters: %d", p.Status)
	}
	all := rows(t, b)
	if len(all) != 1 || !all[0].Counts || !all[0].Remark || all[0].Values[minyi.TagHandling].V != 2 || all[0].Values[minyi.TagHotline].V != 4 {
		t.Fatalf("%+v", all)
	}
	long.Set("remark", strings.Repeat("长", 500))
	if p := b.Post("/s/"+second, long); p.Status != 200 {
		t.Errorf("500 characters: %d", p.Status)
	}
}
