package sms

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"minyi"
)

var longText = "【XX市12345热线】" + strings.Repeat("您反映的问题已经办结,请您评价。", 6)

func TestAMessageIsWrittenBeforeTheCarrierIsCalled(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(m Message) ([]string, error) {
		if got := b.state("inv"); got.State != StateSubmitting || got.Lease.IsZero() || m.ID != AttemptIDFor("inv", 0, 0) {
			t.Errorf("the carrier was called with the ledger at %q", got.State)
		}
		return nil, nil
	})
	b.due("inv")
	if got := b.state("inv"); got.State != StateSubmitted || len(got.Parts) != 1 || got.Parts[0].ID != "c1" {
		t.Fatalf("after the submit: %+v", got)
	}
	if p := b.survey.Last("inv"); p.Disposition != minyi.Sent {
		t.Fatalf("survey was told %+v", p)
	}
}

func TestARepeatedEventSendsNothing(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	for range 3 {
		b.due("inv", "inv")
	}
	if n := len(b.carrier.texts()); n != 1 {
		t.Fatalf("the carrier got %d messages", n)
	}
}

func TestDeliveredNeedsEverySegment(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, longText)
	b.due("inv")
	if got := b.state("inv"); len(got.Parts) != 2 || got.Ref != 1 {
		t.Fatalf("%d parts, reference %d", len(got.Parts), got.Ref)
	}
	b.receipt("c2", "DELIVRD", 1)
	if got := b.state("inv"); got.State != StateSubmitted {
		t.Fatalf("with one segment of two: %s", got.State)
	}
	b.receipt("c2", "DELIVRD", 1)
	b.receipt("c2", "UNDELIV", 1)
	b.receipt("c1", "ACCEPTD", 1)
	if got := b.state("inv"); got.State != StateSubmitted {
		t.Fatalf("after repeats: %s", got.State)
	}
	b.receipt("c1", "DELIVRD", 1)
	if got := b.state("inv"); got.State != StateDelivered {
		t.Fatalf("with both: %s", got.State)
	}
	b.receipt("c1", "UNDELIV", 1)
	if got, p := b.state("inv"), b.survey.Last("inv"); got.State != StateDelivered || p.Disposition != minyi.Delivered {
		t.Fatalf("a contradiction changed it to %s, told %s", got.State, p.Disposition)
	}
}

func TestAReceiptMayComeBeforeTheSubmitResponse(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) { b.receipt("c1", "DELIVRD", 1); return nil, nil })
	b.due("inv")
	if got := b.state("inv"); got.State != StateDelivered {
		t.Fatalf("%s", got.State)
	}
}

func TestOutcomesOfASubmit(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		state  State
		told   minyi.Disposition
		reason string
		kept   bool // the place among the number's messages
	}{
		{"refused", &SubmitError{Outcome: OutcomeRefused, Code: "smpp 0x0b"}, StateFailed, minyi.Failed, "smpp 0x0b", false},
		{"unknown", &SubmitError{Outcome: OutcomeUnknown, Code: "broken"}, StateUnknown, minyi.Unknown, "broken", true},
		{"unclassified", errors.New("?"), StateUnknown, minyi.Unknown, "unclassified", true},
		{"later", &SubmitError{Outcome: OutcomeRetry, Code: "smpp 0x58", After: time.Hour}, StateWaiting, "", "smpp 0x58", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.invite("inv", 1, shortText)
			b.carrier.say(func(Message) ([]string, error) { return nil, c.err })
			b.due("inv")
			got, p := b.state("inv"), b.survey.Last("inv")
			if got.State != c.state || p.Disposition != c.told || p.Reason != c.reason {
				t.Fatalf("%s (%s), told %+v", got.State, got.Reason, p)
			}
			r, err := b.store.recipients.Get(context.Background(), recipientID(minyi.DefaultTenant, got.Blind))
			if err != nil || (len(r.Body.Sent) == 1) != c.kept {
				t.Fatalf("history %v, err %v", r.Body.Sent, err)
			}
		})
	}
}

func TestAnUnknownOutcomeIsNeverResentAndIsListed(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) { return nil, &SubmitError{Outcome: OutcomeUnknown, Code: "broken"} })
	b.due("inv")
	b.carrier.say(nil)
	b.clock.Advance(48 * time.Hour)
	b.due("inv")
	b.sweep(context.Background(), true)
	if n := len(b.carrier.texts()); n != 0 {
		t.Fatalf("it was sent again, %d times", n)
	}
	list, err := b.Unknown(context.Background(), PageRequest{})
	if err != nil || list.Total != 1 || len(list.Items) != 1 || list.Items[0].Mobile != "199****0001" || list.Items[0].Campaign != "cmp" {
		t.Fatalf("%+v, %v", list, err)
	}
	counts, err := b.Ledger(context.Background(), LedgerRequest{Campaign: "cmp"})
	if err != nil || counts.Counts[StateUnknown] != 1 || counts.Total != 1 || len(counts.Counts) != len(States()) {
		t.Fatalf("%+v, %v", counts, err)
	}
}

func TestThrottledIsSentLaterBySurveysLadder(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) {
		return nil, &SubmitError{Outcome: OutcomeRetry, Code: "smpp 0x58", After: 30 * time.Second}
	})
	b.due("inv")
	retry := b.survey.Last("inv").RetryAt
	if !retry.Equal(noon.Add(30 * time.Second)) {
		t.Fatalf("survey was asked to come back at %s", retry)
	}
	b.carrier.say(nil)
	b.due("inv")
	if n := len(b.carrier.texts()); n != 0 {
		t.Fatal("it went before its time")
	}
	b.clock.Advance(time.Minute)
	b.due("inv")
	if got := b.state("inv"); got.State != StateSubmitted || len(b.carrier.texts()) != 1 {
		t.Fatalf("%s after %d messages", got.State, len(b.carrier.texts()))
	}
}

func TestAWaitingMessageThatIsNoLongerWantedIsCancelled(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) {
		return nil, &SubmitError{Outcome: OutcomeRetry, Code: "busy", After: time.Minute}
	})
	b.due("inv")
	b.survey.Withdraw("inv", "answered")
	b.clock.Advance(time.Hour)
	b.due("inv")
	if got := b.state("inv"); got.State != StateCancelled {
		t.Fatalf("%s", got.State)
	}
}

func TestAFailureSaysWhetherTheNumberWasReachable(t *testing.T) {
	for code, want := range map[string]minyi.Disposition{"MK:0004": minyi.Unreachable, "MK:0001": minyi.Unreachable, "EXPIRED": minyi.Unreachable, "REJECTD": minyi.Failed, "BLACK": minyi.Failed, "UNDELIV": minyi.Failed} {
		b := newBench(t, func(d *Deps) { d.Config.Again = []time.Duration{} })
		b.invite("inv", 1, shortText)
		b.due("inv")
		b.receipt("c1", code, 1)
		if got, p := b.state("inv"), b.survey.Last("inv"); got.State != StateFailed || p.Disposition != want || p.Reason != code {
			t.Errorf("%s: %s, told %+v", code, got.State, p)
		}
	}
}

func TestAWaitingMessageThatIsPausedOrNotDueWaitsOn(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) {
		return nil, &SubmitError{Outcome: OutcomeRetry, Code: "busy", After: time.Minute}
	})
	b.due("inv")
	for _, why := range []string{"paused", "not-due"} {
		b.survey.Withdraw("inv", why)
		b.clock.Advance(time.Hour)
		b.due("inv")
		if got := b.state("inv"); got.State != StateWaiting {
			t.Fatalf("%s: %s", why, got.State)
		}
	}
}

func TestProgressThatWasNotTakenInIsToldAgain(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.survey.Deafen(errors.New("survey is down"))
	b.due("inv")
	b.receipt("c1", "DELIVRD", 1)
	b.survey.Deafen(nil)
	b.sweep(context.Background(), true)
	if p := b.survey.Last("inv"); p.Disposition != "" {
		t.Fatalf("told at once, before the worker had its turn: %+v", p)
	}
	b.clock.Advance(time.Minute)
	b.sweep(context.Background(), true)
	if p := b.survey.Last("inv"); p.Disposition != minyi.Delivered {
		t.Fatalf("told %+v", p)
	}
	told := len(b.survey.Told())
	b.clock.Advance(time.Minute)
	b.sweep(context.Background(), true)
	if len(b.survey.Told()) != told {
		t.Fatal("told again what was taken in")
	}
}
