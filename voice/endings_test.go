package voice_test

import (
	"testing"
	"time"

	"minyi"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// TestHungUpInTheMiddle keeps what was answered.
func TestHungUpInTheMiddle(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		return voicetest.Reaction{Keys: "1", HangUp: n == 1}
	})).start()
	r.invite("inv")
	r.until("nothing was handed over", func() bool { return len(r.survey.Spoke()) > 0 })
	got := r.survey.Spoke()[0]
	if got.Finished || len(got.Pressed) != 1 || got.Pressed["handling"] != (minyi.Pressed{Key: 1, V: 5}) {
		t.Errorf("%+v", got)
	}
	if try := r.item("inv").Tries[0]; try.End != voice.EndHungUp || try.Step != "hotline" || !try.HungUp {
		t.Errorf("%+v", try)
	}
}

// TestRefusedForGood: 9 ends every campaign's calls and messages.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("line", voicetest.Presses("9"))).start()
	r.invite("inv")
	r.until("not put on do-not-contact", func() bool { return len(r.contacts.Stopped()) > 0 && len(r.survey.Spoke()) > 0 })
	stop := r.contacts.Stopped()[0]
	if stop.Source != "voice" || stop.Blind != r.box.Blind("mobile", secretNumber) || !r.survey.Spoke()[0].OptOut {
		t.Errorf("%+v", stop)
	}
}

// TestAnsweredElsewhere: a rating by SMS during the call ends it politely, and
// one that still rings is cancelled.
func TestAnsweredElsewhere(t *testing.T) {
	t.Parallel()
	t.Run("talking", func(t *testing.T) {
		var r *rig
		r = newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
			if n == 1 {
				r.survey.Withdraw("inv", "answered")
				return voicetest.Reaction{Barge: true} // listens on
			}
			return voicetest.Reaction{Keys: "1"}
		}))
		r.start().invite("inv")
		r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
		if try := r.item("inv").Tries[0]; try.End != voice.EndElsewhere {
			t.Errorf("%+v", try)
		}
	})
	t.Run("ringing", func(t *testing.T) {
		trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
		release := trunk.Ring()
		r := newRig(t, trunk).start()
		r.invite("inv")
		r.until("not dialled", func() bool { return trunk.Placed() == 1 })
		r.survey.Withdraw("inv", "answered")
		r.until("not cancelled", func() bool {
			it := r.item("inv")
			return len(it.Tries) == 1 && it.Tries[0].Outcome == voice.OutcomeStopped
		})
		if it := r.item("inv"); it.State != voice.StateDone || it.Reason != "answered" {
			t.Errorf("a call that nobody wants any more waits: %+v", it)
		}
		release()
		if len(r.survey.Spoke()) > 0 {
			t.Error("spoke to somebody who had answered")
		}
	})
}

// TestRefusedMeanwhile: 退订 by SMS, matched to nothing, ends the call that its
// sender hears with the words for it, cancels one that rings, and takes one
// that waits off the list.
func TestRefusedMeanwhile(t *testing.T) {
	t.Parallel()
	t.Run("talking", func(t *testing.T) {
		t.Parallel()
		var r *rig
		r = newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
			if n == 1 {
				r.contacts.Refuse("do_not_contact")
				return voicetest.Reaction{Barge: true} // listens on
			}
			return voicetest.Reaction{Keys: "1"}
		}))
		r.start().invite("inv")
		r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
		if try := r.item("inv").Tries[0]; try.End != voice.EndOptedOut || try.Step != "handling" {
			t.Errorf("%+v", try)
		}
		r.until("survey was not told", func() bool { return len(r.survey.Spoke()) > 0 && r.survey.Spoke()[0].OptOut })
	})
	t.Run("ringing", func(t *testing.T) {
		t.Parallel()
		trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
		defer trunk.Ring()()
		r := newRig(t, trunk).start()
		r.invite("inv")
		r.until("not dialled", func() bool { return trunk.Placed() == 1 })
		r.contacts.Refuse("do_not_contact")
		r.until("not cancelled", func() bool { return r.item("inv").State == voice.StateDone })
		if it := r.item("inv"); it.Tries[0].Outcome != voice.OutcomeStopped || it.Reason != "do_not_contact" {
			t.Errorf("%+v", it)
		}
	})
	t.Run("waiting", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, voicetest.NewTrunk("line", nil))
		r.clock.Advance(12 * time.Hour) // 22:00
		r.start().invite("inv")
		r.until("not put off", func() bool { return len(r.survey.Told("inv")) > 0 })
		r.contacts.Refuse("do_not_contact")
		r.until("waits on", func() bool {
			told := r.survey.Told("inv")
			return told[len(told)-1].Reason == "do_not_contact"
		})
	})
}

// TestNotCalled: policy, 请勿打扰 and a campaign that was stopped.
func TestNotCalled(t *testing.T) {
	t.Parallel()
	t.Run("do not contact", func(t *testing.T) {
		trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
		r := newRig(t, trunk)
		r.contacts.Refuse("do_not_contact")
		r.start().invite("inv")
		r.until("not told", func() bool { return len(r.survey.Told("inv")) > 0 })
		if p := r.survey.Told("inv")[0]; p.Disposition != minyi.NotSampled || p.Reason != "do_not_contact" || trunk.Placed() > 0 {
			t.Errorf("%+v after %d calls", p, trunk.Placed())
		}
		if _, err := r.service.TestCall(t.Context(), voice.TestCallRequest{Number: secretNumber}); err == nil || trunk.Placed() > 0 {
			t.Error("a test call went to a number on do-not-contact")
		}
	})
	t.Run("at night", func(t *testing.T) {
		trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
		r := newRig(t, trunk)
		r.clock.Advance(12 * time.Hour) // 22:00
		r.start().invite("inv")
		r.until("not put off", func() bool { return len(r.survey.Told("inv")) > 0 })
		if p := r.survey.Told("inv")[0]; p.RetryAt.In(minyi.Shanghai).Format("02 15:04") != "06 09:00" || trunk.Placed() > 0 {
			t.Errorf("%+v after %d calls", p, trunk.Placed())
		}
		r.clock.Advance(11 * time.Hour)
		r.until("not called in the morning", func() bool { return trunk.Placed() == 1 })
	})
	t.Run("stopped while waiting", func(t *testing.T) {
		trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
		trunk.SetUp(false)
		r := newRig(t, trunk).start()
		r.invite("inv")
		r.until("announcement", func() bool {
			n, err := r.bus.Backlog(t.Context(), minyi.TopicCallDue, "voice")
			return n == 0 && err == nil
		})
		r.survey.Withdraw("inv", "stopped")
		trunk.SetUp(true)
		r.until("not told", func() bool { return len(r.survey.Told("inv")) > 0 })
		if p := r.survey.Told("inv")[0]; p.Reason != "stopped" || trunk.Placed() > 0 {
			t.Errorf("%+v", p)
		}
	})
}

// TestWaitingForNothing: a call that waits for its next try ends when the
// person answers or the campaign is stopped, without waiting for that hour; one
// that is only paused goes on waiting.
func TestWaitingForNothing(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", nil)
	trunk.Set(voice.Result{Outcome: voice.OutcomeBusy, Code: 486}, nil)
	r := newRig(t, trunk).start()
	all := []minyi.InvitationID{"answered", "stopped", "paused", "wanted"}
	for _, inv := range all {
		r.invite(inv)
		r.until("does not wait", func() bool { return r.item(inv).State == voice.StateWaiting && len(r.item(inv).Tries) == 1 })
	}
	for _, inv := range all[:3] {
		r.survey.Withdraw(inv, string(inv))
	}
	for _, inv := range all[:2] {
		r.until("still waits", func() bool { return r.item(inv).State == voice.StateDone && r.item(inv).Reason == string(inv) })
	}
	for _, inv := range all[2:] {
		if r.item(inv).State != voice.StateWaiting {
			t.Errorf("%s: %+v", inv, r.item(inv))
		}
	}
}

// TestSurveyWasDown: answers are not lost when survey is away as a call ends.
func TestSurveyWasDown(t *testing.T) {
	t.Parallel()
	var r *rig
	r = newRig(t, voicetest.NewTrunk("line", func(n int) voicetest.Reaction {
		if n == 2 {
			r.survey.SetDown(true)
		}
		return voicetest.Reaction{Keys: "1"}
	}))
	r.start().invite("inv")
	r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
	if len(r.survey.Spoke()) > 0 {
		t.Fatal("survey was not down")
	}
	r.survey.SetDown(false)
	r.until("the answers were lost", func() bool { return len(r.survey.Spoke()) >= 1 && len(r.survey.Told("inv")) > 0 })
}

// TestStopping: the service stops while it talks and while it rings; both
// outcomes are known.
func TestStopping(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", nil)
	release := trunk.Ring()
	defer release()
	r := newRig(t, trunk).start()
	r.invite("inv")
	r.until("not dialled", func() bool { return trunk.Placed() == 1 })
	r.stop()
	if try := r.item("inv").Tries[0]; try.Outcome != voice.OutcomeStopped || r.item("inv").State != voice.StateWaiting {
		t.Errorf("%+v", try)
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
