package nlp

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/fault"
	"minyi/internal/secret"
	"minyi/internal/testenv"
	"minyi/nlp/jieba"
)

// shared is one segmenter for all tests of the package.
var shared = sync.OnceValues(func() (*jieba.Segmenter, error) { return jieba.New(jieba.Dictionary{}) })

func segmenter(t testing.TB) *jieba.Segmenter {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fakeSurvey answers with the remarks that a test put into it.
type fakeSurvey struct {
	mu      sync.Mutex
	box     *secret.Box
	remarks map[minyi.AnswerID]minyi.Remark
	units   []minyi.Unit
}

func newFakeSurvey(t testing.TB) *fakeSurvey {
	return &fakeSurvey{box: testenv.Secrets(t), remarks: map[minyi.AnswerID]minyi.Remark{}, units: []minyi.Unit{{ID: "u1"}, {ID: "u2"}, {ID: "u3"}}}
}

func (f *fakeSurvey) put(t testing.TB, r minyi.Remark, text string) {
	t.Helper()
	sealed, err := f.box.Seal(text)
	if err != nil {
		t.Fatal(err)
	}
	r.Text = sealed
	if r.Rev == 0 {
		r.Rev = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remarks[r.Answer] = r
}

func (f *fakeSurvey) drop(id minyi.AnswerID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.remarks, id)
}

func (f *fakeSurvey) Remarks(_ context.Context, req minyi.AnswersRequest) (minyi.RemarksReply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var reply minyi.RemarksReply
	for _, id := range req.Answers {
		if r, ok := f.remarks[id]; ok {
			reply.Remarks = append(reply.Remarks, r)
		}
	}
	return reply, nil
}

func (f *fakeSurvey) Units(context.Context, minyi.UnitsRequest) (minyi.UnitsReply, error) {
	return minyi.UnitsReply{Units: f.units}, nil
}

type bench struct {
	*Service
	survey *fakeSurvey
	clock  *clock.Stepping
}

func newBench(t testing.TB, cfg Config) *bench {
	t.Helper()
	b := &bench{survey: newFakeSurvey(t), clock: clock.NewStepping(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))}
	s, err := New(Deps{DB: testenv.DB(t), Bus: testenv.Bus(t), Box: testenv.Secrets(t), Clock: b.clock.Clock(),
		Log: slog.New(slog.DiscardHandler), Survey: b.survey, Segmenter: segmenter(t), Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = s
	return b
}

// land analyses answers as if their events had come.
func (b *bench) land(t testing.TB, ids ...minyi.AnswerID) {
	t.Helper()
	b.clock.Advance(time.Second)
	if err := b.analyse(t.Context(), minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) say(t testing.TB, id minyi.AnswerID, who, unit, text string) {
	t.Helper()
	b.survey.put(t, minyi.Remark{Answer: id, Family: minyi.FamilyCaseClosed, Unit: minyi.UnitID(unit), Audience: minyi.Resident,
		Channel: minyi.ChannelPage, Day: "2026-11-20", Respondent: who, Counts: true}, text)
	b.land(t, id)
}

func wordsIn(t testing.TB, b *bench, slice minyi.Slice) map[string]minyi.HotWord {
	t.Helper()
	b.clock.Advance(time.Second)
	reply, err := b.HotWords(t.Context(), minyi.HotWordsRequest{Slice: slice, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]minyi.HotWord{}
	for _, w := range reply.Words {
		out[w.Word] = w
	}
	return out
}

func TestRespondentsAreCountedOnce(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "wang", "u1", "工地夜间施工噪音扰民,噪音扰民,没人管")
	b.say(t, "a2", "wang", "u1", "又来反映噪音扰民")
	b.say(t, "a3", "li", "u2", "噪音扰民的问题解决了,非常满意")
	b.say(t, "a4", "zhao", "u2", "满意")
	w := wordsIn(t, b, minyi.Slice{})["噪音扰民"]
	if w.Respondents != 2 {
		t.Errorf("got %d respondents, want 2", w.Respondents)
	}
	if w.Polarity >= 0 || w.Polarity <= -1 {
		t.Errorf("polarity %.2f of two complaints and a praise", w.Polarity)
	}
	all, err := b.HotWords(t.Context(), minyi.HotWordsRequest{})
	if err != nil || all.Respondents != 2 {
		t.Errorf("%d respondents with content, %v", all.Respondents, err)
	}
}

func TestWordsNeedTheMinimum(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 3})
	for i := range 3 {
		b.say(t, minyi.AnswerID(fmt.Sprint("a", i)), fmt.Sprint("p", i), "u1", "地下车库积水严重")
	}
	b.say(t, "b", "q", "u1", "老旧小区没有电梯")
	got := wordsIn(t, b, minyi.Slice{})
	if got["地下车库"].Respondents != 3 {
		t.Errorf("got %v", got)
	}
	if _, shown := got["老旧小区"]; shown {
		t.Error("a word of one respondent is shown")
	}
}

func TestSlices(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.survey.units = []minyi.Unit{{ID: "city"}, {ID: "u1", Parent: "city"}, {ID: "u2", Parent: "city"}, {ID: "u11", Parent: "u1"}}
	b.say(t, "a1", "w", "u11", "地下车库积水")
	b.say(t, "a2", "x", "u2", "公交车班次太少")
	b.survey.put(t, minyi.Remark{Answer: "a3", Unit: "u2", Audience: minyi.Enterprise, Day: "2026-10-01", Respondent: "y", Counts: true}, "营业执照办理太慢")
	b.land(t, "a3")
	for name, c := range map[string]struct {
		slice minyi.Slice
		want  []string
		not   []string
	}{
		"parent unit": {minyi.Slice{Unit: "u1"}, []string{"地下车库"}, []string{"公交车"}},
		"root unit":   {minyi.Slice{Unit: "city"}, []string{"地下车库", "公交车", "营业执照"}, nil},
		"audience":    {minyi.Slice{Audience: minyi.Enterprise}, []string{"营业执照"}, []string{"公交车"}},
		"period":      {minyi.Slice{From: "2026-11-01", To: "2026-11-30"}, []string{"公交车"}, []string{"营业执照"}},
	} {
		got := wordsIn(t, b, c.slice)
		for _, w := range c.want {
			if got[w].Respondents != 1 {
				t.Errorf("%s: %s is missing in %v", name, w, got)
			}
		}
		for _, w := range c.not {
			if _, in := got[w]; in {
				t.Errorf("%s: %s is in", name, w)
			}
		}
	}
	if _, err := b.HotWords(t.Context(), minyi.HotWordsRequest{Slice: minyi.Slice{Unit: "nosuch"}}); !fault.Is(err, fault.Invalid) || fault.As(err).Field != "unit" {
		t.Errorf("a unit that there is not: %v", err)
	}
}

func TestOnlyTheMaskedTextIsStored(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "我叫张伟，电话13800138000，小区噪音扰民没人管")
	d, err := b.store.analyses.Get(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"张伟", "13800138000"} {
		if strings.Contains(fmt.Sprintf("%+v", d.Body), secret) {
			t.Errorf("%s is stored", secret)
		}
	}
	if !strings.Contains(d.Body.Text, "138****8000") {
		t.Errorf("got %q", d.Body.Text)
	}
	if got := decodeCuts(d.Body.Text, d.Body.Cuts); len(got) == 0 {
		t.Error("the cuts do not fit the text")
	}
}

func TestErasureAndRevisions(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	b.say(t, "a1", "w", "u1", "地下车库积水")
	b.survey.put(t, minyi.Remark{Answer: "a1", Rev: 2, Day: "2026-11-20", Respondent: "w", Counts: false}, "地下车库积水")
	b.land(t, "a1")
	if got := wordsIn(t, b, minyi.Slice{}); len(got) != 0 {
		t.Errorf("a set-aside remark still counts: %v", got)
	}
	b.survey.drop("a1")
	b.land(t, "a1")
	d, err := b.store.analyses.Get(t.Context(), "a1")
	if err != nil || d.Body.Text != "" {
		t.Errorf("an erased remark is still there: %+v, %v", d.Body, err)
	}
	stale := map[string]analysis{"a1": {Tenant: minyi.DefaultTenant, Rev: 2, Text: "旧"}}
	if err := b.write(t.Context(), stale); err != nil {
		t.Fatal(err)
	}
	if d, _ = b.store.analyses.Get(t.Context(), "a1"); d.Body.Text != "" {
		t.Error("a stale worker brought an erased remark back")
	}
}

func TestRunConsumesAndAnnounces(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	b.survey.put(t, minyi.Remark{Answer: "a1", Day: "2026-11-20", Respondent: "w", Counts: true}, "地下车库积水")
	if err := b.bus.Publish(ctx, minyi.TopicAnswerLanded, minyi.AnswerLanded{Tenant: minyi.DefaultTenant, Answer: "a1"}); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, 10*time.Second, func() bool {
		n, err := b.bus.Backlog(ctx, minyi.TopicAnswerAnalysed, "score")
		return err == nil && n == 1
	}, "answer.analysed")
	cancel()
	if err := <-done; err != nil && ctx.Err() == nil {
		t.Error(err)
	}
}

func TestPhrasesAreLearntAndSwitchOver(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 1})
	for i := range 60 {
		text := []string{"智慧食堂饭菜可口", "老人都爱去智慧食堂吃饭", "希望多开几家智慧食堂", "街口的智慧食堂关门了"}[i%4]
		b.say(t, minyi.AnswerID(fmt.Sprint("a", i)), fmt.Sprint("p", i), "u1", text+fmt.Sprint("(第", i, "次)"))
	}
	if _, early := wordsIn(t, b, minyi.Slice{})["智慧食堂"]; early {
		t.Fatal("the phrase was known before it was learnt: choose another")
	}
	if err := b.LearnPhrases(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	if err := b.tenant(minyi.DefaultTenant).switchOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := wordsIn(t, b, minyi.Slice{})["智慧食堂"]; got.Respondents != 60 {
		t.Errorf("after learning: %+v", got)
	}
}

func TestFaultyUserDictionaryIsRefused(t *testing.T) {
	_, err := New(Deps{DB: testenv.DB(t), Bus: testenv.Bus(t), Box: testenv.Secrets(t), Survey: newFakeSurvey(t),
		Config: Config{UserDictionary: []byte("老旧小区 0 n\n")}})
	if err == nil || !strings.Contains(err.Error(), "nlp.user_dictionary:1") {
		t.Errorf("got %v", err)
	}
}
