package survey_test

import (
	"testing"
	"time"

	"minyi"
	"minyi/survey"
	"minyi/survey/surveytest"
)

// A landline is called, what was pressed lands with its key, and words that
// are transcribed later go to the answer of their call.
func TestCalls(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	report := b.Import("工单编号,联系电话,办结时间,承办单位\nL-1,0571-88880000,2026-11-02 10:00,教育局\n")
	made, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "电话回访", Form: survey.FormVoice, Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	id := surveytest.Take(b, minyi.TopicCallDue, "voice", 1, func(e minyi.CallDue) minyi.InvitationID { return e.Invitation })[0]
	reply, err := b.Service.CallBriefs(t.Context(), minyi.BriefsRequest{Tenant: minyi.DefaultTenant, Invitations: []minyi.InvitationID{id, "nobody"}})
	if err != nil || len(reply.Briefs) != 2 || !reply.Briefs[0].Go || reply.Briefs[1].Why != "gone" {
		t.Fatalf("%+v, %v", reply, err)
	}
	brief := reply.Briefs[0]
	if number, err := b.Box.Open(brief.To); err != nil || number != "057188880000" {
		t.Errorf("the landline does not cross: %v", err)
	}
	if d := brief.Dialogue; len(d.Questions) != 9 || d.Questions[0].Keys[1] != 5 || d.Hotline == "" || d.Day != "2026-11-02" || !d.Remark {
		t.Errorf("dialogue %+v", d)
	}
	pressed := map[string]minyi.Pressed{"handling": {Key: 4, V: 2}, "hotline": {Key: 1, V: 5}, "resolved": {Key: 2, V: 1}}
	spoken := func(req minyi.SpokenRequest) string {
		req.Tenant, req.Invitation, req.At = minyi.DefaultTenant, id, b.Clock.Now()
		reply, err := b.Service.Spoken(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return reply.Outcome
	}
	if got := spoken(minyi.SpokenRequest{Call: "c0"}); got != "nothing" {
		t.Errorf("a silent call: %s", got)
	}
	for range 2 {
		if got := spoken(minyi.SpokenRequest{Call: "c1", Pressed: pressed, Finished: true}); got != "completed" {
			t.Errorf("a finished call: %s", got)
		}
	}
	if got := spoken(minyi.SpokenRequest{Call: "c2", Pressed: pressed}); got != "already" {
		t.Errorf("a second call: %s", got)
	}
	words, err := b.Box.Seal("还没解决")
	if err != nil {
		t.Fatal(err)
	}
	before := rows(t, b)[0]
	for range 2 {
		if got := spoken(minyi.SpokenRequest{Call: "c1", Remark: words}); got != "remark" {
			t.Errorf("transcribed words: %s", got)
		}
	}
	after := rows(t, b)[0]
	if before.Remark || !after.Remark || after.Rev != before.Rev+1 || after.Channel != minyi.ChannelVoice || after.Values[minyi.TagHandling].V != 2 {
		t.Errorf("before %+v after %+v", before, after)
	}
	if got := spoken(minyi.SpokenRequest{Call: "c3", OptOut: true}); got != "opted-out" {
		t.Errorf("opt-out: %s", got)
	}
}

// SMS, then its reminder, then a call: each only while nobody has answered,
// and a landline is called from the start.
func TestLadderToTheTelephone(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	report := b.Import("工单编号,联系电话,办结时间,承办单位\nM-1,13900000001,2026-11-02 10:00,教育局\nL-1,0571-88880000,2026-11-02 10:00,教育局\n")
	made, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "短信与电话", CallHours: 24, Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
		t.Fatal(err)
	}
	calls := func(n int) []minyi.InvitationID {
		return surveytest.Take(b, minyi.TopicCallDue, "voice", n, func(e minyi.CallDue) minyi.InvitationID { return e.Invitation })
	}
	landline, mobile := calls(1)[0], b.Due(1)[0]
	wants := func(step int, sms, call bool) {
		t.Helper()
		reply, err := b.Service.CallBriefs(t.Context(), minyi.BriefsRequest{Tenant: minyi.DefaultTenant, Invitations: []minyi.InvitationID{mobile}})
		if err != nil {
			t.Fatal(err)
		}
		if s, c := b.Briefs(mobile)[0], reply.Briefs[0]; s.Go != sms || c.Go != call || c.Step != step || c.Go && c.To == "" {
			t.Fatalf("at step %d: sms %v (%s), call %v (%s)", c.Step, s.Go, s.Why, c.Go, c.Why)
		}
	}
	if landline == mobile {
		t.Fatal("the landline gets an SMS")
	}
	wants(0, true, false)
	b.Report(minyi.Progress{Invitation: mobile, Step: 0, Disposition: minyi.Sent, At: b.Clock.Now()})
	wants(1, false, false)
	b.Clock.Advance(48 * time.Hour)
	wants(1, true, false)
	b.Report(minyi.Progress{Invitation: mobile, Step: 1, Disposition: minyi.Sent, At: b.Clock.Now()})
	b.Report(minyi.Progress{Invitation: mobile, Step: 0, Disposition: minyi.Delivered, At: b.Clock.Now()}) // a late receipt moves nothing
	b.Clock.Advance(23 * time.Hour)
	wants(2, false, false)
	b.Clock.Advance(time.Hour)
	wants(2, false, true)
	b.Report(minyi.Progress{Invitation: mobile, Step: 2, Reason: "busy", RetryAt: b.Clock.Now().Add(time.Hour), At: b.Clock.Now()})
	wants(2, false, false)
	b.Clock.Advance(time.Hour)
	wants(2, false, true)
	b.Report(minyi.Progress{Invitation: mobile, Step: 2, Disposition: minyi.Failed, Reason: "tries", At: b.Clock.Now()})
	wants(2, false, false)
}
