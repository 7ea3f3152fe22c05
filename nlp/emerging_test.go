package nlp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

func TestMaskedWordsLeaveNoParts(t *testing.T) {
	tokens := []token.Token{{Text: "丽发"}, {Text: "新城"}, {Text: "旁边"}, {Text: "丽"}, {Text: "发新城东"}, {Text: "老丽发新城区"}}
	if got := uncovered(tokens, phrase.NewTable([]string{"丽发新城"})); len(got) != 1 || got[0].Text != "旁边" {
		t.Errorf("got %v", got)
	}
}

func TestIssuesAndAlerts(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 3})
	day := func(back int) string {
		return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -back).Format(time.DateOnly)
	}
	var ids []minyi.AnswerID
	put := func(back int, text string) {
		id := minyi.AnswerID(fmt.Sprint("a", len(ids)))
		b.survey.put(t, minyi.Remark{Answer: id, Unit: "u1", Day: day(back), Respondent: fmt.Sprint("p", len(ids)), Counts: true}, text)
		ids = append(ids, id)
	}
	for back := range 63 {
		put(back, fmt.Sprintf("公交车班次太少,第%d次等了很久", back))
	}
	for i := range 25 {
		put(i%5, "丽发新城旁边的搅拌站粉尘和噪音扰民,搅拌站夜间不停工")
	}
	for i := range 12 { // one person, again and again
		id := minyi.AnswerID(fmt.Sprint("loud", i))
		b.survey.put(t, minyi.Remark{Answer: id, Unit: "u1", Day: day(i % 6), Respondent: "loud", Counts: true}, "消防通道被占用")
		ids = append(ids, id)
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	issues, err := b.Issues(t.Context(), IssuesRequest{})
	if err != nil || len(issues.Issues) == 0 {
		t.Fatalf("%+v, %v", issues, err)
	}
	found := false
	for _, is := range issues.Issues {
		found = found || is.People == 25 && len(is.Examples) > 0 && strings.Contains(strings.Join(is.Words, " "), "搅拌站")
	}
	if !found {
		t.Errorf("the incident is missing: %+v", issues.Issues)
	}
	alerts, err := b.Alerts(t.Context(), AlertsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Alert{}
	for _, a := range alerts.Alerts {
		seen[a.Kind+" "+a.Name] = a
	}
	a, ok := seen["word 噪音扰民"]
	if !ok || !a.Rise || a.Since < day(6) || len(a.Examples) == 0 {
		t.Errorf("the rise of 噪音扰民: %+v in %v", a, alerts.Alerts)
	}
	for _, quiet := range []string{"word 公交车", "word 消防通道"} {
		if _, alarmed := seen[quiet]; alarmed {
			t.Errorf("%s raised an alert: steady, or one person's", quiet)
		}
	}
	if _, err := b.Alerts(t.Context(), AlertsRequest{Slice: minyi.Slice{To: "昨天"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a bad day: %v", err)
	}
}

// Lists come in days late: what is not in yet has not fallen.
func TestWhatIsNotImportedYetHasNotFallen(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 3})
	var ids []minyi.AnswerID
	for back := 4; back < 70; back++ {
		for k := range 6 {
			id := minyi.AnswerID(fmt.Sprint("l", len(ids)))
			day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -back).Format(time.DateOnly)
			b.survey.put(t, minyi.Remark{Answer: id, Unit: minyi.UnitID(fmt.Sprint("u", k%2+1)), Day: day, Respondent: string(id), Counts: true}, "公交车班次太少")
			ids = append(ids, id)
		}
	}
	b.land(t, ids...)
	b.clock.Advance(time.Second)
	got, err := b.Alerts(t.Context(), AlertsRequest{})
	if err != nil || len(got.Alerts) != 0 || got.Day != "2026-11-18" || got.Series == 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// In the first days of a hotline, and where one person without a name sends the
// same letter on and on, nothing has risen.
func TestAFirstWeekAndALoudStrangerAreNoRise(t *testing.T) {
	b := newBench(t, Config{MinRespondents: 3})
	var ids []minyi.AnswerID
	put := func(back int, text string) {
		id := minyi.AnswerID(fmt.Sprint("v", len(ids)))
		day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -back).Format(time.DateOnly)
		b.survey.put(t, minyi.Remark{Answer: id, Unit: "u1", Day: day, Counts: true}, text)
		ids = append(ids, id)
	}
	for i := range 90 {
		put(i%9, fmt.Sprintf("公交车班次太少,第%d次等了很久", i))
	}
	look := func() []Alert {
		t.Helper()
		b.land(t, ids...)
		b.clock.Advance(time.Second)
		got, err := b.Alerts(t.Context(), AlertsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Alerts
	}
	if got := look(); len(got) != 0 {
		t.Errorf("nine days old: %+v", got[0])
	}
	for i := range 400 {
		put(i%60, fmt.Sprintf("公交车班次太少,第%d次等了很久", 100+i))
	}
	for range 40 {
		put(1, "丽发新城旁边的搅拌站粉尘和噪音扰民,搅拌站夜间不停工,已经投诉多次")
	}
	for _, a := range look() {
		if a.Kind == "word" && a.Name == "噪音扰民" {
			t.Errorf("forty copies: %+v", a.Alert)
		}
	}
}
