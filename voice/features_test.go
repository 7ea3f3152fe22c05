package voice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// TestRemark: announced, sealed, written down, and gone after its time.
func TestRemark(t *testing.T) {
	t.Parallel()
	said := slices.Repeat([]byte{0x2A, 0xAA}, 30000)
	var heard []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		buf := make([]byte, 1<<20)
		for {
			n, err := req.Body.Read(buf)
			heard = append(heard, buf[:n]...)
			if err != nil {
				break
			}
		}
		json.NewEncoder(w).Encode(map[string]string{"text": "路灯还是不亮"})
	}))
	defer server.Close()
	r := newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: said}, {}, {}}[n]
	}))
	r.cfg.Remarks, r.cfg.TranscribeURL, r.cfg.HTTP = true, server.URL, server.Client()
	r.start().invite("inv")
	// The call itself may be told twice, by its end and by the sweeper.
	written := func() int {
		return slices.IndexFunc(r.survey.Spoke(), func(s minyi.SpokenRequest) bool { return s.Remark != "" })
	}
	r.until("the remark did not arrive", func() bool { return written() >= 0 })
	spoke := r.survey.Spoke()
	last := spoke[written()]
	if text, err := r.box.Open(last.Remark); err != nil || text != "路灯还是不亮" || last.Call != spoke[0].Call {
		t.Errorf("%q %v", text, err)
	}
	if !strings.Contains(string(heard), string(said)) {
		t.Errorf("the transcription service heard %d octets, not what was said", len(heard))
	}
	r.sealedParts(string(said))
	r.clock.Advance(29 * 24 * time.Hour)
	if sound, err := r.service.Remark(t.Context(), minyi.DefaultTenant, last.Call); err != nil || string(sound) != string(said) {
		t.Errorf("%d octets after 29 days, %v", len(sound), err)
	}
	r.clock.Advance(2 * 24 * time.Hour)
	r.until("the recording was not deleted", func() bool {
		_, err := r.service.Remark(t.Context(), minyi.DefaultTenant, last.Call)
		return err != nil
	})
}

// TestSlowTranscription: the service that writes remarks down may be slow and
// speak nonsense; the sweeper does not wait for it, and the words come in the
// end, not more of them than anybody says.
func TestSlowTranscription(t *testing.T) {
	t.Parallel()
	hold, asked := make(chan struct{}), make(chan struct{}, 10)
	replies := make(chan string, 3)
	for _, reply := range []string{`{"error":"busy"}`, `<html>`, `{"text":" ` + strings.Repeat("灯", 100000) + `"}`} {
		replies <- reply
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked <- struct{}{}
		<-hold
		fmt.Fprint(w, <-replies)
	}))
	defer server.Close()
	release := sync.OnceFunc(func() { close(hold) })
	defer release()
	trunk := voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: []byte("sound")}, {}, {}}[n]
	})
	r := newRig(t, trunk)
	r.cfg.Remarks, r.cfg.TranscribeURL, r.cfg.HTTP = true, server.URL, server.Client()
	r.start().invite("inv")
	r.until("not asked", func() bool { return len(asked) == 1 })
	trunk.SetUp(false)
	r.invite("next")
	r.until("the announcement was not read", func() bool {
		n, err := r.bus.Backlog(t.Context(), minyi.TopicCallDue, "voice")
		return n == 0 && err == nil
	})
	r.survey.Withdraw("next", "stopped")
	r.until("the sweeper waits too", func() bool { return len(r.survey.Told("next")) > 0 })
	release()
	for range cap(replies) {
		r.until("not asked again", func() bool { r.clock.Advance(time.Minute); return len(asked) > 0 })
		<-asked
	}
	r.until("no words", func() bool {
		spoke := r.survey.Spoke()
		text, err := r.box.Open(spoke[len(spoke)-1].Remark)
		return err == nil && len([]rune(text)) == 2000
	})
}

// sealedParts looks at what the store holds: sound that only the key ring opens.
func (r *rig) sealedParts(said string) {
	r.t.Helper()
	type part struct{ Sealed string }
	stored, err := docstore.Open(r.t.Context(), r.db, "voice_recordings", docstore.Index[part]{Name: "age", Key: func(string, part) (docstore.Key, bool) { return docstore.Key{}, false }})
	if err != nil {
		r.t.Fatal(err)
	}
	opened := ""
	for d, err := range stored.Find(r.t.Context(), docstore.Query{}) {
		if err != nil {
			r.t.Fatal(err)
		}
		plain, err := r.box.Open(d.Body.Sealed)
		if err != nil {
			r.t.Errorf("a part is not sealed: %v", err)
		}
		opened += plain
	}
	if opened != said {
		r.t.Errorf("%d octets lie in the store, %d were said", len(opened), len(said))
	}
}

// TestNothingIsRecordedByDefault.
func TestNothingIsRecordedByDefault(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return voicetest.Reaction{Keys: "1", Speak: []byte("sound")}
	})).start()
	r.invite("inv")
	r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
	try := r.item("inv").Tries[0]
	if _, err := r.service.Remark(t.Context(), minyi.DefaultTenant, try.Attempt); err == nil || try.Recorded {
		t.Errorf("%+v was recorded", try)
	}
}

// TestPromptsAreKeptByContent: the engine speaks a text once, across calls and
// restarts, and a recording takes its place.
func TestPromptsAreKeptByContent(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
	r := newRig(t, trunk).start()
	r.invite("a")
	r.until("a", func() bool { return r.item("a").State == voice.StateDone })
	once := r.engine.Spoken()
	r.stop()
	r.start().invite("b")
	r.until("b", func() bool { return r.item("b").State == voice.StateDone })
	if r.engine.Spoken() != once {
		t.Errorf("spoken %d times, then %d", once, r.engine.Spoken())
	}
	item, err := r.service.Upload(t.Context(), voice.Upload{Questionnaire: "case-closed", Version: 1, Language: "zh-CN", Slot: "q.handling", WAV: voicetest.WAV(900, 2)})
	if err != nil || item.Measures.Seconds != 2 {
		t.Fatalf("%+v %v", item, err)
	}
	list, err := r.service.Prompts(t.Context(), voice.TenantRequest{})
	if err != nil || len(list.Prompts) != 1 {
		t.Errorf("%+v %v", list, err)
	}
	for _, slot := range []string{"", "q.", "../x", "opening.3"} {
		if _, err := r.service.Upload(t.Context(), voice.Upload{Questionnaire: "case-closed", Version: 1, Language: "zh-CN", Slot: slot, WAV: voicetest.WAV(900, 2)}); err == nil {
			t.Errorf("slot %q taken", slot)
		}
	}
	if _, err := r.service.RemovePrompt(t.Context(), voice.PromptRequest{ID: item.ID}); err != nil {
		t.Error(err)
	}
	if list, err := r.service.Prompts(t.Context(), voice.TenantRequest{}); err != nil || len(list.Prompts) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

// TestTestCall: one call to one number, with nothing written.
func TestTestCall(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", voicetest.Presses("13"))
	r := newRig(t, trunk).start()
	got, err := r.service.TestCall(t.Context(), voice.TestCallRequest{Number: "138 0000 0123"})
	if err != nil || got.Outcome != voice.OutcomeAnswered || got.Pressed["trial"] != (minyi.Pressed{Key: 3, V: 3}) || got.Number != "138****0123" {
		t.Errorf("%+v %v", got, err)
	}
	if calls, err := r.service.Calls(t.Context(), voice.CallsRequest{}); err != nil || len(calls.Calls) > 0 || len(r.survey.Spoke()) > 0 {
		t.Errorf("%+v %v", calls, err)
	}
	if _, err := r.service.TestCall(t.Context(), voice.TestCallRequest{Number: "12345"}); err == nil || strings.Contains(err.Error(), "12345") {
		t.Errorf("%v", err)
	}
}

// TestTables: live calls with their step, and the outcome table.
func TestTables(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		if n == 0 {
			return voicetest.Reaction{Keys: "1"}
		}
		return voicetest.Reaction{Barge: true} // hears the first question and says nothing
	})
	r := newRig(t, trunk)
	r.start().invite("inv")
	r.until("the live call is not shown at its step", func() bool {
		live, err := r.service.Live(t.Context(), voice.TenantRequest{})
		return err == nil && live.At.Equal(r.clock.Now()) && len(live.Calls) == 1 && live.Calls[0].Step == "handling" && live.Calls[0].State == voice.StateTalking && live.Calls[0].Number == "138****0123"
	})
	r.survey.Withdraw("inv", "stopped")
	count := func(outcome string) int64 {
		table, err := r.service.Outcomes(t.Context(), voice.CampaignRequest{Campaign: "cmp"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Rows {
			if row.Outcome == outcome && row.Name != "" {
				return row.Count
			}
		}
		return -1
	}
	if count("talking") != 1 || count("answered") != 0 {
		t.Errorf("talking %d, answered %d", count("talking"), count("answered"))
	}
}

// TestUploadsThatNoCallWouldPlay are refused, and what is meant plainly is
// understood.
func TestUploadsThatNoCallWouldPlay(t *testing.T) {
	t.Parallel()
	r := newRig(t).start()
	wav := voicetest.WAV(900, 1)
	for _, u := range []voice.Upload{
		{Questionnaire: "q", Version: 0, Language: "zh-CN", Slot: "opening"},
		{Questionnaire: "", Version: 1, Language: "zh-CN", Slot: "opening"},
		{Questionnaire: "q", Version: 1, Language: "Chinese!", Slot: "opening"},
		{Questionnaire: "q", Version: 1, Language: "zh-CN", Slot: "house.hello"},
		{Questionnaire: "house", Version: 1, Language: "zh-CN", Slot: "opening"},
	} {
		u.WAV = wav
		if item, err := r.service.Upload(t.Context(), u); err == nil {
			t.Errorf("%+v taken", item)
		}
	}
	item, err := r.service.Upload(t.Context(), voice.Upload{Questionnaire: "whatever", Version: 7, Language: "zh", Slot: "house.goodbye", WAV: wav})
	if err != nil || item.Questionnaire != "house" || item.Version != 0 || item.Language != "zh-CN" {
		t.Errorf("%+v %v", item, err)
	}
	w := fetch(t, r.door(), httptest.NewRequest("GET", "/api/v1/voice/prompts", nil))
	var list voice.PromptsReply
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Prompts) != 1 {
		t.Errorf("%s %v", w.Body, err)
	}
}
