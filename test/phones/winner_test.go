package phones

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/survey"
	"minyi/survey/surveytest"
	"minyi/voice"
	"minyi/voice/sip"
)

// handset is a mobile telephone's messages, and the carrier that brings them.
type handset struct {
	mu   sync.Mutex
	got  []string
	sink sms.Sink
}

var _ sms.Gateway = (*handset)(nil)

func (h *handset) Submit(_ context.Context, m sms.Message) ([]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got = append(h.got, m.Text)
	return []string{string(m.ID)}, nil
}

func (h *handset) Capabilities() sms.Capabilities {
	return sms.Capabilities{Links: true, Questionnaires: true, Inbound: true}
}

func (h *handset) Run(ctx context.Context, sink sms.Sink) error {
	h.mu.Lock()
	h.sink = sink
	h.mu.Unlock()
	<-ctx.Done()
	return nil
}

func (h *handset) Status() sms.Status { return sms.Status{Bound: true} }

// message gives the nth message, "" before it came.
func (h *handset) message(n int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n >= len(h.got) {
		return ""
	}
	return h.got[n]
}

func (h *handset) say(t *testing.T, text string, at time.Time) {
	t.Helper()
	from, err := minyi.ParseMobile(phoneNumber)
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	sink := h.sink
	h.mu.Unlock()
	if err := sink.Reply(t.Context(), sms.Reply{ID: "r1", From: from, Text: text, At: at}); err != nil {
		t.Fatal(err)
	}
}

var pageLink = regexp.MustCompile(`/s/[2-9A-Za-z]{11}`)

// TestSMSAnswerDuringARealCall: the ladder has come to the telephone, a real
// one rings, is answered, and in mid-call the same person answers by the page
// or by a digit. That answer is the valid one, the call thanks and hangs up.
// A digit that does not complete a longer questionnaire leaves the call alone,
// and the call is the valid one.
func TestSMSAnswerDuringARealCall(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name          string
		questionnaire minyi.QuestionnaireID
		form          survey.Form
		answer        func(*testing.T, *house, *handset)
		end           voice.End
		channel       minyi.Channel
		value         int // of the hotline question
	}{
		{"page", "case-closed", survey.FormLink, fillPage, voice.EndElsewhere, minyi.ChannelPage, 2},
		{"digit", "after-call", survey.FormDigits, func(t *testing.T, h *house, s *handset) { s.say(t, "４", h.Clock.Now()) }, voice.EndElsewhere, minyi.ChannelSMS, 2},
		{"digit of a longer questionnaire", "case-closed", survey.FormDigits, func(t *testing.T, h *house, s *handset) { s.say(t, "4", h.Clock.Now()) }, voice.EndCompleted, minyi.ChannelVoice, 5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, messages := newPhone(t), &handset{}
			trunk, err := sip.New(sip.Config{Name: "trunk", Server: server(p.port), Caller: "057112345", Bind: "127.0.0.1"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			h := newHouseOver(t, trunk, messages, voice.Times{Key: 15 * time.Second, Digit: time.Second, Early: 600 * time.Millisecond, Held: 10 * time.Second})
			campaign := h.ladder(c.questionnaire, c.form)
			testenv.Eventually(t, 20*time.Second, func() bool { return h.Funnel(campaign).Counts[minyi.Sent] == 1 }, "no message")
			h.Clock.Advance(70 * time.Minute)
			p.until("CALL_INCOMING")
			p.do("accept", "")
			p.until("CALL_ESTABLISHED")
			testenv.Eventually(t, 10*time.Second, func() bool { return h.step() == "opening" }, "no opening")
			pause(1200 * time.Millisecond)
			p.press("1")
			testenv.Eventually(t, 10*time.Second, func() bool { step := h.step(); return step != "" && step != "opening" }, "no question is asked")
			c.answer(t, h, messages)
			if c.end == voice.EndCompleted {
				p.pressThrough(h)
			}
			p.until("CALL_CLOSED")
			var try voice.Try
			testenv.Eventually(t, 10*time.Second, func() bool {
				calls, err := h.voice.Calls(t.Context(), voice.CallsRequest{})
				if err != nil || len(calls.Calls) != 1 || calls.Calls[0].State != voice.StateDone {
					return false
				}
				try = calls.Calls[0].Tries[0]
				return len(calls.Calls[0].Tries) == 1
			}, "the call did not end")
			if try.End != c.end || try.HungUp {
				t.Errorf("%+v", try)
			}
			testenv.Eventually(t, 10*time.Second, func() bool { return len(h.answers()) == 1 }, "not one answer")
			if a := h.answers()[0]; a.Channel != c.channel || a.Values[minyi.TagHotline].V != c.value {
				t.Errorf("%+v", a)
			}
		})
	}
}

// fillPage opens the link of the message over HTTP and sends the form.
func fillPage(t *testing.T, h *house, s *handset) {
	t.Helper()
	door := httptest.NewServer(h.Public)
	defer door.Close()
	page := h.Get(pageLink.FindString(s.message(0)))
	form := surveytest.CaseClosed(1, 2, 1)
	form.Set("k", page.Key())
	res, err := http.PostForm(door.URL+pageLink.FindString(s.message(0)), url.Values(form))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// pressThrough presses the best key at every question until the call closes.
func (p *phone) pressThrough(h *house) {
	for last := ""; ; {
		step := h.step()
		if step == "" || step == string(voice.PhaseClosing) {
			return
		}
		if step != last {
			pause(900 * time.Millisecond)
			p.press("1")
			last = step
			continue
		}
		pause(50 * time.Millisecond)
	}
}

// ladder starts a campaign whose telephone comes an hour after its message.
func (h *house) ladder(q minyi.QuestionnaireID, form survey.Form) minyi.CampaignID {
	h.T.Helper()
	report := h.Import("工单编号,联系电话,办结时间,承办单位\nA-1," + phoneNumber + ",2026-11-02 10:00,教育局\n")
	none := 0
	made, err := h.Service.CreateCampaign(h.T.Context(), survey.NewCampaign{Name: "短信后电话", Questionnaire: q, Form: form, RemindHours: &none, CallHours: 1, Filter: survey.Filter{Import: report.ID}})
	if err != nil {
		h.T.Fatal(err)
	}
	if _, err := h.Service.StartCampaign(h.T.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
		h.T.Fatal(err)
	}
	return made.Campaign.ID
}

// step is where the one live call stands, "" without one.
func (h *house) step() string {
	h.T.Helper()
	live, err := h.voice.Live(h.T.Context(), voice.TenantRequest{})
	if err != nil || len(live.Calls) != 1 {
		return ""
	}
	return live.Calls[0].Step
}
