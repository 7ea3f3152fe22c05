package survey_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func TestCampaignFromListToAnswers(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(24, survey.NewCampaign{})
	due := b.Due(24)
	briefs := b.Briefs(due...)
	for _, brief := range briefs {
		if !brief.Go || brief.To == "" || brief.Blind == "" || !strings.HasPrefix(brief.Text, "【示例市12345热线】") {
			t.Fatalf("brief not ready: go %v why %q text %q", brief.Go, brief.Why, brief.Text)
		}
		if strings.Contains(brief.Text, "张三") || strings.Contains(brief.Text, "C-0") || strings.Contains(brief.Text, "暖气") {
			t.Fatal("a text holds a name, a case number or what was complained about")
		}
	}
	mobile, err := b.Box.Open(briefs[0].To)
	if err != nil || !strings.HasPrefix(mobile, "1990000") || b.Box.Blind("mobile", mobile) != briefs[0].Blind {
		t.Fatalf("the sealed number and its blind index do not agree: %v", err)
	}
	token := b.Token(briefs[0])
	if p := b.Post("/s/"+token, surveytest.CaseClosed(2, 5, 1)); p.Status != 200 || !strings.Contains(p.Body, "感谢您的评价") {
		t.Fatalf("status %d", p.Status)
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return b.Funnel(c.ID).Counts[minyi.Completed] == 1 }, "the invitation is not completed")
	testenv.Eventually(t, 10*time.Second, func() bool {
		open, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{})
		return err == nil && len(open.Followups) == 1 && open.Followups[0].Level == 2
	}, "no follow-up of a bad rating")
	if again := b.Briefs(due[0])[0]; again.Go || again.Why != "answered" {
		t.Errorf("who has answered is asked again: go %v why %q", again.Go, again.Why)
	}
}

func TestStopStops(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(1200, survey.NewCampaign{})
	due := b.Due(1200)
	b.Report(minyi.Progress{Invitation: due[0], Disposition: minyi.Sent, At: b.Clock.Now()})
	if _, err := b.Service.StopCampaign(t.Context(), survey.CampaignRequest{Campaign: c.ID}); err != nil {
		t.Fatal(err)
	}
	for _, brief := range b.Briefs(due...) {
		if brief.Go {
			t.Fatal("after the stop a brief says go")
		}
	}
	b.WaitState(c.ID, survey.Stopped)
	testenv.Eventually(t, 10*time.Second, func() bool {
		f := b.Funnel(c.ID)
		return f.Counts[minyi.Cancelled] == 1199 && f.Counts[minyi.Sent] == 1 && f.Reasons["campaign_stopped"] == 1199
	}, "what was not sent is not cancelled")
	b.Clock.Advance(49 * time.Hour)
	if brief := b.Briefs(due[0])[0]; brief.Go {
		t.Error("a stopped campaign reminds")
	}
	if _, err := b.Service.ResumeCampaign(t.Context(), survey.CampaignRequest{Campaign: c.ID}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a stopped campaign resumes: %v", err)
	}
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(30, survey.NewCampaign{})
	due := b.Due(30)
	if _, err := b.Service.PauseCampaign(t.Context(), survey.CampaignRequest{Campaign: c.ID}); err != nil {
		t.Fatal(err)
	}
	if brief := b.Briefs(due[3])[0]; brief.Go || brief.Why != "paused" {
		t.Errorf("paused, but go %v why %q", brief.Go, brief.Why)
	}
	if _, err := b.Service.ResumeCampaign(t.Context(), survey.CampaignRequest{Campaign: c.ID}); err != nil {
		t.Fatal(err)
	}
	if again := b.Due(30); len(again) != 30 {
		t.Errorf("%d announced after the resume", len(again))
	}
	if brief := b.Briefs(due[3])[0]; !brief.Go {
		t.Errorf("resumed, but why %q", brief.Why)
	}
}

func TestReminderOnceAfter48Hours(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(1, survey.NewCampaign{})
	due := b.Due(1)
	first := b.Briefs(due[0])[0]
	b.Report(minyi.Progress{Invitation: due[0], Step: 0, Disposition: minyi.Delivered, At: b.Clock.Now()})
	if brief := b.Briefs(due[0])[0]; brief.Go || brief.Why != "not-due" {
		t.Errorf("a reminder at once: go %v why %q", brief.Go, brief.Why)
	}
	b.Clock.Advance(48 * time.Hour)
	if got := b.Due(1); got[0] != due[0] {
		t.Error("the reminder is not announced")
	}
	second := b.Briefs(due[0])[0]
	if !second.Go || second.Step != 1 || b.Token(second) != b.Token(first) || second.Text == first.Text {
		t.Errorf("reminder: go %v step %d why %q", second.Go, second.Step, second.Why)
	}
	b.Report(minyi.Progress{Invitation: due[0], Step: 1, Disposition: minyi.Sent, At: b.Clock.Now()})
	b.Clock.Advance(48 * time.Hour)
	if brief := b.Briefs(due[0])[0]; brief.Go || brief.Why != "not-due" {
		t.Errorf("a second reminder: go %v why %q", brief.Go, brief.Why)
	}
	b.Clock.Advance(4 * 24 * time.Hour)
	testenv.Eventually(t, 10*time.Second, func() bool { return b.Funnel(c.ID).Counts[minyi.Expired] == 1 }, "the invitation does not expire")
	if row := unitRow(t, b, c.ID, "教育局"); row.Delivered != 1 || row.Invited != 1 {
		t.Errorf("after expiry it is no longer counted as delivered: %+v", row)
	}
}

func unitRow(t *testing.T, b *surveytest.Bench, c minyi.CampaignID, unit minyi.UnitID) minyi.UnitCount {
	t.Helper()
	reply, err := b.Service.UnitCounts(t.Context(), minyi.UnitCountsRequest{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Campaign: c, Unit: unit}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range reply.Units {
		if row.Unit == unit {
			return row
		}
	}
	return minyi.UnitCount{}
}

func TestWaitKeepsTheStep(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	b.Campaign(1, survey.NewCampaign{})
	due := b.Due(1)
	at := b.Clock.Now().Add(3 * time.Hour)
	b.Report(minyi.Progress{Invitation: due[0], RetryAt: at, Reason: "quiet_hours", At: b.Clock.Now()})
	if brief := b.Briefs(due[0])[0]; brief.Go || brief.Why != "not-due" {
		t.Errorf("told to wait, but go %v why %q", brief.Go, brief.Why)
	}
	b.Clock.Advance(3 * time.Hour)
	if got := b.Due(1); got[0] != due[0] {
		t.Error("not announced after the wait")
	}
	if brief := b.Briefs(due[0])[0]; !brief.Go || brief.Step != 0 {
		t.Errorf("after the wait: go %v step %d why %q", brief.Go, brief.Step, brief.Why)
	}
}

// Redis is emptied again and again; nothing is lost.
func TestWipedRedisLosesNothing(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, func(c *survey.Config) { c.Announce = time.Second })
	b.Run()
	c := b.Campaign(300, survey.NewCampaign{})
	if err := b.Bus.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(2 * time.Second)
	due := b.Due(300)
	for i, brief := range b.Briefs(due[:40]...) {
		if p := b.Post("/s/"+b.Token(brief), surveytest.CaseClosed(1+i%5, 4, 2)); p.Status != 200 {
			t.Fatalf("status %d", p.Status)
		}
	}
	if err := b.Bus.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(2 * time.Second)
	for _, group := range []string{"nlp", "score"} {
		got := surveytest.Take(b, minyi.TopicAnswerLanded, group, 40, func(e minyi.AnswerLanded) minyi.AnswerID { return e.Answer })
		if len(got) != 40 {
			t.Errorf("%s hears of %d answers", group, len(got))
		}
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return b.Funnel(c.ID).Counts[minyi.Completed] == 40 }, "completed after the wipe")
}

// What score has settled is not announced again; what changed afterwards is.
func TestSettledIsAnnouncedNoMore(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, func(c *survey.Config) { c.Announce = time.Second })
	b.Run()
	b.Campaign(1, survey.NewCampaign{})
	b.Post("/s/"+b.Token(b.Briefs(b.Due(1)...)[0]), surveytest.CaseClosed(5, 5, 2))
	answer := surveytest.Take(b, minyi.TopicAnswerLanded, "score", 1, func(e minyi.AnswerLanded) minyi.AnswerID { return e.Answer })[0]
	facts, err := b.Service.Facts(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: []minyi.AnswerID{answer}})
	if err != nil || len(facts.Facts) != 1 || !facts.Facts[0].Counts || facts.Facts[0].Values[minyi.TagHandling] != (minyi.Value{V: 5, K: 5}) {
		t.Fatalf("facts %+v, %v", facts, err)
	}
	settle := func(rev int64) {
		if _, err := b.Service.Settled(t.Context(), minyi.SettledRequest{Tenant: minyi.DefaultTenant, Items: []minyi.Settled{{Answer: answer, Rev: rev}}}); err != nil {
			t.Fatal(err)
		}
	}
	settle(facts.Facts[0].Rev)
	testenv.Eventually(t, 10*time.Second, func() bool { p, err := b.Service.Pending(t.Context(), struct{}{}); return err == nil && p.Answers == 0 }, "settled, but still on the sweeper's list")
	if _, err := b.Service.SetAside(t.Context(), survey.SetAsideRequest{Answer: answer, On: true, Reason: "误评", By: "李工"}); err != nil {
		t.Fatal(err)
	}
	again, err := b.Service.Facts(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: []minyi.AnswerID{answer}})
	if err != nil || again.Facts[0].Rev != facts.Facts[0].Rev+1 || !again.Facts[0].SetAside || !again.Facts[0].Counts {
		t.Errorf("after a set-aside: %+v, %v", again, err)
	}
	settle(facts.Facts[0].Rev) // of the old revision: must not count
	if p, err := b.Service.Pending(t.Context(), struct{}{}); err != nil || p.Answers != 1 {
		t.Errorf("the set-aside is on nobody's list: %d, %v", p.Answers, err)
	}
	surveytest.Take(b, minyi.TopicAnswerLanded, "score", 1, func(e minyi.AnswerLanded) minyi.AnswerID { return e.Answer })
}

// A crash between batches: another process goes on and nobody is invited twice.
func TestStartGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	report := b.Import(surveytest.Orders(1300))
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "续", Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = b.Service.Run(ctx) })
	testenv.Eventually(t, 10*time.Second, func() bool {
		got, err := b.Service.Campaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID})
		return err == nil && got.Campaign.Invited >= 500
	}, "first batch")
	cancel()
	wg.Wait()
	b.Run()
	b.WaitState(reply.Campaign.ID, survey.Running)
	if f := b.Funnel(reply.Campaign.ID); f.Total != 1300 {
		t.Errorf("%d invitations for 1300 cases", f.Total)
	}
}

func TestFilterAndUnasked(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	list := surveytest.Orders(40) + "C-90000,2026-11-01 10:00,2026-11-03 10:00,李四,0571-88880000,个人,东湖区,教育局,城乡建设/供热,不热\n"
	report := b.Import(list)
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "教育", Filter: survey.Filter{Import: report.ID, Units: []minyi.UnitID{"教育局"}, Audience: minyi.Resident, From: "2026-11-03", To: "2026-11-07"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	b.WaitState(reply.Campaign.ID, survey.Running)
	f := b.Funnel(reply.Campaign.ID)
	want := 0
	for i := range 40 {
		if closed := 3 + i%10; i%4 == 0 && i%6 != 5 && closed >= 3 && closed <= 7 {
			want++
		}
	}
	if f.Counts[minyi.Registered] != want || f.Reasons["no_mobile"] != 1 {
		t.Errorf("funnel %v reasons %v, want %d asked and one landline", f.Counts, f.Reasons, want)
	}
}

func TestBadCampaigns(t *testing.T) {
	t.Parallel()
	late := 400
	b := surveytest.New(t, nil)
	for field, req := range map[string]survey.NewCampaign{
		"name":            {},
		"form":            {Name: "甲", Form: "pigeon"},
		"days":            {Name: "甲", Days: 400},
		"text":            {Name: "甲", Text: "【抢签名】请评价:{link}"},
		"remind":          {Name: "甲", Remind: "没有链接"},
		"signature":       {Name: "甲", Signature: "【热线】"},
		"filter.from":     {Name: "甲", Filter: survey.Filter{From: "昨天"}},
		"filter.audience": {Name: "甲", Questionnaire: "enterprise", Filter: survey.Filter{Audience: minyi.Resident}},
		"questionnaire":   {Name: "甲", Questionnaire: "nonesuch"},
		"filter.import":   {Name: "甲", Filter: survey.Filter{Import: "nosuch"}},
		"remind_hours":    {Name: "甲", Days: 2, RemindHours: &late},
		"call_hours":      {Name: "甲", Days: 2, CallHours: 48},
	} {
		_, err := b.Service.CreateCampaign(t.Context(), req)
		if err == nil || fault.As(err).Field != field || fault.As(err).ZH == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "甲"})
	if err != nil {
		t.Fatal(err)
	}
	if p := reply.Previews[0]; p.Segments != 1 || p.Units != len([]rune(p.Text)) {
		t.Errorf("preview %+v", p)
	}
	if _, err := b.Service.PauseCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a campaign that has not begun is paused: %v", err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Tenant: "other", Campaign: reply.Campaign.ID}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another tenant starts it: %v", err)
	}
}

func TestRestartKeepsLinks(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	b.Campaign(1, survey.NewCampaign{})
	first := b.Briefs(b.Due(1)...)[0]
	second := b.Another(survey.Config{BaseURL: "https://t.example.cn"})
	reply, err := second.Briefs(t.Context(), minyi.BriefsRequest{Tenant: minyi.DefaultTenant, Invitations: []minyi.InvitationID{first.Invitation}})
	if err != nil || b.Token(reply.Briefs[0]) != b.Token(first) {
		t.Errorf("after a restart the link differs: %v", err)
	}
	if n := len(fmt.Sprintf("https://t.xx.cn/s/%s", b.Token(first))); n > 30 {
		t.Errorf("the URL has %d characters", n)
	}
}

// Digits that the text does not explain are told; the shipped texts and other
// ways of explaining them are not.
func TestDigitsExplained(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	for text, explained := range map[string]bool{
		"":       true,
		"请回复1-5": false,
		"请回复1到5评价本次服务，拒收回复R":    false,
		"请评价：1很好 2好 3一般 4差 5很差": true,
		"非常满意请回1，非常不满意请回5":      true,
		"1=满意，5=不满意":            true,
	} {
		none := 0
		got, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "甲", Questionnaire: "after-call", Form: survey.FormDigits, Text: text, RemindHours: &none})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(got.Warnings, ""), "含义"); told == explained {
			t.Errorf("%q: %q", text, got.Warnings)
		}
	}
}

// The standard reminder always comes before the deadline.
func TestStandardReminderFits(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	for days, want := range map[int]int{0: 48, 1: 12, 2: 24, 3: 36, 4: 48, 30: 48} {
		got, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "甲", Days: days})
		if err != nil || got.Campaign.RemindHours != want {
			t.Errorf("%d days: reminder after %d hours, %v", days, got.Campaign.RemindHours, err)
		}
	}
}

// The answers of an open link, which has no invitations, are told.
func TestAnswersOfAnOpenLinkAreTold(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	made, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "开放", Form: survey.FormOpen})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	address := made.Link[strings.Index(made.Link, "/s/"):]
	form := surveytest.CaseClosed(1, 1, 1)
	form.Set("k", b.Get(address).Key())
	b.Post(address, form)
	got, err := b.Service.Campaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID})
	if err != nil || got.Answers != 1 || len(got.Warnings) != 0 {
		t.Errorf("%d answers, warnings %q, %v", got.Answers, got.Warnings, err)
	}
}
