package voice_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// TestCallsOfTheLastRun: a process that is alone on its store ends at its
// start the calls that it finds under way; one among several waits for their
// leases, and shows meanwhile that nobody has heard of them.
func TestCallsOfTheLastRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("line", voicetest.Presses("")))
	release := r.trunks[0].(*voicetest.Trunk).Ring()
	defer release()
	r.start()
	r.invite("inv")
	dialling := func() bool { return r.item("inv").State == voice.StateDialing }
	r.until("not dialled", dialling)
	dead := r.stop
	defer dead()

	// The dead one keeps a clock that stands: what it still writes at leisure
	// renews no lease.
	r.clock = clock.NewStepping(r.clock.Now())
	r.start() // beside others: the call may be one of theirs
	r.clock.Advance(30 * time.Second)
	if !dialling() {
		t.Error("a call of another process was ended before its lease")
	}
	live, err := r.service.Live(t.Context(), voice.TenantRequest{})
	if err != nil || len(live.Calls) != 1 || !live.Calls[0].Silent {
		t.Errorf("%+v %v", live, err)
	}
	if page := fetch(t, r.door(), httptest.NewRequest("GET", "/voice", nil)).Body.String(); !strings.Contains(page, "失去联系") {
		t.Error("the page shows a call of which nobody has heard as one in progress")
	}
	r.stop()

	r.alone = true
	r.start()
	r.until("the call of the last run stands for ever", func() bool { return r.item("inv").State == voice.StateDone })
	if try := r.item("inv").Tries[0]; try.Outcome != voice.OutcomeUnknown || try.Detail != "process_ended" || try.Ended.After(r.clock.Now()) {
		t.Errorf("%+v", try)
	}
}

// TestRemarkOfTheLastRun: a process that dies while a remark is recorded leaves
// a complete answer, and what was stored of the remark is written down.
func TestRemarkOfTheLastRun(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"text":"路灯"}`) }))
	defer server.Close()
	r := newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return [...]voicetest.Reaction{{Keys: "1"}, {Keys: "1"}, {Keys: "2"}, {Speak: make([]byte, 50000), Talks: true}, {}, {}}[n]
	}))
	r.cfg.Remarks, r.cfg.TranscribeURL, r.cfg.HTTP, r.cfg.Times.Remark = true, server.URL, server.Client(), time.Hour
	r.start()
	r.invite("inv")
	r.until("nothing is recorded", func() bool {
		live, err := r.service.Live(t.Context(), voice.TenantRequest{})
		if err != nil || len(live.Calls) != 1 || live.Calls[0].Step != "recording" {
			return false
		}
		sound, err := r.service.Remark(t.Context(), minyi.DefaultTenant, live.Calls[0].Attempt)
		return err == nil && len(sound) > 0
	})
	dead := r.stop
	defer dead()

	r.clock, r.alone = clock.NewStepping(r.clock.Now()), true
	r.start()
	r.until("the remark is not written down", func() bool {
		for _, s := range r.survey.Spoke() {
			if words, err := r.box.Open(s.Remark); err == nil && words == "路灯" {
				return true
			}
		}
		return false
	})
	if first := r.survey.Spoke()[0]; !first.Finished || len(first.Pressed) != 2 {
		t.Errorf("%+v", first)
	}
	if try := r.item("inv").Tries[0]; try.End != voice.EndCompleted || try.Step != "recording" || try.Detail != "process_ended" {
		t.Errorf("%+v", try)
	}
}
