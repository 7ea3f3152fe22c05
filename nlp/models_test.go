package nlp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
)

// around puts a few words of a large pool around what is said, so that no two
// texts are near-duplicates.
func around(i int, said string) string {
	rng := rand.New(rand.NewPCG(11, uint64(i)))
	pool := strings.Fields("早上 路过 看见 楼梯 门牌 雨天 阳伞 大人 奶茶 石阶 拐角 河边 灯笼 纸箱 玻璃 午饭 猫咪 风筝 毛线 木椅 海报 钥匙 黄昏 胡同 栏杆 花盆 邮筒 雪糕 书包 砖墙 竹竿 棉被 藤椅 茶壶 油画 铜锁 布鞋 瓷碗 麻绳 铁门")
	var b strings.Builder
	for k := range 8 {
		if k == 4 {
			b.WriteString(said)
		}
		b.WriteString(pool[rng.IntN(len(pool))])
	}
	return b.String()
}

// complaints are remarks of two topics whose words no taxonomy has.
func complaints(i int) (text, label string) {
	if i%2 == 0 {
		return around(i, "蓝鲸驿站货架空空"), "商贸旅游"
	}
	return around(i, "云杉步道木板断裂"), "城乡建设"
}

func teach(t *testing.T, b *bench, n int) {
	t.Helper()
	for i := range n {
		text, label := complaints(i)
		b.clock.Advance(time.Second)
		reply, err := b.AddLabels(t.Context(), LabelsRequest{Labels: []Label{{Text: text, Topic: label}}, Source: "file"})
		if err != nil || reply.Taken != 1 {
			t.Fatalf("%+v, %v", reply, err)
		}
	}
}

func topicOf(t *testing.T, b *bench, id minyi.AnswerID) string {
	t.Helper()
	facts, err := b.Analyses(t.Context(), minyi.AnswersRequest{Answers: []minyi.AnswerID{id}})
	if err != nil || len(facts.Analyses) != 1 {
		t.Fatalf("%+v, %v", facts, err)
	}
	return facts.Analyses[0].Topic
}

func TestTrainSwitchesOverAndRollsBack(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "蓝鲸驿站又没有货,店员爱答不理")
	if got := topicOf(t, b, "a1"); got != "待定" {
		t.Fatalf("known before it was taught: %s", got)
	}
	teach(t, b, 120)
	b.clock.Advance(time.Second)
	reply, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic})
	if err != nil || !reply.Taken || reply.Version != 1 || reply.New.MacroF1 < .9 || reply.New.N == 0 {
		t.Fatalf("%+v, %v", reply, err)
	}
	if got := topicOf(t, b, "a1"); got != "待定" {
		t.Errorf("switched over before the past was analysed anew: %s", got)
	}
	b.clock.Advance(time.Second)
	b.say(t, "a2", "x", "u1", "云杉步道的木板坏了")
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	if got := topicOf(t, b, "a1"); got != "商贸旅游" {
		t.Errorf("after the job: %s", got)
	}
	if got := topicOf(t, b, "a2"); got != "城乡建设" {
		t.Errorf("landed during the job: %s", got)
	}
	st, err := b.Status(t.Context(), "")
	if err != nil || st.Job != nil || st.Model != st.Wanted || !strings.Contains(st.Model, "topic-1") {
		t.Errorf("%+v, %v", st, err)
	}
	b.clock.Advance(time.Second)
	if _, err := b.Use(t.Context(), UseRequest{Task: TaskTopic, Version: 0}); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	if got := topicOf(t, b, "a1"); got != "待定" {
		t.Errorf("after rolling back: %s", got)
	}
	list, err := b.Versions(t.Context(), VersionsRequest{Task: TaskTopic})
	if err != nil || len(list.Versions) != 1 || list.Versions[0].InUse {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := b.Use(t.Context(), UseRequest{Task: TaskTopic, Version: 9}); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "9") {
		t.Errorf("a version that is none: %v", err)
	}
}

func TestASilentDowngradeIsRefused(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	words := map[string]string{"城乡建设": "物业 物业费 小区停车", "交通运输": "公交车 公交线路 出租车"}
	for i := range 60 {
		for label, w := range words {
			other := map[string]string{"城乡建设": "交通运输", "交通运输": "城乡建设"}[label]
			said := label
			if i%2 == 0 {
				said = other // labels at random: no model can learn them
			}
			b.clock.Advance(time.Second)
			if _, err := b.AddLabels(t.Context(), LabelsRequest{Labels: []Label{{Text: around(i, w), Topic: said}}, Source: "file"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.clock.Advance(time.Second)
	reply, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic})
	if err != nil {
		t.Fatal(err)
	}
	if reply.New.MacroF1 < reply.Current.MacroF1-0.005 && (reply.Taken || reply.Why == "") {
		t.Errorf("a worse model was taken: %+v", reply)
	}
	if reply.New.MacroF1 >= reply.Current.MacroF1-0.005 && !reply.Taken {
		t.Errorf("a model no worse was refused: %+v", reply)
	}
	forced, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic, Force: true})
	if err != nil || !forced.Taken {
		t.Errorf("%+v, %v", forced, err)
	}
}

func TestTrainingNeedsExamples(t *testing.T) {
	b := newBench(t, Config{})
	if _, err := b.Train(t.Context(), TrainRequest{Task: TaskTopic}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without labels: %v", err)
	}
	if _, err := b.Train(t.Context(), TrainRequest{Task: TaskPolarity}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without ratings: %v", err)
	}
	if _, err := b.Train(t.Context(), TrainRequest{Task: "mood"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown task: %v", err)
	}
}

func TestPolarityLearnsFromRatings(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	var ids []minyi.AnswerID
	for i := range 600 {
		level, text := minyi.Level(5), around(i, "像坐火箭一样弄妥了")
		if i%3 == 0 {
			level, text = 1, around(i, "像蜗牛爬还在原地")
		}
		id := minyi.AnswerID(fmt.Sprint("r", i))
		b.survey.put(t, minyi.Remark{Answer: id, Day: "2026-11-20", Respondent: fmt.Sprint("p", i), Overall: level, Counts: true}, text)
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	reply, err := b.Train(t.Context(), TrainRequest{Task: TaskPolarity})
	if err != nil || !reply.Taken || reply.New.MacroF1 <= reply.Current.MacroF1 {
		t.Fatalf("%+v, %v", reply, err)
	}
	b.clock.Advance(time.Second)
	if err := b.reanalyse(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	facts, err := b.Analyses(t.Context(), minyi.AnswersRequest{Answers: []minyi.AnswerID{"r0", "r1"}})
	if err != nil || facts.Analyses[0].Polarity != -1 || facts.Analyses[1].Polarity != 1 {
		t.Errorf("%+v, %v", facts, err)
	}
	b.survey.drop("r0")
	b.land(t, "r0")
	if _, err := b.store.examples.Get(t.Context(), exampleID(minyi.DefaultTenant, TaskPolarity, "r0", "")); !fault.Is(err, fault.NotFound) {
		t.Errorf("an erased remark still trains: %v", err)
	}
}

func TestPendingAndAPersonsTopic(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "蓝鲸驿站又没有货了")
	b.say(t, "a2", "x", "u1", "公交车班次太少")
	b.clock.Advance(time.Second)
	q, err := b.Pending(t.Context(), PendingRequest{})
	if err != nil || q.Total != 1 || q.Pending[0].Answer != "a1" || len(q.Topics) < 10 {
		t.Fatalf("%+v, %v", q, err)
	}
	b.clock.Advance(time.Second)
	if _, err := b.AddLabels(t.Context(), LabelsRequest{Labels: []Label{{Answer: "a1", Topic: "商贸旅游"}, {Answer: "none", Topic: "商贸旅游"}}, Source: "person"}); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if got := topicOf(t, b, "a1"); got != "商贸旅游" {
		t.Errorf("a person's topic does not hold: %s", got)
	}
	if q, err = b.Pending(t.Context(), PendingRequest{}); err != nil || q.Total != 0 {
		t.Errorf("still pending: %+v, %v", q, err)
	}
	b.survey.put(t, minyi.Remark{Answer: "a1", Rev: 2, Day: "2026-11-20", Respondent: "w", Counts: true}, "蓝鲸驿站又没有货了")
	b.land(t, "a1")
	if got := topicOf(t, b, "a1"); got != "商贸旅游" {
		t.Errorf("a new revision of the same words lost the person's topic: %s", got)
	}
}

func TestExplain(t *testing.T) {
	b := newBench(t, Config{})
	e, err := b.Explain(t.Context(), ExplainRequest{Text: "服务态度好,但噪音扰民处理太慢,电话13800138000"})
	if err != nil || len(e.Words) == 0 || strings.Contains(e.Text, "13800138000") {
		t.Fatalf("%+v, %v", e, err)
	}
	if e.Aspects[0].Polarity != 1 || e.Aspects[1].Polarity != -1 {
		t.Errorf("aspects: %+v", e.Aspects)
	}
}
