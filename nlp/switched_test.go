package nlp

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/stream"
	"minyi/internal/testenv"
)

// listen gathers what is announced to score.
func listen(t *testing.T, b *bench) func() map[minyi.AnswerID]int {
	t.Helper()
	var mu sync.Mutex
	heard := make(map[minyi.AnswerID]int)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		_ = b.bus.Consume(ctx, minyi.TopicAnswerAnalysed, "score", stream.Options{}, func(_ context.Context, batch []stream.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			for _, d := range batch {
				var e minyi.AnswerAnalysed
				if err := json.Unmarshal(d.Body, &e); err != nil {
					return err
				}
				heard[e.Answer]++
			}
			return nil
		})
	})
	t.Cleanup(func() { stop(); running.Wait() })
	return func() map[minyi.AnswerID]int {
		mu.Lock()
		defer mu.Unlock()
		out := make(map[minyi.AnswerID]int, len(heard))
		for id, n := range heard {
			out[id] = n
		}
		return out
	}
}

// A process that is killed between judging the past anew and telling score
// leaves a successor that tells every answer whose verdict changed, also those
// that the dead process had judged.
func TestAKilledReanalysisIsToldInFull(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	var ids []minyi.AnswerID
	for i := range 40 {
		id := minyi.AnswerID(fmt.Sprint("k", i))
		b.survey.put(t, minyi.Remark{Answer: id, Day: "2026-11-20", Respondent: string(id), Counts: true}, around(i, "蓝鲸驿站没有货"))
		ids = append(ids, id)
	}
	told := listen(t, b)
	times := func(n int) func() bool {
		return func() bool {
			heard := told()
			for _, id := range ids {
				if heard[id] != n {
					return false
				}
			}
			return true
		}
	}
	b.land(t, ids...)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, 10*time.Second, times(1), "what landed was not told once")
	teach(t, b, 120)
	b.clock.Advance(time.Second)
	if _, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic}); err != nil {
		t.Fatal(err)
	}
	// Half of the past is judged; then the process dies.
	set, err := b.readSettings(t.Context(), minyi.DefaultTenant)
	if err != nil {
		t.Fatal(err)
	}
	target, err := b.wanted(t.Context(), minyi.DefaultTenant)
	if err != nil {
		t.Fatal(err)
	}
	half := make(map[string]verdict)
	docs, err := b.store.analyses.GetMany(t.Context(), []string{"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"})
	if err != nil {
		t.Fatal(err)
	}
	for id, d := range docs {
		half[id] = b.verdictAnew(&d.Body, set.Body.Active, target)
	}
	if err := b.putVerdicts(t.Context(), set.Body.Active, half); err != nil {
		t.Fatal(err)
	}
	if err := b.tell(t.Context(), minyi.DefaultTenant, len(half)); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, 10*time.Second, times(2), "answers judged before the kill were not told")
	// The queue may be lost: they are told once more after a while, and then no
	// more.
	b.clock.Advance(tellAgain)
	for range 2 {
		if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
			t.Fatal(err)
		}
	}
	testenv.Eventually(t, 10*time.Second, times(3), "not told again")
	if set, err = b.readSettings(t.Context(), minyi.DefaultTenant); err != nil || set.Body.Switched != nil {
		t.Errorf("told for ever: %+v, %v", set.Body.Switched, err)
	}
}

// A killed job goes on counting where it was, and one begun for models that are
// no longer wanted stands back.
func TestAJobGoesOnAndStandsBack(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "公交车班次太少")
	target := b.base()
	job, err := b.begin(t.Context(), minyi.DefaultTenant, target, nil)
	if err != nil || job == nil || job.Total != 1 {
		t.Fatalf("%+v, %v", job, err)
	}
	if err := b.tell(t.Context(), minyi.DefaultTenant, 700); err != nil {
		t.Fatal(err)
	}
	if job, err = b.begin(t.Context(), minyi.DefaultTenant, target, nil); err != nil || job.Done != 700 {
		t.Errorf("progress fell back: %+v, %v", job, err)
	}
	if job, err = b.begin(t.Context(), minyi.DefaultTenant, target, map[string]int{TaskTopic: 4}); err != nil || job != nil {
		t.Errorf("begun for versions that nobody wants: %+v, %v", job, err)
	}
}
