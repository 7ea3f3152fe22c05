package charts_test

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/charts"
	"minyi/charts/chartstest"
	"minyi/charts/page"
	"minyi/internal/clock"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

var _ charts.Scores = (*chartstest.Peers)(nil)
var _ charts.Words = (*chartstest.Peers)(nil)
var _ charts.Surveys = (*chartstest.Peers)(nil)

// peers are all three in one.
type peers interface {
	charts.Scores
	charts.Words
	charts.Surveys
}

// staff serves charts with peers, at a clock that stands still.
func staff(t testing.TB, p peers) (http.Handler, *clock.Stepping) {
	t.Helper()
	c := clock.NewStepping(time.Date(2026, 11, 22, 12, 31, 0, 0, minyi.Shanghai))
	s, err := charts.New(charts.Deps{Scores: p, Words: p, Surveys: p, Clock: c.Clock(),
		Config: charts.Config{Name: page.Text{ZH: "某市12345热线", EN: "Hotline 12345"}, Banner: page.Text{ZH: "演示租户", EN: "Demo tenant"}}})
	if err != nil {
		t.Fatal(err)
	}
	r := kit.NewRouter(kit.Config{Name: "staff"})
	s.Routes(r, nil)
	return r.Handler(), c
}

func get(t testing.TB, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func body(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func TestOverviewShowsEverySection(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	html := html.UnescapeString(body(t, h, "/"))
	for _, want := range []string{"74.40", "C+ 级", "72.91–75.88", "2023 v1", "来电群众", "噪音扰民", "正在发送", "打开未访问", "城乡建设",
		"138****0123", "样本不足，不参与排名", "人力资源和社会保障局", "2026-11-22 20:30:05", "93.3%", "非常满意+满意", "演示租户"} {
		if !strings.Contains(html, want) {
			t.Errorf("the overview does not show %q", want)
		}
	}
	w := get(t, h, "/")
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe-inline") {
		t.Errorf("content security policy is %q", csp)
	}
	if strings.Contains(html, " style=") || strings.Contains(html, "://") && strings.Contains(strings.ReplaceAll(html, "http://www.w3.org/2000/svg", ""), "://") {
		t.Error("the page has inline style or an outside address, which its own policy forbids")
	}
}

func TestUnitsAreJoinedWithInvitationsAndNames(t *testing.T) {
	p := chartstest.NewPeers()
	p.Counts = append(p.Counts, minyi.UnitCount{Unit: "city", Invited: 9, Delivered: 7})
	h, _ := staff(t, p)
	html := body(t, h, "/overview?fragment=units")
	for _, want := range []string{">公安局<", ">310<", ">305<", ">某市<", ">9<"} {
		if !strings.Contains(html, want) {
			t.Errorf("the unit table does not show %q", want)
		}
	}
}

func TestFragmentsChangeOnlyWithTheirContent(t *testing.T) {
	p := chartstest.NewPeers()
	h, c := staff(t, p)
	first := get(t, h, "/overview?fragment=score")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" || !strings.Contains(first.Body.String(), "74.40") {
		t.Fatalf("fragment: %d %q", first.Code, tag)
	}
	c.Advance(10 * time.Second)
	if again := get(t, h, "/overview?fragment=score", "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Fatalf("nothing changed, but the fragment came again: %d", again.Code)
	}
	p.SheetIs.Answers++
	c.Advance(10 * time.Second)
	if changed := get(t, h, "/overview?fragment=score", "If-None-Match", tag); changed.Code != 200 || !strings.Contains(changed.Body.String(), "1,205") {
		t.Fatalf("an answer came in, but the fragment did not change: %d", changed.Code)
	}
	if w := get(t, h, "/overview?fragment=secrets"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown fragment gives %d", w.Code)
	}
}

// The hash in the page is the hash of the fragment, or every section would be
// swapped at the first refresh.
func TestPageAndFragmentAgree(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	html := body(t, h, "/?unit=u01")
	for _, name := range page.Sections {
		w := get(t, h, "/overview?unit=u01&fragment="+name)
		if hash := strings.Trim(w.Header().Get("ETag"), `"`); !strings.Contains(html, `data-fragment="`+name+`" data-hash="`+hash+`"`) {
			t.Errorf("section %s has another hash in the page than alone", name)
		}
	}
}

// One peer's fault greys its own section and leaves the others whole.
func TestAFaultStaysInItsSection(t *testing.T) {
	p := chartstest.NewPeers()
	p.Fault = fault.New(fault.Unavailable, "down", "评分服务正在重启。", "score is restarting").With(errors.New("dial tcp: 10.0.0.7 secret"))
	h, _ := staff(t, broken{p})
	html := body(t, h, "/")
	if !strings.Contains(html, "评分服务正在重启") || strings.Contains(html, "10.0.0.7") {
		t.Error("a fault is not told, or tells its cause")
	}
	if strings.Contains(html, "74.40") || !strings.Contains(html, "噪音扰民") || !strings.Contains(html, "正在发送") {
		t.Error("a fault of score reached other sections, or its figures were shown")
	}
	if en := body(t, h, "/?lang=en"); !strings.Contains(en, "score is restarting") {
		t.Error("the fault is not told in English")
	}
	if w := get(t, h, "/charts/gauge.svg"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a picture without its figure gives %d", w.Code)
	}
}

// broken peers fail as score only.
type broken struct{ *chartstest.Peers }

func (b broken) HotWords(context.Context, minyi.HotWordsRequest) (minyi.HotWords, error) {
	return b.WordsAre, nil
}
func (b broken) Topics(context.Context, minyi.TopicsRequest) (minyi.Topics, error) {
	return b.TopicsAre, nil
}
func (b broken) Funnel(context.Context, minyi.FunnelRequest) (minyi.Funnel, error) {
	return b.FunnelIs, nil
}

func TestVerbatims(t *testing.T) {
	p := chartstest.NewPeers()
	for range 40 {
		p.RemarksAre = append(p.RemarksAre, minyi.Verbatim{Answer: "x", Day: "2026-10-01", Text: "路灯不亮"})
	}
	h, _ := staff(t, p)
	html := body(t, h, "/verbatims?word=噪音扰民")
	if !strings.Contains(html, "<mark>噪音扰民</mark>") || strings.Contains(html, "社保转移") {
		t.Error("the word is not marked, or remarks without it are shown")
	}
	html = body(t, h, "/verbatims")
	next := between(html, `<p class="more"><a href="`, `"`)
	if !strings.Contains(next, "after=") {
		t.Fatalf("no next page: %q", next)
	}
	if html = body(t, h, strings.ReplaceAll(next, "&amp;", "&")); strings.Contains(html, "社保转移") || !strings.Contains(html, "路灯不亮") {
		t.Error("the next page does not go on where the first ended")
	}
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	out, _, _ := strings.Cut(rest, to)
	return out
}

func TestPictures(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	for file, want := range map[string]string{"gauge.svg": "74.40", "cloud.svg": "噪音扰民", "funnel.svg": "有效答卷", "topics.svg": "城乡建设"} {
		w := get(t, h, "/charts/"+file)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "image/svg+xml") || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", file, w.Code, w.Header().Get("Content-Type"))
		}
	}
	if w := get(t, h, "/charts/none.svg"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown picture gives %d", w.Code)
	}
}

// However many look at once, a peer is asked once a second.
func TestManyVisitorsAskOnce(t *testing.T) {
	p := chartstest.NewPeers()
	h, c := staff(t, p)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { body(t, h, "/overview?fragment=tree") })
	}
	wg.Wait()
	if n := p.Calls("Sheet"); n != 1 {
		t.Errorf("20 visitors asked %d times", n)
	}
	body(t, h, "/overview?fragment=tree&audience=enterprise")
	if n := p.Calls("Sheet"); n != 2 {
		t.Errorf("another selection was answered from the first: %d questions", n)
	}
	c.Advance(2 * time.Second)
	body(t, h, "/overview?fragment=tree")
	if n := p.Calls("Sheet"); n != 3 {
		t.Errorf("after two seconds an old figure is shown: %d questions", n)
	}
}

// A selection that makes no sense shows no figures anywhere: programs get the
// fault with its field, people a page in words.
func TestASelectionWithoutSenseIsRefused(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	for query, want := range map[string]string{"from=2026-13-01": "day_bad from", "from=2026-11-30&to=2026-11-01": "days_reversed from", "unit=nosuch": "unit_unknown unit"} {
		for _, path := range []string{"/", "/overview", "/overview?fragment=score&", "/verbatims", "/charts/gauge.svg", "/export/answers.csv", "/export/scores.xlsx"} {
			if !strings.Contains(path, "?") {
				path += "?"
			}
			w := get(t, h, path+query)
			var told struct{ Code, Field string }
			if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil || w.Code != http.StatusUnprocessableEntity || told.Code+" "+told.Field != want {
				t.Errorf("%s%s: %d %+v, want 422 %s", path, query, w.Code, told, want)
			}
		}
	}
	for path, back := range map[string]string{"/?from=2026-13-01": `href="/"`, "/?lang=en&unit=nosuch": `href="/?lang=en"`, "/export/answers.csv?from=x": `href="/"`} {
		if w := get(t, h, path, "Accept", "text/html"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), back) {
			t.Errorf("%s: %d, no way back in %s", path, w.Code, w.Body)
		}
	}
	if w := get(t, h, "/?from=2026-13-01", "Accept", "text/html"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "不是有效日期") || strings.Contains(w.Body.String(), "74.40") {
		t.Errorf("a browser is shown %d %s", w.Code, w.Body)
	}
}

// A report is opened from a disk, years later: nothing in it may lead anywhere,
// run, or be fetched, and all that the page shows must be there.
func TestAReportStandsByItself(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	for _, lang := range []string{"zh-CN", "en"} {
		query := "?from=2026-11-01&to=2026-11-30&lang=" + lang
		report, live := body(t, h, "/report"+query), body(t, h, "/overview"+query)
		for _, not := range []string{"<script", "<form", "http-equiv", "src=", "<button", "/voice", "/export"} {
			if strings.Contains(report, not) {
				t.Errorf("%s: the report holds %s", lang, not)
			}
		}
		for _, link := range regexp.MustCompile(`href="[^"]*"`).FindAllString(report, -1) {
			if link != `href="#main"` && link != `href="data:,"` {
				t.Errorf("%s: the report has the link %s", lang, link)
			}
		}
		for _, want := range []string{"74.40", "噪音扰民", "2026-11-01 – 2026-11-30"} {
			if !strings.Contains(report, want) {
				t.Errorf("%s: the report lacks %s", lang, want)
			}
		}
		if a, b := strings.Count(report, "<tr"), strings.Count(live, "<tr"); a != b {
			t.Errorf("%s: the report has %d rows, the page %d", lang, a, b)
		}
	}
}

func TestNewNeedsPeers(t *testing.T) {
	if _, err := charts.New(charts.Deps{}); err == nil {
		t.Error("a service without peers was made")
	}
}
