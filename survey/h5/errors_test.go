package h5

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Browsers ask again, by GET, for the address of a form that was sent.
func TestAReopenedTabFindsThePage(t *testing.T) {
	m := http.NewServeMux()
	h, err := New(newDesk(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	m.HandleFunc("GET /s/{token}/{rest...}", h.Back)
	for from, to := range map[string]string{
		"/more?lang=en&v=elder": "/s/" + token + "?lang=en&v=elder",
		"/refuse?lang=zh-CN":    "/s/" + token + "?lang=zh-CN",
		"/":                     "/s/" + token + "?lang=zh-CN",
		"/any/thing":            "/s/" + token + "?lang=zh-CN",
	} {
		if res, _ := do(t, m, http.MethodGet, "/s/"+token+from, nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != to {
			t.Errorf("%s: %d to %s", from, res.StatusCode, res.Header.Get("Location"))
		}
	}
	if res, _ := do(t, m, http.MethodGet, "/s/%2fevil.example%0d%0aX:1/more", nil); strings.ContainsAny(res.Header.Get("Location"), "\r\n") || !strings.HasPrefix(res.Header.Get("Location"), "/s/%2F") {
		t.Errorf("a strange token leads to %q", res.Header.Get("Location"))
	}
}

func TestEveryMistakeIsLinkedFromTheTop(t *testing.T) {
	d := newDesk(t)
	_, page := post(t, mux(t, d), "/s/"+token, url.Values{"q.handling": {"5"}, "remark": {strings.Repeat("好", MaxRemark+1)}})
	top, _, _ := strings.Cut(page, "<form")
	for _, id := range append(d.ticket.Version.Missing(nil)[1:], "remark") {
		if !strings.Contains(top, `href="#`+id+`"`) || !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("no way to %s", id)
		}
	}
	if strings.Contains(top, `href="#handling"`) || !strings.Contains(page, `aria-describedby="rh re" aria-invalid="true"`) {
		t.Error("what is right is listed, or the remark does not tell what is wrong with it")
	}
}

func TestAFormOverItsSizeIsCalledTooLong(t *testing.T) {
	res, page := post(t, mux(t, newDesk(t)), "/s/"+token, url.Values{"remark": {strings.Repeat("长", maxForm)}})
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(page, "过长") {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestALinkWithoutItsTokenIsTold(t *testing.T) {
	m := http.NewServeMux()
	h, err := New(newDesk(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	m.HandleFunc("GET /s/{$}", h.Astray)
	res, page := do(t, m, http.MethodGet, "/s/?v=elder", nil)
	if res.StatusCode != http.StatusNotFound || !strings.Contains(page, "链接") || !strings.Contains(page, `class="elder"`) {
		t.Errorf("%d %s", res.StatusCode, page)
	}
	safe(t, res, page)
}
