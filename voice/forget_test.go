package voice_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
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

// TestForgetDuringACall: the call ends politely.
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
	r.start()
	blind <- r.box.Blind("mobile", "13800000123")
	r.invite("inv")
	r.until("the call goes on", func() bool { return r.item("inv").State == voice.StateDone })
	if item := r.item("inv"); item.Number != "" || item.Tries[0].End != voice.EndStopped {
		t.Errorf("%+v", item)
	}
}

// TestForgetWhileItRings: the ringing stops, and no further call waits.
func TestForgetWhileItRings(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", nil)
	defer trunk.Ring()()
	r := newRig(t, trunk).start()
	r.invite("inv")
	r.until("not dialled", func() bool { return trunk.Placed() == 1 })
	r.forget()
	r.until("not cancelled", func() bool {
		it := r.item("inv")
		return it.State == voice.StateDone && it.Reason == "erased" && it.Tries[0].Outcome == voice.OutcomeStopped
	})
}

// TestForgetAfterSpeaking: at the erasure a remark is heard and not yet stored;
// it is not left behind when the call has ended.
func TestForgetAfterSpeaking(t *testing.T) {
	t.Parallel()
	var r *rig
	trunk := voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		if n == 4 {
			r.forget()
		}
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: []byte("said")}, {}, {}}[n]
	})
	r = newRig(t, trunk)
	r.cfg.Remarks = true
	r.start().invite("inv")
	r.until("the call did not end", func() bool { return r.item("inv").State == voice.StateDone })
	try := r.item("inv").Tries[0]
	if !try.Recorded {
		t.Fatalf("nothing was recorded: %+v", try)
	}
	r.until("the recording is still there", func() bool {
		_, err := r.service.Remark(t.Context(), minyi.DefaultTenant, try.Attempt)
		return fault.Is(err, fault.NotFound)
	})
}

// TestForgetDuringTranscription: what comes back of an erased number is dropped.
func TestForgetDuringTranscription(t *testing.T) {
	t.Parallel()
	var r *rig
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.forget()
		io.WriteString(w, `{"text":"路灯还是不亮"}`)
	}))
	defer server.Close()
	r = newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: []byte("said")}, {}, {}}[n]
	}))
	r.cfg.Remarks, r.cfg.TranscribeURL, r.cfg.HTTP = true, server.URL, server.Client()
	r.start().invite("inv")
	r.until("the number was not erased", func() bool { return r.item("inv").State == voice.StateDone && r.item("inv").Number == "" })
	r.stop() // the sweep that asked has ended
	for _, s := range r.survey.Spoke() {
		if s.Remark != "" {
			t.Error("the words of an erased number were handed on")
		}
	}
}

// forget erases the number that the rig calls.
func (r *rig) forget() {
	if _, err := r.service.Forget(r.t.Context(), minyi.ForgetRequest{Tenant: minyi.DefaultTenant, Blind: r.box.Blind("mobile", secretNumber)}); err != nil {
		r.t.Error(err)
	}
}
