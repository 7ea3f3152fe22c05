package nlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"minyi"
	"minyi/nlp/polarity"
)

func TestSharesAreCorrectedOnRatings(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	var ids []minyi.AnswerID
	put := func(level minyi.Level, text string) {
		id := minyi.AnswerID(fmt.Sprint("s", len(ids)))
		b.survey.put(t, minyi.Remark{Answer: id, Day: "2026-11-20", Respondent: string(id), Overall: level, Counts: true}, text)
		ids = append(ids, id)
	}
	for i := range 40 {
		put(1, around(i, "办理太慢"))
		put(3, around(i+100, "站牌换位"))
		put(5, around(i+200, "非常满意"))
	}
	for i := range 20 {
		put(1, around(i+300, "石凳挪走")) // complaints that the lexicon cannot see
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	got, err := b.Shares(t.Context(), SharesRequest{})
	if err != nil || got.N != 140 || got.Tested != 140 || !got.Corrected {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.Said[0] >= 60 {
		t.Fatalf("the lexicon saw them all: %+v", got.Said)
	}
	if s := got.Shares[0]; s.Value < .40 || s.Low > 60.0/140 || s.High < 60.0/140 {
		t.Errorf("complaints: said %d of %d, corrected %+v, truth %.3f", got.Said[0], got.N, s, 60.0/140)
	}
	if few, err := b.Shares(t.Context(), SharesRequest{Slice: minyi.Slice{From: "2027-01-01"}}); err != nil || few.N != 0 || few.Corrected {
		t.Errorf("of nothing: %+v, %v", few, err)
	}
}

// Where 基本满意 is too rare to be measured and a slice is full of it, its shares
// say that they are not to be relied on.
func TestSharesOfAnotherMixAreDoubted(t *testing.T) {
	tested := polarity.Bands{{900, 50, 50}, {5, 10, 5}, {50, 50, 900}}
	for name, c := range map[string]struct {
		tested, own polarity.Bands
		doubted     bool
	}{
		"as tested":         {tested, polarity.Bands{{40, 0, 0}, {0, 1, 0}, {0, 0, 40}}, false},
		"full of 基本满意":      {tested, polarity.Bands{{20, 0, 0}, {5, 10, 5}, {0, 0, 20}}, true},
		"too few ratings":   {tested, polarity.Bands{{2, 0, 0}, {5, 10, 5}, {0, 0, 2}}, false},
		"corrected apart":   {polarity.Bands{{900, 50, 50}, {10, 80, 10}, {50, 50, 900}}, polarity.Bands{{20, 0, 0}, {5, 10, 5}, {0, 0, 20}}, false},
		"nothing to go by":  {polarity.Bands{}, polarity.Bands{{20, 0, 0}, {5, 10, 5}, {0, 0, 20}}, false},
		"nobody rated here": {tested, polarity.Bands{}, false},
	} {
		if got := doubt(c.tested, c.own); (got != "") != c.doubted {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A model calls the remarks that it learnt from better than any other. Undoing
// the errors that it makes on others would move the shares of these away from
// what they are.
func TestSharesHoldAfterTraining(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	rng := rand.New(rand.NewPCG(3, 5))
	var ids []minyi.AnswerID
	bad := 0
	for i := range 900 {
		level, text := minyi.Level(5), around(i, "像坐火箭一样弄妥了")
		if rng.Float64() < .35 {
			level, text = 1, around(i, "像蜗牛爬还在原地")
			bad++
		}
		if rng.Float64() < .5 { // says nothing of how it was: the rating alone does
			text = around(i, "")
		}
		id := minyi.AnswerID(fmt.Sprint("h", i))
		b.survey.put(t, minyi.Remark{Answer: id, Day: "2026-11-20", Respondent: string(id), Overall: level, Counts: true}, text)
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	if reply, err := b.Train(t.Context(), TrainRequest{Task: TaskPolarity, Force: true}); err != nil || !reply.Taken {
		t.Fatalf("%+v, %v", reply, err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	if err := b.tenant(minyi.DefaultTenant).switchOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := b.Shares(t.Context(), SharesRequest{})
	if err != nil || !got.Corrected {
		t.Fatalf("%+v, %v", got, err)
	}
	if truth := float64(bad) / 900; math.Abs(got.Shares[0].Value-truth) > .02 || got.Shares[0].Low > truth || got.Shares[0].High < truth {
		t.Errorf("complaints %+v, truth %.3f, called %v", got.Shares[0], truth, got.Said)
	}
}
