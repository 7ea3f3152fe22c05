package survey_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func TestErasure(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	b.Campaign(2, survey.NewCampaign{})
	briefs := b.Briefs(b.Due(2)...)
	number, err := b.Box.Open(briefs[0].To)
	if err != nil {
		t.Fatal(err)
	}
	form := surveytest.CaseClosed(1, 2, 1)
	form.Set("remark", "我家住在幸福小区")
	b.Post("/s/"+b.Token(briefs[0]), form)
	b.Post("/s/"+b.Token(briefs[0])+"/more", url.Values{"remark": {"再说一句"}})
	before := rows(t, b)[0]
	done, err := b.Service.Erase(t.Context(), survey.EraseRequest{Phone: "+86 " + number, Reason: "2026-17", OptOut: true})
	if err != nil || done.Contacts != 1 || done.Answers != 1 || done.Attempts != 1 {
		t.Fatalf("erased %+v, %v", done, err)
	}
	after := rows(t, b)[0]
	if !before.Remark || after.Remark || after.Respondent == before.Respondent || after.Rev != before.Rev+1 || !after.Counts {
		t.Errorf("before %+v, after %+v", before, after)
	}
	remarks, err := b.Service.Remarks(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: []minyi.AnswerID{after.Answer}})
	if err != nil || remarks.Remarks[0].Text != "" || remarks.Remarks[0].Counts {
		t.Errorf("nlp still gets the remark: %v", err)
	}
	if report := b.Import(surveytest.Orders(2)); report.Import.Counts.Known != 2 {
		t.Errorf("imported again: %+v", report.Import.Counts)
	}
	if again, err := b.Service.Erase(t.Context(), survey.EraseRequest{Phone: number, Reason: "again"}); err != nil || again.Contacts != 0 || again.Answers != 0 {
		t.Errorf("the same list brought the contact back: %+v, %v", again, err)
	}
	if len(b.OptOuts.Forgotten) == 0 || b.OptOuts.Forgotten[0] != briefs[0].Blind {
		t.Errorf("sms was not told to forget: %v", b.OptOuts.Forgotten)
	}
	if len(b.OptOuts.Seen) != 1 || b.OptOuts.Seen[0].Blind != briefs[0].Blind {
		t.Errorf("opt-outs %+v", b.OptOuts.Seen)
	}
}

func revealed(t *testing.T, b *surveytest.Bench, brief minyi.Brief) string {
	t.Helper()
	number, err := b.Box.Open(brief.To)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// Erasure reaches what was imported about a case and what staff noted, and
// does so also after retention has deleted the contact.
func TestErasureReachesImportsAndNotes(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, func(c *survey.Config) { c.KeepContacts = 24 * time.Hour })
	b.Run()
	b.Campaign(2, survey.NewCampaign{Questionnaire: "after-call"})
	briefs := b.Briefs(b.Due(2)...)
	slices.SortFunc(briefs, func(x, y minyi.Brief) int { return strings.Compare(revealed(t, b, x), revealed(t, b, y)) })
	token, other := b.Token(briefs[0]), briefs[1].Invitation
	number := revealed(t, b, briefs[0]) // of C-00000
	b.Post("/s/"+token, url.Values{"q.hotline": {"1"}})
	list := "工单编号,评价时间,满意度,留言\nC-00000,2026-11-03 10:00,不满意,我是张三，住在幸福小区\n"
	if _, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{Name: "a.csv", File: strings.NewReader(list)}); err != nil {
		t.Fatal(err)
	}
	step := func() error {
		open, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{})
		if err != nil || len(open.Followups) != 1 {
			return fault.New(fault.NotFound, "none", "无", "none")
		}
		_, err = b.Service.StepFollowup(t.Context(), survey.FollowupStepRequest{Answer: open.Followups[0].Answer, Status: survey.FollowupVerified, Note: "已联系张三"})
		return err
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return step() == nil }, "no follow-up to note")
	b.Clock.Advance(25 * time.Hour)
	testenv.Eventually(t, 10*time.Second, func() bool { return b.Briefs(other)[0].Why == "gone" }, "the contact is not forgotten")
	done, err := b.Service.Erase(t.Context(), survey.EraseRequest{Phone: number, Reason: "2026-18"})
	if err != nil || done.Answers != 2 {
		t.Fatalf("erased %+v, %v; want the page's and the imported answer", done, err)
	}
	for _, row := range rows(t, b) {
		if row.Remark {
			t.Errorf("a remark is left by channel %s", row.Channel)
		}
	}
	verified, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{Status: survey.FollowupVerified})
	if err != nil || len(verified.Followups) != 1 || verified.Followups[0].Steps[0].Note != "" {
		t.Errorf("a note is left: %+v, %v", verified, err)
	}
}
