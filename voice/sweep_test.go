package voice_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
