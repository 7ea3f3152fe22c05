package survey_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/questionnaires"
	"minyi/survey/surveytest"
)

// one sets up one invited respondent.
func one(t *testing.T, b *surveytest.Bench, req survey.NewCampaign) (minyi.InvitationID, string) {
	t.Helper()
	b.Campaign(1, req)
	id := b.Due(1)[0]
	token := ""
	if req.Form != survey.FormDigits {
		token = b.Token(b.Briefs(id)[0])
	}
	return id, token
}

func rows(t *testing.T, b *surveytest.Bench) []minyi.AnswerRow {
	t.Helper()
	var all []minyi.AnswerRow
	for row, err := range b.Service.Rows(t.Context(), minyi.Slice{Tenant: minyi.DefaultTenant}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func heard(t *testing.T, b *surveytest.Bench, req minyi.HeardRequest) minyi.HeardReply {
	t.Helper()
	req.Tenant, req.At = minyi.DefaultTenant, b.Clock.Now()
	reply, err := b.Service.Heard(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// A hundred submissions at once, by page, by digit and by telephone, over three
// services on one store, to one case: the store takes one as valid and keeps
// the other 99 as attempts.
func TestOneRatingUnderRace(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	id, token := one(t, b, survey.NewCampaign{Questionnaire: "after-call"})
	cfg := survey.Config{BaseURL: "https://t.example.cn", Hotline: "示例市12345热线"}
	replicas := []*survey.Service{b.Another(cfg), b.Another(cfg)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for i := range 100 {
		wg.Go(func() {
			said, key := "", 1+i%5
			switch i % 3 {
			case 0:
				p := b.Post("/s/"+token, url.Values{"q.hotline": {fmt.Sprint(key)}, "k": {fmt.Sprintf("%024x", i)}})
				said = map[bool]string{true: "completed", false: "already"}[strings.Contains(p.Body, "感谢您的评价")]
			case 1:
				reply, err := replicas[0].Heard(t.Context(), minyi.HeardRequest{Tenant: minyi.DefaultTenant, Invitation: id, Reply: fmt.Sprint(i), Key: key, At: b.Clock.Now()})
				if err != nil {
					t.Error(err)
				}
				said = reply.Outcome
			case 2:
				reply, err := replicas[1].Spoken(t.Context(), minyi.SpokenRequest{Tenant: minyi.DefaultTenant, Invitation: id, Call: minyi.AttemptID(fmt.Sprint("call", i)),
					Pressed: map[string]minyi.Pressed{"hotline": {Key: key, V: 6 - key}}, Finished: true, At: b.Clock.Now()})
				if err != nil {
					t.Error(err)
				}
				said = reply.Outcome
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[said]++
		})
	}
	wg.Wait()
	if outcomes["completed"] != 1 || outcomes["already"] != 99 {
		t.Errorf("outcomes %v, want one completed and 99 already", outcomes)
	}
	all := rows(t, b)
	if len(all) != 1 || !all[0].Counts {
		t.Fatalf("%d answers, want one valid", len(all))
	}
	if n := b.Attempts(all[0].Answer, "late"); n != 99 {
		t.Errorf("%d attempts kept, want 99", n)
	}
}

// The same form twice, at once and later, is one submission, and both times
// the respondent is thanked.
func TestDoubleSubmissionIsOne(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	_, token := one(t, b, survey.NewCampaign{})
	form := surveytest.CaseClosed(4, 4, 2)
	form.Set("k", b.Get("/s/"+token).Key())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if p := b.Post("/s/"+token, form); !strings.Contains(p.Body, "感谢您的评价") {
				t.Errorf("status %d without thanks", p.Status)
			}
		})
	}
	wg.Wait()
	if p := b.Post("/s/"+token, form); !strings.Contains(p.Body, "感谢您的评价") {
		t.Error("sent again after a reload, the form is not thanked for")
	}
	all := rows(t, b)
	if len(all) != 1 || b.Attempts(all[0].Answer, "late") != 0 {
		t.Errorf("%d answers, %d attempts", len(all), b.Attempts(all[0].Answer, "late"))
	}
	form.Set("k", b.Get("/s/"+token).Key())
	form.Set("q.handling", "1")
	if p := b.Post("/s/"+token, form); !strings.Contains(p.Body, "您已评价，感谢参与") {
		t.Error("a second rating is not told that one stands")
	}
	if got := rows(t, b)[0].Values[minyi.TagHandling].V; got != 4 {
		t.Errorf("the second rating replaced the first: %d", got)
	}
}

// Two campaigns over one case share its one rating.
func TestOneRatingOverCampaigns(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	_, first := one(t, b, survey.NewCampaign{Name: "甲"})
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "乙"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	b.WaitState(reply.Campaign.ID, survey.Running)
	second := b.Token(b.Briefs(b.Due(1)...)[0])
	if second == first {
		t.Fatal("two invitations share a link")
	}
	b.Post("/s/"+first, surveytest.CaseClosed(5, 5, 2))
	if p := b.Get("/s/" + second); !strings.Contains(p.Body, "您已评价，感谢参与") {
		t.Error("the second campaign's page does not know of the rating")
	}
	b.Post("/s/"+second, surveytest.CaseClosed(1, 1, 1))
	if all := rows(t, b); len(all) != 1 || all[0].Values[minyi.TagHandling].V != 5 {
		t.Errorf("%d answers", len(all))
	}
}

func TestReplies(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	id, _ := one(t, b, survey.NewCampaign{Questionnaire: "after-call", Form: survey.FormDigits})
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r0", Key: 7}); got.Outcome != "not-understood" {
		t.Errorf("key 7: %s", got.Outcome)
	}
	sealed, err := b.Box.Seal("接线员很耐心")
	if err != nil {
		t.Fatal(err)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r1", Comment: sealed}); got.Outcome != "comment" {
		t.Errorf("a comment alone: %s", got.Outcome)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r2", Key: 1, Comment: sealed}); got.Outcome != "completed" || got.Say == "" {
		t.Errorf("key 1: %+v", got)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r2", Key: 1}); got.Outcome != "completed" {
		t.Errorf("the same reply heard twice: %s", got.Outcome)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r3", Level: 1}); got.Outcome != "already" {
		t.Errorf("a later reply: %s", got.Outcome)
	}
	row := rows(t, b)[0]
	if row.Channel != minyi.ChannelSMS || row.Values[minyi.TagHotline] != (minyi.Value{V: 5, K: 5}) || !row.Remark {
		t.Errorf("key 1 is stored as %+v", row)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: "nobody", Reply: "r4", Key: 1}); got.Outcome != "expired" {
		t.Errorf("a reply to nothing: %s", got.Outcome)
	}
	if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: "r5", OptOut: true}); got.Outcome != "opted-out" {
		t.Errorf("opt-out: %s", got.Outcome)
	}
}

// One digit of a longer questionnaire is a partial; the page completes it, and
// what is never completed becomes a partial answer at the deadline.
func TestPartials(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(2, survey.NewCampaign{})
	due := b.Due(2)
	for i, id := range due {
		if got := heard(t, b, minyi.HeardRequest{Invitation: id, Reply: fmt.Sprint("p", i), Key: 2}); got.Outcome != "partial" {
			t.Fatalf("one digit of three: %s", got.Outcome)
		}
	}
	if n := b.Funnel(c.ID).Counts[minyi.Partial]; n != 2 {
		t.Errorf("%d partial", n)
	}
	land := func(id minyi.InvitationID, so questionnaires.Entries) survey.Outcome {
		reply, err := b.Service.Land(t.Context(), survey.LandRequest{Tenant: minyi.DefaultTenant, Invitation: id, Channel: minyi.ChannelVoice, Entries: so, Key: "call-1", At: b.Clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return reply.Outcome
	}
	if got := land(due[0], questionnaires.Entries{"hotline": {V: 3, Key: 3}, "resolved": {V: 2, Key: 1}}); got != survey.OutcomeCompleted {
		t.Errorf("digit and call together: %s", got)
	}
	b.Clock.Advance(8 * 24 * time.Hour)
	testenv.Eventually(t, 10*time.Second, func() bool { return len(rows(t, b)) == 2 }, "the partial does not become an answer")
	valid, partial := 0, 0
	for _, row := range rows(t, b) {
		if row.Counts {
			valid++
			if row.Values[minyi.TagHandling].V != 4 || row.Values[minyi.TagHotline].V != 3 {
				t.Errorf("merged values %v", row.Values)
			}
			continue
		}
		partial++
		if row.Values[minyi.TagHandling].V != 4 {
			t.Errorf("partial values %v", row.Values)
		}
	}
	if valid != 1 || partial != 1 {
		t.Errorf("%d valid and %d partial", valid, partial)
	}
	_, err := b.Service.Land(t.Context(), survey.LandRequest{Tenant: minyi.DefaultTenant, Invitation: due[1], Entries: questionnaires.Entries{"handling": {V: 9}}, Key: "x", At: b.Clock.Now()})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("value 9 of five levels lands: %v", err)
	}
}

func TestContactList(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	report := b.Import("企业编号,企业名称,联系电话,类型\nE-1,甲公司,19900000001,企业\nE-2,乙公司,19900000002,企业\nE-1,甲公司,19900000003,企业\n")
	if got := report.Import.Counts; got.Taken != 2 || got.Refused != 1 {
		t.Fatalf("counts %+v", got)
	}
	reply, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "企业评价", Questionnaire: "enterprise", Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	for _, brief := range b.Briefs(b.Due(2)...) {
		for range 2 {
			b.Post("/s/"+b.Token(brief), url.Values{"q.hotline": {"4"}, "q.handling": {"dk"}})
		}
	}
	all := rows(t, b)
	if len(all) != 2 {
		t.Fatalf("%d answers of two enterprises", len(all))
	}
	for _, row := range all {
		if row.Audience != minyi.Enterprise || row.Day != minyi.Day(b.Clock.Now()) || !row.Values[minyi.TagHandling].DontKnow {
			t.Errorf("row %+v", row)
		}
	}
}
