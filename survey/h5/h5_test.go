package h5

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey/questionnaires"
)

const token = "Ab3dEf6hJk9"

// desk is a Pages that remembers what it was told.
type desk struct {
	ticket Ticket
	state  State
	result Result
	err    error
	got    []Submission
	kept   []Submission
	added  []string
	noted  []minyi.Disposition
}

func (d *desk) Open(_ context.Context, tok string) (Ticket, Visit, error) {
	if tok != token {
		return Ticket{}, nil, fault.New(fault.NotFound, "x", "没有", "none")
	}
	return d.ticket, d, nil
}

func (d *desk) State(context.Context) (State, error) { return d.state, nil }

func (d *desk) Submit(_ context.Context, sub Submission) (Result, error) {
	d.got = append(d.got, sub)
	return d.result, d.err
}

func (d *desk) Keep(_ context.Context, sub Submission) (bool, error) {
	d.kept = append(d.kept, sub)
	return false, nil
}

func (d *desk) AddRemark(_ context.Context, _, remark string) error {
	d.added = append(d.added, remark)
	return d.err
}

func (d *desk) Note(_ context.Context, what minyi.Disposition) error {
	d.noted = append(d.noted, what)
	return d.err
}

var (
	_ Pages = (*desk)(nil)
	_ Visit = (*desk)(nil)
)

func version(t testing.TB, id minyi.QuestionnaireID) *questionnaires.Version {
	t.Helper()
	all, err := questionnaires.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range all {
		if q.ID == id {
			v := questionnaires.Publish(q, 1, "test", time.Unix(0, 0))
			return &v
		}
	}
	t.Fatalf("no questionnaire %s", id)
	return nil
}

func newDesk(t testing.TB) *desk {
	return &desk{ticket: Ticket{Version: version(t, "case-closed"), Tail: "7042", Day: "2026-10-09", Hotline: "示例市12345热线"}}
}

func mux(t testing.TB, d *desk) http.Handler {
	t.Helper()
	h, err := New(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := http.NewServeMux()
	m.HandleFunc("GET /s/{token}", h.Get)
	m.HandleFunc("POST /s/{token}", h.Post)
	m.HandleFunc("POST /s/{token}/more", h.More)
	m.HandleFunc("POST /s/{token}/refuse", h.Refuse)
	m.HandleFunc("POST /s/{token}/seen", h.Seen)
	return m
}

func do(t testing.TB, h http.Handler, method, target string, body io.Reader) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, target, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

func post(t testing.TB, h http.Handler, target string, form url.Values) (*http.Response, string) {
	return do(t, h, http.MethodPost, target, strings.NewReader(form.Encode()))
}

var randomKey = regexp.MustCompile(`[0-9a-f]{24}`)

// One readable file for each page a respondent can meet.
func TestPages(t *testing.T) {
	filled := url.Values{"q.handling": {"2"}, "q.handling.why": {"slow"}, "q.trust": {"dk"}, "remark": {`办得太慢 <script>alert("x")</script>`}}
	for name, c := range map[string]struct {
		set    func(*desk)
		method string
		target string
		form   url.Values
		status int
	}{
		"ask":          {target: "/s/" + token, status: 200},
		"ask-elder":    {target: "/s/" + token + "?v=elder", status: 200},
		"ask-en":       {target: "/s/" + token + "?lang=en", status: 200},
		"ask-call":     {set: func(d *desk) { d.ticket.Version = version(t, "after-call") }, target: "/s/" + token, status: 200},
		"ask-firm":     {set: func(d *desk) { d.ticket.Version = version(t, "enterprise"); d.ticket.Tail, d.ticket.Day = "", "" }, target: "/s/" + token, status: 200},
		"ask-trust":    {set: func(d *desk) { d.ticket.Version, d.ticket.Open = version(t, "trust"), true }, target: "/s/" + token, status: 200},
		"fix":          {method: "POST", target: "/s/" + token, form: filled, status: 422},
		"fix-elder":    {method: "POST", target: "/s/" + token + "?v=elder", form: filled, status: 422},
		"thanks":       {method: "POST", target: "/s/" + token, form: complete(), status: 200},
		"thanks-elder": {method: "POST", target: "/s/" + token + "?v=elder", form: complete(), status: 200},
		"busy":         {set: func(d *desk) { d.err = errors.New("store down") }, method: "POST", target: "/s/" + token, form: complete(), status: 503},
		"already":      {set: func(d *desk) { d.state = Answered }, target: "/s/" + token, status: 200},
		"expired":      {set: func(d *desk) { d.state = Expired }, target: "/s/" + token, status: 410},
		"unknown":      {target: "/s/" + strings.Repeat("x", 11), status: 404},
		"refused":      {method: "POST", target: "/s/" + token + "/refuse", status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if c.set != nil {
				c.set(d)
			}
			method := "GET"
			if c.method != "" {
				method = c.method
			}
			res, body := do(t, mux(t, d), method, c.target, strings.NewReader(c.form.Encode()))
			if res.StatusCode != c.status {
				t.Errorf("status %d, want %d", res.StatusCode, c.status)
			}
			if len(body) > 20_000 {
				t.Errorf("the page has %d bytes, over 20 kB", len(body))
			}
			testenv.Golden(t, "testdata/"+name+".html", []byte(randomKey.ReplaceAllString(body, "k")))
			safe(t, res, body)
		})
	}
}

func complete() url.Values {
	return url.Values{"k": {strings.Repeat("a", 24)}, "q.handling": {"5"}, "q.hotline": {"4"}, "q.resolved": {"2"}}
}

var (
	elsewhere  = regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//`)
	inlineAttr = regexp.MustCompile(`(?i)<[a-z][^>]* (style|on[a-z]+)=`)
)

// safe checks what must hold of every page.
func safe(t *testing.T, res *http.Response, body string) {
	t.Helper()
	csp := res.Header.Get("Content-Security-Policy")
	for _, must := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
		if !strings.Contains(csp, must) {
			t.Errorf("the policy lacks %s: %s", must, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || res.Header.Get("Set-Cookie") != "" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", res.Header)
	}
	if m := elsewhere.FindString(body); m != "" {
		t.Errorf("the page leads elsewhere: %s", m)
	}
	if m := inlineAttr.FindString(body); m != "" {
		t.Errorf("the policy would block %s", m)
	}
	if strings.Contains(body, "<script>alert") {
		t.Error("what was typed is not escaped")
	}
}

func TestTypedIsKept(t *testing.T) {
	d := newDesk(t)
	form := url.Values{"q.handling": {"2"}, "q.handling.why": {"slow"}, "q.trust": {"dk"}, "remark": {"第一行\r\n第二行 <b>"}}
	_, body := post(t, mux(t, d), "/s/"+token, form)
	for _, want := range []string{`value="2" id="handling-2" class="lo" checked`, `value="slow" id="handling-slow" checked`, `value="dk" id="trust-dk" checked`, "第二行 &lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("lost: %s", want)
		}
	}
	if n := strings.Count(body, "请选择一项。"); n != 2 {
		t.Errorf("%d questions are marked, want the two that are missing", n)
	}
	if len(d.got) != 0 {
		t.Error("an incomplete form was submitted")
	}
	if len(d.kept) != 1 || d.kept[0].Entries["handling"].V != 2 || d.kept[0].Remark != "第一行\n第二行 <b>" {
		t.Errorf("kept %+v", d.kept)
	}
	if post(t, mux(t, d), "/s/"+token, url.Values{}); len(d.kept) != 1 || len(d.noted) != 1 || d.noted[0] != minyi.Started {
		t.Errorf("of an empty form, kept %+v, noted %v", d.kept, d.noted)
	}
}

func TestGetChangesNothing(t *testing.T) {
	d := newDesk(t)
	h := mux(t, d)
	for _, state := range []State{Asking, Answered, Expired} {
		d.state = state
		for _, target := range []string{"/s/" + token, "/s/" + token + "?v=elder&lang=en"} {
			do(t, h, http.MethodGet, target, nil)
			do(t, h, http.MethodHead, target, nil)
		}
	}
	if len(d.got)+len(d.kept)+len(d.added)+len(d.noted) != 0 {
		t.Errorf("GET told the desk %v %v %v", d.got, d.added, d.noted)
	}
}

func TestSubmissionCarriesAll(t *testing.T) {
	d := newDesk(t)
	form := complete()
	form.Set("remark", "  谢谢 \r\n")
	form.Set("q.handling", "1")
	form["q.handling.why"] = []string{"slow", "attitude", "invented"}
	post(t, mux(t, d), "/s/"+token, form)
	sub := d.got[0]
	if sub.Remark != "谢谢" || sub.Key != "page:"+strings.Repeat("a", 24) || len(sub.Entries) != 3 {
		t.Errorf("got %+v", sub)
	}
	if e := sub.Entries["handling"]; e.V != 1 || len(e.Reasons) != 2 {
		t.Errorf("handling %+v", e)
	}
}

func TestKeylessFormIsKnownByContent(t *testing.T) {
	d := newDesk(t)
	h := mux(t, d)
	form := complete()
	form.Del("k")
	post(t, h, "/s/"+token, form)
	post(t, h, "/s/"+token, form)
	form.Set("q.handling", "4")
	post(t, h, "/s/"+token, form)
	if d.got[0].Key != d.got[1].Key || d.got[0].Key == d.got[2].Key {
		t.Errorf("keys %s %s %s", d.got[0].Key, d.got[1].Key, d.got[2].Key)
	}
}

func TestMore(t *testing.T) {
	d := newDesk(t)
	d.state = Answered
	h := mux(t, d)
	if _, body := post(t, h, "/s/"+token+"/more", url.Values{"remark": {"还有一点"}}); !strings.Contains(body, "追评已收到") {
		t.Error("no thanks for a 追评")
	}
	long := strings.Repeat("长", 501)
	if _, body := post(t, h, "/s/"+token+"/more", url.Values{"remark": {long}}); !strings.Contains(body, long) || !strings.Contains(body, "最多500字") {
		t.Error("a 追评 that is too long is lost or not explained")
	}
	if len(d.added) != 1 {
		t.Errorf("added %d", len(d.added))
	}
}

func TestSeen(t *testing.T) {
	d := newDesk(t)
	h := mux(t, d)
	for _, body := range []string{"opened", "started", "completed", "opted-out", strings.Repeat("x", 100), ""} {
		if res, _ := do(t, h, http.MethodPost, "/s/"+token+"/seen", strings.NewReader(body)); res.StatusCode != http.StatusNoContent {
			t.Errorf("%q: status %d", body, res.StatusCode)
		}
	}
	if fmt.Sprint(d.noted) != "[opened started]" {
		t.Errorf("noted %v", d.noted)
	}
}

func TestLanguageIsChosen(t *testing.T) {
	h := mux(t, newDesk(t))
	for _, c := range []struct{ query, accept, want string }{
		{"", "", `lang="zh-CN"`}, {"", "en-GB,en;q=0.9", `lang="en"`}, {"", "fr,zh;q=0.5", `lang="zh-CN"`}, {"", "fr", `lang="zh-CN"`},
		{"?lang=en", "zh-CN", `lang="en"`}, {"?lang=xx", "", `lang="zh-CN"`}, {"?lang=%22%3E", "", `lang="zh-CN"`},
	} {
		r := httptest.NewRequest(http.MethodGet, "/s/"+token+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), "<html "+c.want) {
			t.Errorf("%q with %q does not give %s", c.query, c.accept, c.want)
		}
	}
}

// A form that was put together must be the one that the template renders.
func TestFreshFormEqualsRendered(t *testing.T) {
	d := newDesk(t)
	d.ticket.Tail = `<"&`
	h, err := New(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{{lang: "zh-CN"}, {lang: "en", elder: true}} {
		var slow strings.Builder
		fast, err := h.draw.fresh(l, address(token), "k1", d.ticket)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.draw.filled(&slow, l, address(token), "k1", d.ticket, typed{}, ""); err != nil {
			t.Fatal(err)
		}
		if string(fast.appendTo(nil)) != slow.String() {
			t.Errorf("%v differs", l)
		}
	}
}

// FuzzPost: whatever is posted, the answer is a page that is safe, and only a
// complete form is submitted.
func FuzzPost(f *testing.F) {
	f.Add("q.handling=5&q.hotline=4&q.resolved=2&k=" + strings.Repeat("a", 24))
	f.Add("q.handling=2&q.handling.why=slow&remark=%3Cscript%3Ealert(1)%3C/script%3E")
	f.Add("q.handling=%ff&remark=%00&k=%0a")
	f.Add(";;;===&&&%%%")
	f.Fuzz(func(t *testing.T, body string) {
		d := newDesk(t)
		res, page := do(t, mux(t, d), http.MethodPost, "/s/"+token, strings.NewReader(body))
		switch res.StatusCode {
		case 200, 422:
			safe(t, res, page)
		default:
			t.Fatalf("status %d", res.StatusCode)
		}
		for _, sub := range d.got {
			if missing := d.ticket.Version.Missing(sub.Entries); len(missing) > 0 {
				t.Fatalf("submitted without %v", missing)
			}
			if len([]rune(sub.Remark)) > MaxRemark {
				t.Fatal("a remark over its length was submitted")
			}
		}
	})
}
