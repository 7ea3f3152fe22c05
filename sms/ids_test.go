package sms

import "testing"

// accepting answers every submit with the same ids.
func (b *bench) accepting(ids ...string) {
	b.carrier.say(func(Message) ([]string, error) { return ids, nil })
}

func TestACarrierThatNumbersAnewIsNotMistaken(t *testing.T) {
	for name, c := range map[string]struct {
		reported bool // the first message was, before its number came again
		early    bool // the second's receipt comes before its submit is answered
	}{
		"the first was delivered":       {reported: true},
		"the first was not reported on": {},
		"the receipt comes first":       {reported: true, early: true},
		"both at once":                  {early: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.invite("old", 1, shortText)
			b.invite("new", 2, shortText)
			b.accepting("7")
			b.due("old")
			want := StateSubmitted
			if c.reported {
				b.receipt("7", "DELIVRD", 1)
				want = StateDelivered
			}
			b.carrier.say(func(Message) ([]string, error) {
				if c.early {
					b.receipt("7", "UNDELIV", 2)
				}
				return []string{"7"}, nil
			})
			b.due("new")
			b.receipt("7", "UNDELIV", 2)
			if got := b.state("new"); got.State != StateFailed {
				t.Errorf("the new message is %s", got.State)
			}
			if got := b.state("old"); got.State != want {
				t.Errorf("the old message is %s, want %s", got.State, want)
			}
		})
	}
}

func TestAReceiptCountsForItsOwnNumberAlone(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.accepting("7")
	b.due("inv")
	b.receipt("7", "UNDELIV", 2)
	if got := b.state("inv"); got.State != StateSubmitted {
		t.Fatalf("a receipt for another number made it %s", got.State)
	}
}

func TestIDsAreKnownInEveryWriting(t *testing.T) {
	for _, early := range []bool{false, true} {
		b := newBench(t)
		b.invite("inv", 1, shortText)
		b.carrier.say(func(Message) ([]string, error) {
			if early {
				b.receipt("ab1", "DELIVRD", 1)
			}
			return []string{"0000AB1"}, nil
		})
		b.due("inv")
		b.receipt("ab1", "DELIVRD", 1)
		if got := b.state("inv"); got.State != StateDelivered {
			t.Errorf("early %v: %s", early, got.State)
		}
	}
}

func TestOneIDForAllSegments(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, longText)
	b.accepting("9", "9")
	b.due("inv")
	if got := b.state("inv"); got.State != StateSubmitted {
		t.Fatalf("accepted: %s", got.State)
	}
	b.receipt("9", "DELIVRD", 1)
	if got := b.state("inv"); got.State != StateDelivered {
		t.Fatalf("reported: %s", got.State)
	}
}
