package sms

import (
	"context"
	"strings"
	"testing"
	"time"

	"minyi"
)

// several gives a number two invitations, an hour apart.
func several(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, func(d *Deps) { d.Config.Policy = Policy{AlwaysOpen: true} })
	b.invite("old", 1, shortText)
	b.invite("new", 1, shortText)
	b.due("old")
	b.clock.Advance(time.Hour)
	b.due("new")
	b.clock.Advance(time.Hour)
	return b
}

func (b *bench) replied(r Reply) minyi.InvitationID {
	b.t.Helper()
	r.From = number(1)
	if r.At.IsZero() {
		r.At = b.clock.Now()
	}
	if err := b.sink.Reply(context.Background(), r); err != nil {
		b.t.Fatal(err)
	}
	b.drain()
	heard := b.survey.Replies()
	if len(heard) == 0 {
		b.t.Fatal("not heard")
	}
	return heard[len(heard)-1].Invitation
}

func TestTheExtensionTellsWhichMessageIsAnswered(t *testing.T) {
	b := several(t)
	ext := Extension(b.state("old").Ref, 4)
	for _, c := range []struct {
		ext, text string
		want      minyi.InvitationID
	}{{ext, "1", "old"}, {Extension(b.state("new").Ref, 4), "2", "new"}, {"", "3", "new"}, {"9999", "4", "new"}} {
		if got := b.replied(Reply{Text: c.text, Ext: c.ext}); got != c.want {
			t.Errorf("extension %q: %s, want %s", c.ext, got, c.want)
		}
	}
}

func TestAReplyAnswersTheMessageOfItsTime(t *testing.T) {
	b := several(t)
	// Written before the newer message went out, dealt with after it.
	if got := b.replied(Reply{Text: "1", At: b.clock.Now().Add(-90 * time.Minute)}); got != "old" {
		t.Errorf("%s", got)
	}
}

func TestWhoAnswersAFailedMessageHasIt(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.receipt("c1", "MK:0004", 1)
	if got := b.replied(Reply{Text: "1"}); got != "inv" {
		t.Fatalf("%s", got)
	}
}

func TestSegmentsThatComeOverTwoAccountsAreOneReply(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, func(d *Deps) { d.Lines = append(d.Lines, Line{Name: "other", Gateway: newCarrier()}) })
	b.invite("inv", 1, shortText)
	b.due("inv")
	for i, text := range []string{"不满意，路灯", "还是不亮"} {
		over := directSink{&inlet{service: b.Service, line: b.lines[i]}}
		if err := over.Reply(ctx, Reply{From: number(1), To: "1069", Text: text, At: b.clock.Now(), Part: Part{Ref: 4, Total: 2, Index: i + 1}}); err != nil {
			t.Fatal(err)
		}
	}
	b.drain()
	if heard := b.survey.Replies(); len(heard) != 1 || heard[0].Level != 2 {
		t.Fatalf("%+v", heard)
	}
}

func TestExtensionsAreDigitsOfTheReference(t *testing.T) {
	for _, c := range []struct {
		ref    byte
		digits int
		want   string
	}{{7, 0, ""}, {7, 1, "7"}, {7, 4, "0007"}, {213, 2, "13"}, {255, 3, "255"}} {
		if got := Extension(c.ref, c.digits); got != c.want {
			t.Errorf("Extension(%d, %d) = %q, want %q", c.ref, c.digits, got, c.want)
		}
	}
}

func TestAContradictionIsKeptAndAskedAgain(t *testing.T) {
	b := newBench(t)
	b.survey.Answer(func(h minyi.HeardRequest) minyi.HeardReply {
		switch {
		case h.Key == 9:
			return minyi.HeardReply{Outcome: "not-understood"}
		case h.Key > 0:
			return minyi.HeardReply{Outcome: "completed", Say: "谢谢"}
		}
		return minyi.HeardReply{Outcome: "comment"}
	})
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.says(1, "1不满意")
	heard := b.survey.Replies()
	if kept, _ := b.box.Open(heard[0].Comment); kept != "1不满意" || heard[0].Key != 0 || heard[0].Level != 0 {
		t.Fatalf("heard as %+v", heard[0])
	}
	if texts := b.carrier.texts(); len(texts) != 2 || !strings.Contains(texts[1], "请直接回复一个数字") {
		t.Fatalf("the person was not asked again: %q", texts[1:])
	}
	// A key that the questionnaire has not: its remark is kept all the same.
	b.says(1, "9 路灯不亮")
	heard = b.survey.Replies()
	if kept, _ := b.box.Open(heard[len(heard)-1].Comment); kept != "路灯不亮" || heard[len(heard)-1].Key != 0 {
		t.Fatalf("%+v", heard[len(heard)-1])
	}
}

func TestHelpIsGivenOnceAnHourAndNotToWhoHasAnswered(t *testing.T) {
	b := several(t)
	b.survey.Answer(func(minyi.HeardRequest) minyi.HeardReply { return minyi.HeardReply{Outcome: "not-understood"} })
	sent := len(b.carrier.texts())
	b.replied(Reply{Text: "?"})
	b.replied(Reply{Text: "??", Ext: Extension(b.state("old").Ref, 4)}) // about the other survey
	if n := len(b.carrier.texts()) - sent; n != 1 {
		t.Fatalf("help was given %d times in an hour", n)
	}
	b.clock.Advance(61 * time.Minute)
	b.survey.Withdraw("old", "answered")
	b.replied(Reply{Text: "???", Ext: Extension(b.state("old").Ref, 4)})
	if n := len(b.carrier.texts()) - sent; n != 1 {
		t.Fatal("someone who has answered was asked again")
	}
}
