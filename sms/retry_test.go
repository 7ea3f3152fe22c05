package sms

import (
	"context"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
)

// try gives a try's row; gone reports that there is none.
func (b *bench) try(id minyi.InvitationID, n int) (a attempt, gone bool) {
	b.t.Helper()
	r, err := b.store.ledger.Get(context.Background(), string(AttemptIDFor(id, 0, n)))
	if err != nil && !fault.Is(err, fault.NotFound) {
		b.t.Fatal(err)
	}
	return r.Body, err != nil
}

// later moves the clock and sweeps.
func (b *bench) later(d time.Duration) {
	b.t.Helper()
	b.clock.Advance(d)
	b.sweep(context.Background(), true)
}

// offBench has an invitation whose telephone was off.
func offBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.clock.Advance(-3 * time.Hour) // 09:00, so that the try falls into the same day's hours
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.receipt("c1", "MK:0004", 1)
	return b
}

func TestATelephoneThatWasOffIsTriedAgain(t *testing.T) {
	b := offBench(t)
	b.receipt("c1", "MK:0004", 1) // the carrier repeats itself
	if next, gone := b.try("inv", 1); gone || next.State != StateWaiting || !next.Next.Equal(b.clock.Now().Add(4*time.Hour)) {
		t.Fatalf("%+v", next)
	}
	if p := b.survey.Last("inv"); p.Disposition != minyi.Sent {
		t.Fatalf("survey was told %q while a try is to come", p.Disposition)
	}
	counts, err := b.Ledger(context.Background(), LedgerRequest{Campaign: "cmp"})
	if err != nil || counts.Total != 1 || counts.Counts[StateWaiting] != 1 {
		t.Fatalf("one message is counted as %+v, %v", counts, err)
	}
	b.later(4*time.Hour - time.Minute)
	if n := len(b.carrier.texts()); n != 1 {
		t.Fatal("tried too early")
	}
	b.later(2 * time.Minute)
	b.receipt("c2", "DELIVRD", 1)
	if next, _ := b.try("inv", 1); next.State != StateDelivered || b.survey.Last("inv").Disposition != minyi.Delivered {
		t.Fatalf("%+v, told %+v", next, b.survey.Last("inv"))
	}
	b.later(72 * time.Hour)
	if n := len(b.carrier.texts()); n != 2 {
		t.Fatalf("%d messages", n)
	}
}

func TestAFailureReportedBeforeTheAnswerIsStillToldAsSent(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.carrier.say(func(Message) ([]string, error) { b.receipt("c1", "MK:0004", 1); return nil, nil })
	b.due("inv")
	if p := b.survey.Last("inv"); p.Disposition != minyi.Sent {
		t.Fatalf("told %+v", p)
	}
	if next, gone := b.try("inv", 1); gone || next.State != StateWaiting {
		t.Fatalf("%+v", next)
	}
}

// A line that breaks in the middle of a long message leaves a torso that nobody
// can read: the whole message follows.
func TestATorsoIsSentAnewAsAWhole(t *testing.T) {
	b := newBench(t)
	b.clock.Advance(-3 * time.Hour)
	b.invite("inv", 1, longText)
	b.carrier.say(func(Message) ([]string, error) {
		return []string{"torso", ""}, &SubmitError{Outcome: OutcomePartial, Code: "partial"}
	})
	b.due("inv")
	b.carrier.say(nil)
	b.receipt("torso", "DELIVRD", 1)
	if p := b.survey.Last("inv"); p.Disposition == minyi.Failed || p.Disposition == minyi.Delivered {
		t.Fatalf("told %+v of a torso", p)
	}
	b.later(4*time.Hour + time.Minute)
	for _, m := range []string{"c1", "c2"} {
		b.receipt(m, "DELIVRD", 1)
	}
	if next, _ := b.try("inv", 1); next.State != StateDelivered || b.survey.Last("inv").Disposition != minyi.Delivered {
		t.Fatalf("%+v, told %+v", next, b.survey.Last("inv"))
	}
}

func TestTriesEndAndTheFailureIsTold(t *testing.T) {
	b := offBench(t)
	b.later(4*time.Hour + time.Minute)
	b.receipt("c2", "MK:0004", 1)
	if next, gone := b.try("inv", 2); gone || !next.Next.Equal(noon.Add(21*time.Hour)) {
		t.Fatalf("the third is due %s, want a day after the first failure", next.Next)
	}
	b.later(20*time.Hour + time.Minute)
	b.receipt("c3", "EXPIRED", 1)
	if p := b.survey.Last("inv"); p.Disposition != minyi.Unreachable || p.Reason != "EXPIRED" {
		t.Fatalf("told %+v", p)
	}
	b.later(200 * time.Hour)
	if n := len(b.carrier.texts()); n != 3 {
		t.Fatalf("%d messages", n)
	}
}

func TestWhatIsNotTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench)
		told   minyi.Disposition
		sent   int
	}{
		"answered meanwhile": {func(b *bench) { b.survey.Withdraw("inv", "answered") }, minyi.Unreachable, 1},
		"stopped meanwhile":  {func(b *bench) { b.survey.Withdraw("inv", "stopped") }, minyi.Unreachable, 1},
		"opted out meanwhile": {func(b *bench) {
			why := stop{At: b.clock.Now(), Source: "staff"}
			if err := b.stop(context.Background(), minyi.DefaultTenant, b.blind(number(1)), why); err != nil {
				b.t.Fatal(err)
			}
		}, minyi.Unreachable, 1},
		"erased meanwhile": {func(b *bench) {
			if _, err := b.Forget(context.Background(), minyi.ForgetRequest{Blind: b.blind(number(1))}); err != nil {
				b.t.Fatal(err)
			}
		}, minyi.Unreachable, 1},
		"paused, then the campaign goes on": {func(b *bench) { b.survey.Withdraw("inv", "paused") }, minyi.Sent, 1},
		"unknown outcome of the second": {func(b *bench) {
			b.carrier.say(func(Message) ([]string, error) { return nil, &SubmitError{Outcome: OutcomeUnknown, Code: "broken"} })
		}, minyi.Unknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := offBench(t)
			c.change(b)
			b.later(4*time.Hour + time.Minute)
			b.carrier.say(nil)
			b.later(time.Minute)
			b.later(30 * time.Minute)
			if p := b.survey.Last("inv"); p.Disposition != c.told || len(b.carrier.texts()) != c.sent {
				t.Errorf("told %+v, %d messages", p, len(b.carrier.texts()))
			}
		})
	}
	t.Run("dead number", func(t *testing.T) {
		b := newBench(t)
		b.invite("inv", 1, shortText)
		b.due("inv")
		b.receipt("c1", "MK:0001", 1)
		if _, gone := b.try("inv", 1); !gone || b.survey.Last("inv").Disposition != minyi.Unreachable {
			t.Errorf("told %+v", b.survey.Last("inv"))
		}
	})
}

func TestATryWaitsForTheMorning(t *testing.T) {
	b := newBench(t)
	b.clock.Advance(6 * time.Hour) // 18:00
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.receipt("c1", "MK:0004", 1)
	b.later(4*time.Hour + time.Minute) // 22:01
	if next, _ := b.try("inv", 1); next.State != StateWaiting || next.Reason != ReasonQuietHours || len(b.carrier.texts()) != 1 {
		t.Fatalf("%+v", next)
	}
	b.later(10*time.Hour + 30*time.Minute) // 08:31
	if next, _ := b.try("inv", 1); next.State != StateSubmitted {
		t.Fatalf("%+v", next)
	}
}

func TestACarrierThatAlwaysSaysLaterIsNotAskedForEver(t *testing.T) {
	b := newBench(t, func(d *Deps) { d.Config.Policy = Policy{AlwaysOpen: true} })
	asked := 0
	b.carrier.say(func(Message) ([]string, error) {
		asked++
		return nil, &SubmitError{Outcome: OutcomeRetry, Code: "smpp 0x08", After: 30 * time.Second}
	})
	b.invite("inv", 1, shortText)
	for range 40 {
		b.due("inv")
		b.clock.Advance(31 * time.Minute)
	}
	if first := b.state("inv"); first.State != StateFailed || first.Class != ClassRate || asked != mostRefusals+1 {
		t.Fatalf("asked %d times, %+v", asked, first)
	}
	if next, gone := b.try("inv", 1); gone || next.State != StateWaiting {
		t.Fatalf("no try follows: %+v", next)
	}
	for range 100 {
		b.later(time.Hour)
	}
	if p := b.survey.Last("inv"); p.Disposition != minyi.Failed || asked != 3*(mostRefusals+1) {
		t.Fatalf("asked %d times, told %+v", asked, p)
	}
}
