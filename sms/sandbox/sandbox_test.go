package sandbox

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"minyi"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/gatewaytest"
)

func carrier(t testing.TB, cfg Config) *Carrier {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestContract(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		c := carrier(t, Config{Seed: 1})
		return gatewaytest.Fixture{
			Gateway: c,
			Arrived: func(m minyi.Mobile) (texts []string) {
				for _, s := range c.Outbox(m) {
					texts = append(texts, s.Text)
				}
				return texts
			},
			Say: func(from minyi.Mobile, texts ...string) {
				for _, text := range texts {
					if err := c.Say(from, text); err != nil {
						t.Error(err)
					}
				}
			},
			Fail: c.Fate,
		}
	})
}

// run runs c until the test ends.
func run(t *testing.T, c *Carrier) *gatewaytest.Sink {
	t.Helper()
	sink := &gatewaytest.Sink{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = c.Run(ctx, sink); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	testenv.Eventually(t, 5*time.Second, func() bool { return c.Status().Bound })
	return sink
}

// hotline is a phone page of two steps, as a stranger might write it.
type hotline struct {
	mu      sync.Mutex
	first   []url.Values
	second  []url.Values
	busy    int // answer 429 so many times first
	fetched []string
}

var pages = template.Must(template.New("").Parse(`{{define "one"}}<!doctype html><a href="?lang=en">English</a>
<form method="post" action="/refuse"><button name="refuse" value="1">不再接收</button></form>
<form method="post" action="/s/one?x=1"><input type="hidden" name="key" value="k-{{.}}">
<fieldset><legend>对热线服务</legend>{{range $v, $l := .Levels}}<label><input type="radio" name="hotline" value="{{$v}}">{{$l}}</label>{{end}}</fieldset>
<fieldset><legend>是否再次投诉过</legend><input type="radio" name="again" value="yes" id="y"><label for="y">是</label><input type="radio" name="again" value="no" id="n"><label for="n">否</label></fieldset>
<select name="trust"><option value="">请选择</option><option value="5">非常信任</option><option value="1">非常不信任</option></select>
<label><input type="checkbox" name="reason" value="slow">太慢</label><label><input type="checkbox" name="reason" value="rude">态度</label>
<textarea name="remark" maxlength="500"></textarea><button name="go" value="submit">提交</button></form>{{end}}
{{define "two"}}<form method="post" action="two"><label><input type="radio" name="last" value="a">满意</label><label><input type="radio" name="last" value="b">不满意</label></form>{{end}}
{{define "thanks"}}<p>感谢您的评价</p><form method="post" action="/more"><textarea name="more"></textarea></form>{{end}}`))

type key string

func (key) Levels() map[string]string {
	return map[string]string{"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意", "0": "不了解"}
}

func (h *hotline) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy > 0 {
		h.busy--
		http.Error(w, "busy", http.StatusTooManyRequests)
		return
	}
	h.fetched = append(h.fetched, r.Method+" "+r.URL.Path)
	name := ""
	switch r.Method + " " + r.URL.Path {
	case "POST /s/one":
		_ = r.ParseForm()
		h.first = append(h.first, r.PostForm)
		name = "two"
	case "POST /s/two":
		_ = r.ParseForm()
		h.second = append(h.second, r.PostForm)
		name = "thanks"
	default:
		if !strings.HasPrefix(r.URL.Path, "/s/") {
			http.NotFound(w, r)
			return
		}
		name = "one"
	}
	_ = pages.ExecuteTemplate(w, name, key(r.URL.Path))
}

func TestResidentsAnswerOnThePageAndBySMS(t *testing.T) {
	page := &hotline{busy: 3}
	server := httptest.NewServer(page)
	defer server.Close()
	c := carrier(t, Config{Seed: 7, Page: server.URL, Residents: Residents{Page: 0.5, Reply: 0.3, OptOut: 0.05, Dead: 0.05, Remarks: 0.6}})
	sink := run(t, c)
	const n = 400
	for i := range n {
		text := fmt.Sprintf("【XX市12345热线】请评价 https://12345.example.gov.cn/s/Tok%d 或回复1-5", i)
		if _, err := c.Submit(t.Context(), sms.Message{To: gatewaytest.Number(i), Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	testenv.Eventually(t, 20*time.Second, func() bool {
		st := c.Stats()
		return st.Receipts == n && st.Answered+st.Stuck >= n*4/10 && len(sink.Replies()) >= n*2/10
	}, "residents do not answer")
	c.work.Wait()
	st := c.Stats()
	if st.Stuck != 0 || st.Opened != st.Answered || st.Answered < n*4/10 || st.Answered > n*6/10 {
		t.Fatalf("%+v", st)
	}
	kinds := map[sms.SaidKind]int{}
	for _, r := range sink.Replies() {
		kinds[sms.ParseReply(r.Text).Kind]++
	}
	if kinds[sms.SaidKey] < n/10 || kinds[sms.SaidLevel] < 5 || kinds[sms.SaidStop] < 5 || kinds[sms.SaidNothing] > 0 {
		t.Fatalf("%v", kinds)
	}
	dead := 0
	for _, r := range sink.Receipts() {
		if r.Code == "MK:0001" {
			dead++
		}
	}
	if dead < n/50 || dead > n/8 {
		t.Fatalf("%d dead numbers", dead)
	}
	page.checkAnswers(t, int(st.Answered))
}

func (h *hotline) checkAnswers(t *testing.T, n int) {
	t.Helper()
	if len(h.first) != n || len(h.second) != n {
		t.Fatalf("%d and %d answers, want %d", len(h.first), len(h.second), n)
	}
	levels, again, remarks := map[string]int{}, map[string]int{}, map[string]int{}
	for _, v := range h.first {
		if v.Get("hotline") == "" || v.Get("trust") == "" || v.Get("go") != "submit" || !strings.HasPrefix(v.Get("key"), "k-/s/Tok") || v.Has("refuse") {
			t.Fatalf("a form was sent as %v", v)
		}
		levels[v.Get("hotline")]++
		again[v.Get("again")]++
		if r := v.Get("remark"); r != "" {
			remarks[r]++
		}
	}
	if len(levels) < 5 || levels["5"]+levels["4"] < n/2 || again["no"] < again["yes"] || len(remarks) < 40 {
		t.Fatalf("levels %v, complained again %v, %d different remarks", levels, again, len(remarks))
	}
	if slices.Contains(h.fetched, "POST /more") || slices.Contains(h.fetched, "POST /refuse") {
		t.Fatal("residents pressed what they should not")
	}
}

func TestResidentsStayOnTheMachine(t *testing.T) {
	for _, page := range []string{"http://example.com", "https://127.0.0.1:1", "http://10.0.0.1:80", "http://[::2]:80"} {
		if _, err := New(Config{Page: page}); err == nil {
			t.Errorf("%s was taken", page)
		}
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a resident left the page") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/s/x", http.StatusFound))
	defer server.Close()
	base, _ := url.Parse(server.URL)
	if _, _, err := newVisitor(base, 1).ask(t.Context(), http.MethodGet, base.JoinPath("/s/x"), nil); !errors.Is(err, errElsewhere) {
		t.Fatalf("%v", err)
	}
}

func TestTheSameSeedPlaysTheSame(t *testing.T) {
	play := func(seed uint64) (said []string) {
		c := carrier(t, Config{Seed: seed, Residents: Residents{Reply: 0.8, OptOut: 0.1}})
		sink := run(t, c)
		for i := range 60 {
			if _, err := c.Submit(t.Context(), sms.Message{To: gatewaytest.Number(i), Text: "【12345】请评价"}); err != nil {
				t.Fatal(err)
			}
		}
		c.work.Wait()
		for _, r := range sink.Replies() {
			said = append(said, r.From.Reveal()+r.Text)
		}
		slices.Sort(said)
		return said
	}
	a, b, other := play(1), play(1), play(2)
	if !slices.Equal(a, b) || slices.Equal(a, other) || len(a) < 30 {
		t.Fatalf("%d, %d and %d replies", len(a), len(b), len(other))
	}
}

func TestTroubleComesAsTheRatesSay(t *testing.T) {
	c := carrier(t, Config{Seed: 3, Refuse: 0.1, Throttle: 0.2, Lose: 0.1})
	run(t, c)
	outcomes := map[sms.Outcome]int{}
	for i := range 1000 {
		_, err := c.Submit(t.Context(), sms.Message{To: gatewaytest.Number(i), Text: "【12345】请评价"})
		if err != nil {
			outcomes[sms.AsSubmitError(err).Outcome]++
		}
	}
	if r, th, l := outcomes[sms.OutcomeRefused], outcomes[sms.OutcomeRetry], outcomes[sms.OutcomeUnknown]; r < 70 || r > 130 || th < 150 || th > 250 || l < 70 || l > 130 {
		t.Fatalf("%v", outcomes)
	}
	if st := c.Stats(); int(st.Submitted) != 1000-outcomes[sms.OutcomeRefused]-outcomes[sms.OutcomeRetry] {
		t.Fatalf("%+v with %v: what was lost must have been taken", st, outcomes)
	}
}

func TestRemarksAreManyAndFit(t *testing.T) {
	r := readRemarks()
	n, seen := 0, map[string]bool{}
	for _, mood := range []string{"good", "fair", "bad"} {
		for _, s := range r[mood] {
			if seen[s] || utf8.RuneCountInString(s) < 5 || utf8.RuneCountInString(s) > 100 {
				t.Errorf("remark %q", s)
			}
			seen[s] = true
			n++
		}
	}
	if n < 150 {
		t.Fatalf("%d remarks", n)
	}
}

func TestLinksAreFoundInTexts(t *testing.T) {
	for text, want := range map[string]string{
		"【XX市12345热线】请评价https://a.gov.cn/s/Ab3xYz谢谢": "/s/Ab3xYz",
		"请点 12345.xx.cn/s/Ab3 评价":                    "/s/Ab3",
		"http://127.0.0.1:8080/s/k1,回复1-5":           "/s/k1",
		"回复1满意":                                      "",
	} {
		if got := linkIn(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestAnAnswerIsWorthWhatItsValueOrLabelSays(t *testing.T) {
	for _, c := range []struct {
		value, label string
		scale        bool
		worth        float64
		known        bool
	}{
		{"1", "很差", true, 0.1, true}, {"5", "非常好", true, 0.9, true}, {"3", "一般", true, 0.5, true},
		{"dk", "不了解", true, -1, false}, {"2", "是", false, 0.8, true}, {"1", "否", false, 0.2, true},
		{"2", "已解决", false, 0.8, true}, {"1", "未解决", false, 0.2, true}, {"yes", "", false, 0.8, true}, {"?", "?", false, -0.1, false},
	} {
		if worth, known := worthOf(option{c.value, c.label}, c.scale); known != c.known || known && abs(worth-c.worth) > 1e-9 {
			t.Errorf("%s %s: %v %v", c.value, c.label, worth, known)
		}
	}
}

func FuzzFindForm(f *testing.F) {
	f.Add(`<form method=post><input type=radio name=a value=1><input type=radio name=a value=2></form>`)
	f.Add(`<form method=POST><select name=s><option value=1>满意</select><textarea name=t maxlength=9x>`)
	f.Fuzz(func(t *testing.T, page string) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		if form := findForm(doc); form != nil {
			h := &hand{rng: (&Carrier{}).rng(gatewaytest.Number(1), 1), remarks: readRemarks(), writes: true}
			for name := range h.fill(form) {
				if name == "" {
					t.Fatal("a field without a name was sent")
				}
			}
		}
	})
}
