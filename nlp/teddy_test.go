package nlp

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"minyi"
	"minyi/internal/testenv"
)

// letter is one of 4,326 real messages to a mayor's mailbox.
type letter struct{ id, user, day, text string }

func letters(t testing.TB) []letter {
	t.Helper()
	f, err := os.Open(testenv.Data(t, "text/teddy_messages_2019.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []letter
	for _, r := range rows[1:] {
		day, err := time.Parse("2006-1-2", strings.ReplaceAll(strings.Fields(r[2])[0], "/", "-"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, letter{r[0], r[1], day.Format(time.DateOnly), r[3] + "\n" + r[4]})
	}
	return out
}

// landLetters takes the letters through the service, as an import would.
func landLetters(t testing.TB, b *bench) int {
	all := letters(t)
	var ids []minyi.AnswerID
	for _, l := range all {
		b.survey.put(t, minyi.Remark{Answer: minyi.AnswerID(l.id), Day: l.day, Respondent: l.user, Audience: minyi.Resident, Counts: true}, l.text)
		ids = append(ids, minyi.AnswerID(l.id))
	}
	for part := range slices.Chunk(ids, 100) {
		b.land(t, part...)
	}
	return len(all)
}

// TestTopFifty prints the top 50 hot words of the letters for docs/benchmarks.md:
//
//	go test ./nlp -run TestTopFifty -v
func TestTopFifty(t *testing.T) {
	b := newBench(t, Config{})
	start := time.Now()
	n := landLetters(t, b)
	landed := time.Since(start)
	start = time.Now()
	if err := b.LearnPhrases(t.Context(), minyi.DefaultTenant); err != nil {
		t.Fatal(err)
	}
	learnt := time.Since(start)
	b.clock.Advance(time.Second)
	start = time.Now()
	words, err := b.HotWords(t.Context(), minyi.HotWordsRequest{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d letters analysed and stored in %v, phrases learnt in %v, words after a cold start in %v", n, landed.Round(time.Millisecond), learnt.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	for i := 0; i < len(words.Words); i += 10 {
		var line []string
		for _, w := range words.Words[i:min(i+10, len(words.Words))] {
			line = append(line, fmt.Sprintf("%s %d", w.Word, w.Respondents))
		}
		t.Log(strings.Join(line, ", "))
	}
	checkTop(t, words.Words)
	topics, err := b.Topics(t.Context(), minyi.TopicsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range topics.Topics {
		t.Logf("%s %d (%d negative)", c.Topic, c.Remarks, c.Negative)
	}
}

func checkTop(t *testing.T, words []minyi.HotWord) {
	t.Helper()
	have := map[string]bool{}
	for _, w := range words {
		have[w.Word] = true
		for _, r := range w.Word {
			if !unicode.Is(unicode.Han, r) {
				t.Errorf("%s holds %q: punctuation, a number or a place code", w.Word, r)
			}
		}
	}
	if len(words) != 50 {
		t.Errorf("%d words", len(words))
	}
	for _, w := range []string{"噪音扰民", "地下车库", "捆绑销售车位"} {
		if !have[w] {
			t.Errorf("%s is missing", w)
		}
	}
	for _, w := range strings.Fields("领导 希望 请问 尊敬 您好 投诉 解决 处理 没有 问题 小区 部门 政府 情况 相关 西地省 书记 老百姓 影响 购买 扰民 施工 规划 建设") {
		if have[w] {
			t.Errorf("%s is in: boilerplate, a place or a single verb", w)
		}
	}
}
