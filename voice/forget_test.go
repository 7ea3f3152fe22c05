package voice_test

import (
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
