package voice_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"minyi"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// TestForget: after an erasure neither the number nor what was said is left; a
// call that waits is not made.
func TestForget(t *testing.T) {
	t.Parallel()
	said := slices.Repeat([]byte{0x2A, 0xAA}, 60000)
	trunk := voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: said}, {}, {}}[n]
	})
	r := newRig(t, trunk)
	r.cfg.Remarks = true
	r.start().invite("inv")
	r.until("the call did not end", func() bool { return r.item("inv").State == voice.StateDone })
	attempt := r.item("inv").Tries[0].Attempt
	r.until("nothing was recorded", func() bool {
		sound, err := r.service.Remark(t.Context(), minyi.DefaultTenant, attempt)
		return err == nil && len(sound) == len(said)
	})
	trunk.Set(voice.Result{Outcome: voice.OutcomeBusy, Code: 486}, nil)
	r.invite("waits")
	r.until("the busy call does not wait", func() bool { return r.item("waits").State == voice.StateWaiting && len(r.item("waits").Tries) == 1 })
	blind := r.box.Blind("mobile", "13800000123")
	reply, err := r.service.Forget(t.Context(), minyi.ForgetRequest{Tenant: minyi.DefaultTenant, Blind: blind})
	if err != nil || reply.Calls != 2 || reply.Recordings != 1 {
		t.Fatalf("%+v %v", reply, err)
	}
	if _, err := r.service.Remark(t.Context(), minyi.DefaultTenant, attempt); err == nil {
		t.Error("the recording is still there")
	}
	for _, inv := range []minyi.InvitationID{"inv", "waits"} {
		if item := r.item(inv); item.Number != "" || item.State != voice.StateDone {
			t.Errorf("%+v", item)
		}
	}
	r.clock.Advance(24 * time.Hour)
	again, err := r.service.Forget(t.Context(), minyi.ForgetRequest{Tenant: minyi.DefaultTenant, Blind: blind})
	if err != nil || again.Recordings != 0 || trunk.Placed() != 2 {
		t.Errorf("%+v %v, %d calls", again, err, trunk.Placed())
	}
}

// TestForgetDuringACall: the call ends politely, and what it recorded after
// the erasure is gone too.
func TestForgetDuringACall(t *testing.T) {
	t.Parallel()
	var r *rig
	blind := make(chan string, 1)
	trunk := voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		if n == 1 {
			if _, err := r.service.Forget(t.Context(), minyi.ForgetRequest{Tenant: minyi.DefaultTenant, Blind: <-blind}); err != nil {
				t.Error(err)
			}
			return voicetest.Reaction{Barge: true}
		}
		return voicetest.Reaction{Keys: "1"}
	})
	r = newRig(t, trunk)
	r.cfg.Times.Key = time.Hour
	r.start()
	blind <- r.box.Blind("mobile", "13800000123")
	r.invite("inv")
	r.until("the call goes on", func() bool { return r.item("inv").State == voice.StateDone })
	if item := r.item("inv"); item.Number != "" || item.Tries[0].End != voice.EndStopped {
		t.Errorf("%+v", item)
	}
}

// TestAFaultAfterRingingIsNotRungAgain over the next trunk at once.
func TestAFaultAfterRingingIsNotRungAgain(t *testing.T) {
	t.Parallel()
	first, second := voicetest.NewTrunk("first", voicetest.Presses("111")), voicetest.NewTrunk("second", voicetest.Presses("111"))
	first.Set(voice.Result{Outcome: voice.OutcomeTrunk, Code: 500, Rang: true}, nil)
	r := newRig(t, first, second).start()
	r.invite("inv")
	r.until("no outcome", func() bool { item := r.item("inv"); return len(item.Tries) == 1 && item.Tries[0].Outcome != "" })
	if first.Placed() != 1 || second.Placed() != 0 {
		t.Errorf("%d and %d calls", first.Placed(), second.Placed())
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
