package nlp

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/testenv"
)

// The installation's own words change while the service runs: a faulty file
// changes nothing, a good one is used by what lands next, and the past is cut
// anew and switches over.
func TestUserWordsAreFollowed(t *testing.T) {
	file := []byte("青柠小馆 n\n")
	var log strings.Builder
	survey := newFakeSurvey(t)
	clocks := clock.NewStepping(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	s, err := New(Deps{DB: testenv.DB(t), Bus: testenv.Bus(t), Box: testenv.Secrets(t), Clock: clocks.Clock(),
		Log: slog.New(slog.NewTextHandler(&log, nil)), Survey: survey,
		Config: Config{MinRespondents: 1, UserDictionary: file, ReadDictionary: func() ([]byte, error) { return file, nil }}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.own.Close()
	b := &bench{Service: s, survey: survey, clock: clocks}
	b.say(t, "a1", "w", "u1", "青柠积分券又没有货了")
	step := func() {
		clocks.Advance(time.Second)
		s.followUserWords()
		s.followUserWords()
		if _, err := s.keepUp(t.Context(), minyi.DefaultTenant, 0); err != nil {
			t.Fatal(err)
		}
	}
	step()
	before := s.base().Version()
	if log.Len() > 0 && strings.Contains(log.String(), "taken into use") {
		t.Error("a file that did not change was taken again")
	}
	words := func() []string {
		clocks.Advance(time.Second)
		got, err := s.HotWords(t.Context(), minyi.HotWordsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, w := range got.Words {
			out = append(out, w.Word)
		}
		return out
	}
	if got := words(); slices.Contains(got, "青柠积分券") {
		t.Fatalf("known before it was told: %v", got)
	}
	file = []byte("青柠积分券 n\n坏行 -3 n\n")
	step()
	step()
	if s.base().Version() != before || strings.Count(log.String(), "level=WARN") != 1 || !strings.Contains(log.String(), "2") {
		t.Errorf("a faulty file: version %s, log\n%s", s.base().Version(), log.String())
	}
	var readers sync.WaitGroup
	for range 4 { // cut while the instances change places
		readers.Go(func() {
			for range 300 {
				s.base().Analyse("青柠积分券夜间施工噪音扰民")
			}
		})
	}
	file = []byte("青柠积分券 n\n")
	step()
	readers.Wait()
	if s.base().Version() == before {
		t.Fatal("the new words were not taken")
	}
	if got := words(); !slices.Contains(got, "青柠积分券") {
		t.Errorf("the past was not cut anew: %v", got)
	}
	b.say(t, "a2", "x", "u1", "青柠积分券好远")
	if st, err := s.Status(t.Context(), ""); err != nil || st.Model != s.base().Version() || st.Job != nil {
		t.Errorf("%+v, %v", st, err)
	}
}
