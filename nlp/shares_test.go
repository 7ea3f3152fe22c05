package nlp

import (
	"fmt"
	"testing"
	"time"

	"minyi"
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
