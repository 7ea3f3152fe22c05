package score_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/stream"
	"minyi/internal/testenv"
	"minyi/score"
	"minyi/score/methods"
	"minyi/score/scoretest"
)

var may = time.Date(2026, 5, 1, 12, 0, 0, 0, minyi.Shanghai)

var units = []minyi.Unit{{ID: "east", Name: "东区"}, {ID: "west", Name: "西区"}, {ID: "e1", Name: "东一街道", Parent: "east"}, {ID: "e2", Name: "东二街道", Parent: "east"}}

func service(t testing.TB, w *scoretest.World, bus *stream.Bus) *score.Service {
	t.Helper()
	s, err := score.New(score.Deps{DB: testenv.DB(t), Bus: bus, Clock: clock.NewStepping(may).Clock(), Survey: w, Words: w})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill puts answers into the world and counts them.
func fill(t testing.TB, s *score.Service, w *scoretest.World, syn *scoretest.Synthetic, n int) []minyi.AnswerID {
	t.Helper()
	var ids []minyi.AnswerID
	for range n {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		ids = append(ids, f.Answer)
	}
	if err := s.Count(context.Background(), minyi.DefaultTenant, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return ids
}

func figure(f *minyi.Figure, path string) *minyi.Figure {
	if f.Path == path {
		return f
	}
	for i := range f.Children {
		if hit := figure(&f.Children[i], path); hit != nil {
			return hit
		}
	}
	return nil
}

func rateOf(sheet minyi.Sheet, name string) minyi.Figure {
	for _, r := range sheet.Rates {
		if r.Path == name {
			return r
		}
	}
	return minyi.Figure{}
}

// TestFiguresFollowAnAnswer runs the workers over the bus: a landed answer
// shows, its analysis shows, and survey hears when each is in.
func TestFiguresFollowAnAnswer(t *testing.T) {
	w := scoretest.NewWorld(units...)
	bus := testenv.Bus(t)
	s := service(t, w, bus)
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	defer wg.Wait()
	defer stop()
	w.Put(minyi.AnswerFacts{Answer: "a1", Questionnaire: "q", Version: 1, Family: minyi.FamilyCaseClosed, Unit: "e1", Audience: minyi.Resident,
		Channel: minyi.ChannelPage, Day: "2026-05-01", Counts: true, Remark: true, Values: map[string]minyi.Value{minyi.TagHandling: {V: 4, K: 5}}})
	publish(t, bus, minyi.TopicAnswerLanded)
	sheet := func() minyi.Sheet {
		sheet, err := s.Sheet(ctx, minyi.SheetRequest{Slice: minyi.Slice{Unit: "east", From: "2026-05-01", To: "2026-05-31"}})
		if err != nil {
			t.Fatal(err)
		}
		return sheet
	}
	if _, err := s.Sheet(ctx, minyi.SheetRequest{Slice: minyi.Slice{Unit: "nosuch"}}); !fault.Is(err, fault.Invalid) || fault.As(err).Field != "unit" {
		t.Errorf("a unit that there is not: %v", err)
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return sheet().Answers == 1 }, "the answer shows above its unit")
	if w.SettledAt("a1") != 0 {
		t.Error("settled before its remark was analysed")
	}
	if f := figure(&[]minyi.Figure{sheet().Root}[0], "总体感知/企业和群众评价/开放性评价意见"); f.Excl != "待分析留言 1" {
		t.Errorf("the remark on its way is not told: %+v", f)
	}
	w.Analyse(minyi.TextFacts{Answer: "a1", Content: true, Polarity: -1})
	publish(t, bus, minyi.TopicAnswerAnalysed)
	testenv.Eventually(t, 10*time.Second, func() bool { return w.SettledAt("a1") == 1 }, "survey hears that the answer is in")
	testenv.Eventually(t, 10*time.Second, func() bool {
		root := sheet().Root
		f := figure(&root, "总体感知/企业和群众评价/开放性评价意见")
		return f.Score != nil && *f.Score == 0
	}, "the analysis shows")
}

func publish(t *testing.T, bus *stream.Bus, topic minyi.Topic) {
	t.Helper()
	if err := bus.Publish(context.Background(), topic, minyi.AnswerLanded{Tenant: minyi.DefaultTenant, Answer: "a1"}); err != nil {
		t.Fatal(err)
	}
}

// TestEveryPeriodAddsUp asks for the same answers by year, by month, by day
// and by odd spans, and adds them up by hand.
func TestEveryPeriodAddsUp(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	fill(t, s, w, scoretest.NewSynthetic(1, time.Date(2025, 11, 20, 12, 0, 0, 0, minyi.Shanghai), 400, "e1", "e2", "west"), 900)
	rows, err := w.AnswerRows(context.Background(), minyi.AnswerRowsRequest{Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	for _, span := range [][2]string{{"", ""}, {"2026-01-01", "2026-12-31"}, {"2025-12-01", "2026-02-28"}, {"2025-11-25", "2026-03-07"},
		{"2026-03-03", "2026-03-03"}, {"2025-11-25", ""}, {"", "2026-06-15"}, {"2025-12-31", "2026-01-01"}, {"2025-11-20", "2026-12-24"}} {
		for _, unit := range []minyi.UnitID{"", "east", "e1"} {
			for _, channel := range []minyi.Channel{"", minyi.ChannelSMS} {
				want, good := 0, 0
				for _, r := range rows.Rows {
					below := unit == "" || r.Unit == unit || unit == "east" && (r.Unit == "e1" || r.Unit == "e2")
					if below && (span[0] == "" || r.Day >= span[0]) && (span[1] == "" || r.Day <= span[1]) && (channel == "" || r.Channel == channel) {
						want++
						if r.Values[minyi.TagHandling].V >= 3 {
							good++
						}
					}
				}
				sheet, err := s.Sheet(context.Background(), minyi.SheetRequest{Slice: minyi.Slice{Unit: unit, From: span[0], To: span[1], Channel: channel}})
				if err != nil {
					t.Fatal(err)
				}
				r := rateOf(sheet, "办理满意率")
				if sheet.Answers != want || want > 0 && (*r.Num != float64(good) || *r.Den != float64(want)) {
					t.Errorf("%v of %q by %q: %d answers, %+v; want %d/%d", span, unit, channel, sheet.Answers, r, good, want)
				}
			}
		}
	}
}

func TestUnitTable(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	good := scoretest.NewSynthetic(1, may, 20, "west")
	good.Lift = 1
	fill(t, s, w, good, 80)
	bad := scoretest.NewSynthetic(2, may, 20, "e1")
	bad.Lift = -1
	for range 80 {
		f, _ := bad.Answer()
		f.Answer = "bad" + f.Answer
		w.Put(f)
		if err := s.Count(ctx, minyi.DefaultTenant, []minyi.AnswerID{f.Answer}); err != nil {
			t.Fatal(err)
		}
	}
	f, _ := bad.Answer()
	f.Answer, f.Unit = "few", "north"
	w.Put(f)
	if err := s.Count(ctx, minyi.DefaultTenant, []minyi.AnswerID{"few"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Aggregate(ctx); err != nil {
		t.Fatal(err)
	}
	table, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{From: "2026-05-01", To: "2026-05-31"}})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range table.Rows {
		order = append(order, string(r.Unit))
	}
	if strings.Join(order, " ") != "west east north" {
		t.Fatalf("order %v: graded units by score, then those with too few answers", order)
	}
	west, north := table.Rows[0], table.Rows[2]
	if west.Valid != 80 || west.Satisfied == nil || west.TopTwo == nil || west.Resolved == nil || west.Score.Grade == "" || west.Score.Low == nil {
		t.Errorf("west: %+v", west)
	}
	if !north.Score.Short || north.Score.Grade != "" || !north.Satisfied.Short {
		t.Errorf("one answer is ranked: %+v", north.Score)
	}
	below, err := s.UnitTable(ctx, minyi.UnitTableRequest{Slice: minyi.Slice{Unit: "east"}})
	if err != nil || len(below.Rows) != 1 || below.Rows[0].Unit != "e1" || below.Rows[0].Valid != 80 {
		t.Errorf("below east: %+v %v", below.Rows, err)
	}
}

func TestRoutes(t *testing.T) {
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	fill(t, s, w, scoretest.NewSynthetic(1, may, 5, "e1"), 60)
	router := kit.NewRouter(kit.Config{Name: "staff"})
	s.Routes(router, nil)
	get := func(path string) (int, string) {
		rec := httptest.NewRecorder()
		router.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		return rec.Code, rec.Body.String()
	}
	for path, want := range map[string]string{
		"/api/v1/score/sheet?audience=resident&unit=e1&from=2026-05-01&to=2026-05-31": `"answers":60`,
		"/api/v1/score/sheet?audience=enterprise":                                     `"answers":0`,
		"/api/v1/score/units?unit=east":                                               `"valid":60`,
		"/api/v1/score/methods":                                                       `"name":"2023@2"`,
		"/api/v1/score/explain?path=总体感知/品牌宣传/信任度":                                    `"tag":"trust"`,
	} {
		if code, body := get(path); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, %q is not in %.300s", path, code, want, body)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/score/sheet?audience=all":     "audience",
		"/api/v1/score/sheet?from=2026-02-30":  "from",
		"/api/v1/score/sheet?method=1999":      "2023",
		"/api/v1/score/explain?path=总体感知/品牌宣专": "总体感知/品牌宣传",
		"/api/v1/score/sheet?channel=fax":      "channel",
	} {
		if code, body := get(path); code < 400 || code >= 500 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", path, code, body)
		}
	}
}

func TestAUsedMethodCannotChange(t *testing.T) {
	db, w := testenv.DB(t), scoretest.NewWorld()
	start := func(minimum int, version int) error {
		m := *method(t, "2023")
		m.ID, m.Version, m.Minimum = "city", version, minimum
		_, err := score.New(score.Deps{DB: db, Survey: w, Words: w, Config: score.Config{Extra: []*methods.Method{&m}}})
		return err
	}
	if err := errors.Join(start(30, 1), start(30, 1), start(50, 2)); err != nil {
		t.Fatal(err)
	}
	if err := start(50, 1); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "city@1") {
		t.Errorf("a changed method was taken: %v", err)
	}
}

func TestWrongMethodStopsTheStart(t *testing.T) {
	w := scoretest.NewWorld()
	_, err := score.New(score.Deps{DB: testenv.DB(t), Survey: w, Words: w, Config: score.Config{Method: "1999"}})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}
