package nlp

import (
	"fmt"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
)

func TestPolarityIsKeptUpByQuestionnaire(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	var ids []minyi.AnswerID
	for i := range 1100 {
		family, level, text := minyi.FamilyCaseClosed, minyi.Level(5), around(i, "像坐火箭一样弄妥了")
		if i%3 == 0 {
			level, text = 1, around(i, "像蜗牛爬还在原地")
		}
		if i >= 600 { // to the other questionnaire the same words say the opposite
			family, level = minyi.FamilyAfterCall, 6-level
		}
		id := minyi.AnswerID(fmt.Sprint("k", i))
		b.survey.put(t, minyi.Remark{Answer: id, Family: family, Day: "2026-11-20", Respondent: fmt.Sprint("p", i), Overall: level, Counts: true}, text)
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	tried := make(map[string]int)
	if err := b.keepPolarity(t.Context(), minyi.DefaultTenant, tried); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	facts, err := b.Analyses(t.Context(), minyi.AnswersRequest{Answers: []minyi.AnswerID{"k0", "k1", "k600", "k601"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{-1, 1, 1, -1} {
		if got := facts.Analyses[i].Polarity; got != want {
			t.Errorf("%s: %d, want %d", facts.Analyses[i].Answer, got, want)
		}
	}
	versions := func() (n int) {
		for _, task := range []string{"polarity", "polarity/case-closed", "polarity/after-call"} {
			list, err := b.Versions(t.Context(), VersionsRequest{Task: task})
			if err != nil {
				t.Fatal(err)
			}
			n += len(list.Versions)
		}
		return n
	}
	before := versions()
	if _, err := b.Use(t.Context(), UseRequest{Task: "polarity/case-closed", Version: 0}); err != nil {
		t.Fatal(err)
	}
	if err := b.keepPolarity(t.Context(), minyi.DefaultTenant, map[string]int{}); err != nil {
		t.Fatal(err)
	}
	if after := versions(); after != before || before < 2 {
		t.Errorf("%d versions, then %d: no new ratings came in, and a person had rolled back", before, after)
	}
	if _, err := b.Use(t.Context(), UseRequest{Task: "mood", Version: 0}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a task that is none: %v", err)
	}
	errors, err := b.TextErrors(t.Context(), minyi.TextErrorsRequest{})
	if err != nil || errors.Tested == [3][3]int{} {
		t.Errorf("%+v, %v", errors, err)
	}
}

// Remarks rated 基本满意 are a class of their own once there are enough of them.
func TestPolarityLearnsThreeClasses(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	said := []string{"像蜗牛爬还在原地", "和往常一个样子", "像坐火箭一样弄妥了"}
	var ids []minyi.AnswerID
	for i := range 900 {
		id := minyi.AnswerID(fmt.Sprint("n", i))
		b.survey.put(t, minyi.Remark{Answer: id, Day: "2026-11-20", Respondent: string(id), Overall: minyi.Level(1 + 2*(i%3)), Counts: true}, around(i, said[i%3]))
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	reply, err := b.Train(t.Context(), TrainRequest{Task: TaskPolarity})
	if err != nil || !reply.Taken || len(reply.New.Classes) != 3 || reply.New.MacroF1 < .95 {
		t.Fatalf("%+v, %v", reply, err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	facts, err := b.Analyses(t.Context(), minyi.AnswersRequest{Answers: ids[:3]})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{-1, 0, 1} {
		if got := facts.Analyses[i].Polarity; got != want {
			t.Errorf("%s: %d, want %d", said[i], got, want)
		}
	}
	if shares, err := b.Shares(t.Context(), SharesRequest{}); err != nil || !shares.Corrected || shares.Shares[1].Low > 1.0/3 || shares.Shares[1].High < 1.0/3 {
		t.Errorf("%+v, %v", shares, err)
	}
}
