package sms

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
)

func TestRepliesReachSurveyParsed(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	for _, text := range []string{"１", "5分", "不满意,路灯还是不亮", "3天了没人来"} {
		b.says(1, text)
	}
	heard := b.survey.Replies()
	if len(heard) != 4 {
		t.Fatalf("survey heard %d replies", len(heard))
	}
	open := func(sealed string) string { s, _ := b.box.Open(sealed); return s }
	for i, ok := range []bool{
		heard[0].Key == 1 && heard[0].Level == 0 && heard[0].Comment == "",
		heard[1].Level == 5 && heard[1].Key == 0,
		heard[2].Level == 2 && open(heard[2].Comment) == "路灯还是不亮",
		heard[3].Level == 0 && heard[3].Key == 0 && open(heard[3].Comment) == "3天了没人来",
	} {
		if !ok || heard[i].Invitation != "inv" || heard[i].OptOut {
			t.Errorf("reply %d was heard as %+v", i, heard[i])
		}
	}
	if slices.ContainsFunc(heard, func(h minyi.HeardRequest) bool { return strings.Contains(h.Comment, "路灯") }) {
		t.Error("a comment crossed in clear")
	}
}

func TestTheNewestInvitationIsMeant(t *testing.T) {
	b := newBench(t, func(d *Deps) { d.Config.Policy = Policy{AlwaysOpen: true} })
	b.invite("old", 1, shortText)
	b.invite("new", 1, shortText)
	b.invite("other", 2, shortText)
	b.due("old")
	b.clock.Advance(time.Hour)
	b.due("new", "other")
	b.says(1, "2")
	b.says(3, "2") // was never invited
	if heard := b.survey.Replies(); len(heard) != 1 || heard[0].Invitation != "new" {
		t.Fatalf("%+v", heard)
	}
}

func TestOptOutIsGlobalConfirmedOnceAndKept(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.says(1, "退订")
	b.clock.Advance(15 * time.Minute)
	b.says(1, "td")
	if heard := b.survey.Replies(); len(heard) != 2 || !heard[0].OptOut {
		t.Fatalf("%+v", heard)
	}
	texts := b.carrier.texts()
	if len(texts) != 2 || !strings.HasPrefix(texts[1], "【12345热线】已为您退订") {
		t.Fatalf("the carrier got %q", texts[1:])
	}
	b.invite("next", 1, shortText)
	b.clock.Advance(90 * 24 * time.Hour)
	b.due("next")
	if got, p := b.state("next"), b.survey.Last("next"); got.State != StateRefused || p.Reason != ReasonDoNotContact || p.Disposition != minyi.NotSampled {
		t.Fatalf("%s, told %+v", got.State, p)
	}
	b.says(1, "1")
	if n := len(b.carrier.texts()); n != 2 {
		t.Fatalf("someone who wants no more got %d further messages", n-2)
	}
}

func TestAnOptOutWithoutAnInvitationCounts(t *testing.T) {
	b := newBench(t)
	b.says(7, "退订")
	got, err := b.DoNotContact(context.Background(), minyi.DoNotContactRequest{Blinds: []string{b.blind(number(7)), b.blind(number(8))}})
	if err != nil || len(got.Stopped) != 1 || got.Stopped[b.blind(number(7))].IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestHelpIsGivenOnceAndRobotsAreNotAnswered(t *testing.T) {
	b := newBench(t)
	b.survey.Answer(func(h minyi.HeardRequest) minyi.HeardReply {
		if h.Key == 0 && h.Comment == "" {
			return minyi.HeardReply{Outcome: "not-understood"}
		}
		return minyi.HeardReply{Outcome: "comment", Say: "已收到,谢谢。"}
	})
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.says(1, "?")
	b.says(1, "??")
	if n := len(b.carrier.texts()) - 1; n != 1 {
		t.Fatalf("help was given %d times", n)
	}
	for i := range 20 {
		b.clock.Advance(time.Second)
		b.says(1, strings.Repeat("我正在开车", i+1))
	}
	if n := len(b.carrier.texts()) - 1; n != 2 {
		t.Fatalf("a robot got %d answers in an hour", n)
	}
	b.clock.Advance(61 * time.Minute)
	b.says(1, "?!")
	if n := len(b.carrier.texts()) - 1; n != 2 {
		t.Fatal("help was given twice for one invitation")
	}
}

func TestALongReplyIsPutTogetherInAnyOrder(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	part := func(ref, index int, text string) {
		t.Helper()
		if err := b.sink.Reply(context.Background(), Reply{From: number(1), To: "1069", Text: text, At: b.clock.Now(), Part: Part{ref, 3, index}}); err != nil {
			t.Fatal(err)
		}
		b.drain()
	}
	part(9, 3, "三")
	part(9, 1, "路灯一")
	part(9, 1, "路灯一")
	if len(b.survey.Replies()) != 0 {
		t.Fatal("heard before it was whole")
	}
	part(9, 2, "二")
	part(9, 2, "二") // late repeat
	comment := func(i int) string { s, _ := b.box.Open(b.survey.Replies()[i].Comment); return s }
	if len(b.survey.Replies()) != 1 || comment(0) != "路灯一二三" {
		t.Fatalf("%d replies", len(b.survey.Replies()))
	}
	// The reference comes round again; this time a segment never comes.
	b.clock.Advance(time.Hour)
	part(9, 1, "水管")
	part(9, 3, "坏了")
	b.clock.Advance(3 * time.Minute)
	b.sweep(context.Background(), false)
	b.drain()
	if len(b.survey.Replies()) != 2 || comment(1) != "水管…坏了" {
		t.Fatalf("%d replies", len(b.survey.Replies()))
	}
	// What comes after that is heard too, but a digit in it rates nothing.
	part(9, 1, "水管") // a repeat
	part(9, 2, "1，昨天又")
	b.clock.Advance(3 * time.Minute)
	b.sweep(context.Background(), false)
	b.drain()
	if heard := b.survey.Replies(); len(heard) != 3 || heard[2].Key != 0 || comment(2) != "…1，昨天又…" {
		t.Fatalf("%d replies, the last %+v", len(heard), heard[len(heard)-1])
	}
}

func TestARepeatedInboundMessageIsOneAndSurveyDownLosesNone(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.survey.Deafen(errors.New("survey is down"))
	b.says(1, "2")
	b.says(1, "2")
	b.survey.Deafen(nil)
	b.clock.Advance(2 * time.Minute)
	b.sweep(context.Background(), false)
	b.drain()
	if heard := b.survey.Replies(); len(heard) != 1 || heard[0].Key != 2 {
		t.Fatalf("%+v", heard)
	}
	b.clock.Advance(2 * time.Hour)
	b.sweep(context.Background(), false)
	b.drain()
	if len(b.survey.Replies()) != 1 {
		t.Fatal("heard again what was dealt with")
	}
}

func TestNothingPersonalIsStoredInClear(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.says(1, "路灯还是不亮")
	for d, err := range b.store.replies.Find(ctx, queryAll()) {
		if err != nil || strings.Contains(d.Body.Text+d.Body.From, "路灯") || strings.Contains(d.Body.From, "1990000") {
			t.Fatalf("%+v, %v", d.Body, err)
		}
	}
	for d, err := range b.store.ledger.Find(ctx, queryAll()) {
		if err != nil || strings.Contains(d.Body.To, "1990000") || d.Body.Text != "" {
			t.Fatalf("%+v, %v", d.Body, err)
		}
	}
}
