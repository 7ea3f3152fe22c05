package nlp

import (
	"fmt"
	"testing"
	"time"

	"minyi"
)

func TestStandouts(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 3})
	var ids []minyi.AnswerID
	put := func(unit minyi.UnitID, text string) {
		id := minyi.AnswerID(fmt.Sprint("a", len(ids)))
		b.survey.put(t, minyi.Remark{Answer: id, Unit: unit, Audience: minyi.Resident, Day: "2026-11-20", Respondent: string(id), Counts: true}, text)
		ids = append(ids, id)
	}
	for i := range 60 {
		put("u1", around(i, "搅拌站噪音扰民"))
		put("u2", around(i+100, "公交车太少"))
		put("u3", around(i+200, "物业费太贵"))
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	got, err := b.Standouts(t.Context(), StandoutsRequest{Slice: minyi.Slice{Unit: "u1"}})
	if err != nil || got.In != 60 || got.Background != 120 || len(got.Words) == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, w := range got.Words {
		if w.Word != "搅拌站" && w.Word != "噪音扰民" {
			t.Errorf("%+v stands out", w)
		}
	}
	if all, err := b.Standouts(t.Context(), StandoutsRequest{}); err != nil || len(all.Words) != 0 {
		t.Errorf("everything stands out against nothing: %+v, %v", all, err)
	}
}
