package nlp

import (
	"testing"
	"time"

	"minyi"
)

// TestWordsByPolarity: the same word is counted among negative or positive
// remarks alone where that is asked.
func TestWordsByPolarity(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "楼下噪音扰民，没有人管，非常不满意")
	b.say(t, "a2", "x", "u1", "噪音扰民的问题解决了，非常满意，感谢")
	b.clock.Advance(time.Second)
	for polarity, want := range map[string]int{"": 2, "negative": 1, "positive": 1, "neutral": 0} {
		reply, err := b.HotWords(t.Context(), minyi.HotWordsRequest{Polarity: polarity})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, w := range reply.Words {
			if w.Word == "噪音扰民" {
				got = w.Respondents
			}
		}
		if got != want {
			t.Errorf("%q: %d respondents, want %d", polarity, got, want)
		}
	}
	for _, bad := range []sliceQuery{{Polarity: "angry"}, {From: "2026/01/01"}, {From: "2026-02-01", To: "2026-01-01"}} {
		if bad.Validate() == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
