package sms

import (
	"context"
	"testing"
	"time"

	"minyi"
)

func TestCallsAndMessagesShareOnePlace(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	blind := b.blind(number(1))
	reserve := func(attempt minyi.AttemptID, inv minyi.InvitationID) string {
		t.Helper()
		r, err := b.ReserveCall(ctx, minyi.ReserveCallRequest{Blind: blind, Attempt: attempt, Invitation: inv})
		if err != nil || r.Go != (r.Reason == "") {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.Reason
	}
	settle := func(attempt minyi.AttemptID, answered, rang bool) {
		t.Helper()
		if _, err := b.SettleCall(ctx, minyi.SettleCallRequest{Blind: blind, Attempt: attempt, Answered: answered, Rang: rang}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Fatalf("reason %q, want %q", got, want)
		}
	}
	check(reserve("c1", "inv"), "")
	check(reserve("c1", "inv"), "")
	check(reserve("c2", "inv"), ReasonCallCap) // c1 is still under way
	settle("c1", false, false)
	check(reserve("c2", "inv"), "")
	settle("c2", false, true)
	check(reserve("c3", "other"), ReasonWeekCap) // c2 rang for another survey
	b.invite("sms", 1, shortText)
	b.due("sms")
	if got := b.state("sms"); got.State != StateRefused || got.Reason != ReasonWeekCap {
		t.Fatalf("a message beside the call: %s %s", got.State, got.Reason)
	}
	check(reserve("c4", "inv"), "")
	settle("c4", true, true)
	settle("c4", false, false)
	b.clock.Advance(20 * 24 * time.Hour)
	check(reserve("c5", "later"), ReasonCallCap)
	b.says(1, "退订")
	b.clock.Advance(60 * 24 * time.Hour)
	check(reserve("c6", "later"), ReasonDoNotContact)
	settle("nobody", true, true)
}
