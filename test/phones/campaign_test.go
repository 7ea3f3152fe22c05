package phones

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/calendar"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/survey"
	"minyi/survey/questionnaires"
	"minyi/survey/surveytest"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// house is survey, sms and voice as they stand beside one another, over a
// trunk without a network.
type house struct {
	*surveytest.Bench
	voice *voice.Service
	sms   *sms.Service
	trunk *voicetest.Trunk
}

func newHouse(t *testing.T, person voicetest.Person) *house {
	t.Helper()
	trunk := voicetest.NewTrunk("line", person)
	h := newHouseOver(t, trunk, nil, voice.Times{Key: 10 * time.Second, Digit: 10 * time.Second, Remark: 10 * time.Second, Held: time.Second})
	h.trunk = trunk
	return h
}

// newHouseOver is a house that calls over a trunk of any kind, and sends over
// messages, where they are not nil.
func newHouseOver(t *testing.T, trunk voice.Trunk, messages sms.Gateway, times voice.Times) *house {
	t.Helper()
	h := &house{Bench: surveytest.New(t, nil)}
	h.Clock.Advance(24 * time.Hour) // Monday, 09:30
	h.Run()
	policy := sms.DefaultPolicy()
	policy.AlwaysOpen, policy.SurveysPerWeek = true, 0
	var lines []sms.Line
	if messages != nil {
		lines = []sms.Line{{Name: "messages", Gateway: messages}}
	}
	var err error
	h.sms, err = sms.New(sms.Deps{DB: h.DB, Bus: h.Bus, Box: h.Box, Clock: h.Clock.Clock(), Survey: h.Service, Lines: lines, Config: sms.Config{Policy: policy, SweepEvery: 20 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	h.voice, err = voice.New(voice.Deps{DB: h.DB, Bus: h.Bus, Box: h.Box, Clock: h.Clock.Clock(), Survey: h.Service, Contacts: h.sms, Calendar: calendar.Default(),
		Trunks: []voice.Trunk{trunk}, Engine: &voicetest.Engine{}, Config: voice.Config{LookEvery: 10 * time.Millisecond, WatchEvery: 10 * time.Millisecond, SweepEvery: 20 * time.Millisecond, Times: times}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { h.voice.Run(ctx) })
	if messages != nil {
		wg.Go(func() { h.sms.Run(ctx) })
	}
	t.Cleanup(func() { stop(); wg.Wait() })
	return h
}

// campaign starts a voice campaign over a list.
func (h *house) campaign(list string) minyi.CampaignID {
	h.T.Helper()
	report := h.Import("工单编号,联系电话,办结时间,承办单位\n" + list)
	made, err := h.Service.CreateCampaign(h.T.Context(), survey.NewCampaign{Name: "电话回访", Form: survey.FormVoice, Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		h.T.Fatal(err)
	}
	if _, err := h.Service.StartCampaign(h.T.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
		h.T.Fatal(err)
	}
	return made.Campaign.ID
}

func (h *house) answers() (all []minyi.AnswerRow) {
	h.T.Helper()
	for row, err := range h.Service.Rows(h.T.Context(), minyi.Slice{Tenant: minyi.DefaultTenant}) {
		if err != nil {
			h.T.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func (h *house) outcome(c minyi.CampaignID, outcome string) int64 {
	h.T.Helper()
	table, err := h.voice.Outcomes(h.T.Context(), voice.CampaignRequest{Campaign: c})
	if err != nil {
		h.T.Fatal(err)
	}
	for _, row := range table.Rows {
		if row.Outcome == outcome {
			return row.Count
		}
	}
	return -1
}

// TestVoiceCampaign: from a work-order list to answers with their keys, and
// the caps that SMS and telephone keep together.
func TestVoiceCampaign(t *testing.T) {
	t.Parallel()
	h := newHouse(t, voicetest.Presses("1421111111"))
	first := h.campaign("A-1,13900000001,2026-11-02 10:00,教育局\nA-2,13900000002,2026-11-02 10:00,公安局\nA-3,0571-88880000,2026-11-02 10:00,公安局\n")
	testenv.Eventually(t, 20*time.Second, func() bool { return len(h.answers()) == 3 && h.outcome(first, "answered") == 3 }, "three answers")
	for _, a := range h.answers() {
		if a.Channel != minyi.ChannelVoice || a.Values[minyi.TagHandling].V != 2 || a.Values[minyi.TagHotline].V != 4 || a.Values[minyi.TagTrust].V != 5 {
			t.Errorf("%+v", a)
		}
	}
	second := h.campaign("B-1,13900000001,2026-11-03 10:00,教育局\n")
	testenv.Eventually(t, 20*time.Second, func() bool { return h.outcome(second, "not-called") == 1 }, "called twice in 30 days")
	testenv.Eventually(t, 10*time.Second, func() bool { return h.Funnel(second).Reasons["cap_call"] == 1 }, "the reason is not shown")
	if n := h.trunk.Placed(); n != 3 {
		t.Errorf("%d calls", n)
	}
}

// TestRefusalByTelephoneEndsEverything: 9 keeps the number off SMS too.
func TestRefusalByTelephoneEndsEverything(t *testing.T) {
	t.Parallel()
	h := newHouse(t, voicetest.Presses("9"))
	first := h.campaign("A-1,13900000001,2026-11-02 10:00,教育局\n")
	testenv.Eventually(t, 20*time.Second, func() bool { return h.Funnel(first).Counts[minyi.OptedOut] == 1 }, "not opted out")
	testenv.Eventually(t, 10*time.Second, func() bool {
		list, err := h.sms.Stopped(t.Context(), sms.PageRequest{})
		return err == nil && len(list.Items) == 1 && list.Items[0].Source == "voice" && !strings.Contains(list.Items[0].Mobile, "0000000")
	}, "not on do-not-contact")
	second := h.campaign("B-1,13900000001,2026-11-03 10:00,教育局\n")
	testenv.Eventually(t, 20*time.Second, func() bool { return h.outcome(second, "not-called") == 1 }, "called in spite of the refusal")
	if n := h.trunk.Placed(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// TestOneWinner: an SMS answer lands during the call. It is the valid one, the
// call ends politely, and what was pressed is kept beside it.
func TestOneWinner(t *testing.T) {
	t.Parallel()
	var h *house
	h = newHouse(t, func(n int) voicetest.Reaction {
		switch n {
		case 0, 1:
			return voicetest.Reaction{Keys: "1"}
		case 2:
			h.answerBySMS()
			return voicetest.Reaction{Barge: true}
		}
		return voicetest.Reaction{}
	})
	c := h.campaign("A-1,13900000001,2026-11-02 10:00,教育局\n")
	testenv.Eventually(t, 20*time.Second, func() bool { return h.outcome(c, "answered") == 1 }, "the call did not end")
	rows := h.answers()
	if len(rows) != 1 || rows[0].Channel != minyi.ChannelSMS {
		t.Fatalf("%+v", rows)
	}
	calls, err := h.voice.Calls(t.Context(), voice.CallsRequest{})
	if err != nil || calls.Calls[0].Tries[0].End != voice.EndElsewhere {
		t.Errorf("%+v %v", calls, err)
	}
}

// answerBySMS lands a complete answer for the invitation that is being called.
func (h *house) answerBySMS() {
	calls, err := h.voice.Calls(context.Background(), voice.CallsRequest{})
	if err != nil || len(calls.Calls) == 0 {
		h.T.Error("no call to answer beside")
		return
	}
	so := questionnaires.Entries{"handling": {V: 3, Key: 3}, "hotline": {V: 3, Key: 3}, "resolved": {V: 2, Key: 1}}
	if _, err := h.Service.Land(context.Background(), survey.LandRequest{Tenant: minyi.DefaultTenant, Invitation: calls.Calls[0].Invitation, Channel: minyi.ChannelSMS, Entries: so, Key: "sms:1", At: h.Clock.Now()}); err != nil {
		h.T.Error(err)
	}
}
