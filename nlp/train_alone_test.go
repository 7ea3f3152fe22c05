package nlp

import (
	"fmt"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
)

// TestTrainWithoutLabels: the taxonomy's words label the clearest remarks, and
// what stands beside them is learnt from these.
func TestTrainWithoutLabels(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a", "w", "u1", "蓝鲸驿站货架空空")
	if got := topicOf(t, b, "a"); got != "待定" {
		t.Fatalf("known before anything was learnt: %s", got)
	}
	if _, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic}); !fault.Is(err, fault.Invalid) {
		t.Errorf("learnt from a single remark: %v", err)
	}
	said := []string{"快递丢件投递慢蓝鲸驿站货架空空", "夜间施工噪音扰民云杉步道木板断裂"}
	var ids []minyi.AnswerID
	for i := range leastAlone {
		id := minyi.AnswerID(fmt.Sprintf("r%d", i))
		b.survey.put(t, minyi.Remark{Answer: id, Family: minyi.FamilyCaseClosed, Unit: "u1", Audience: minyi.Resident,
			Channel: minyi.ChannelPage, Day: "2026-11-20", Respondent: string(id), Counts: true}, around(i, said[i%2]))
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	reply, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic})
	if err != nil || !reply.Taken || reply.Version != 1 || reply.Unlabelled < leastAlone || reply.New.N != 0 || reply.Why == "" {
		t.Fatalf("%+v, %v", reply, err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	if got := topicOf(t, b, "a"); got != "交通运输" {
		t.Errorf("after learning without labels: %s", got)
	}
	teach(t, b, 120)
	b.clock.Advance(time.Second)
	if reply, err = b.Train(t.Context(), TrainRequest{Task: TaskTopic}); err != nil || !reply.Taken || reply.Current.N == 0 || reply.Current.MacroF1 >= reply.New.MacroF1 {
		t.Fatalf("labels against what was learnt without: %+v, %v", reply, err)
	}
}
