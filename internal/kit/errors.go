package kit

import (
	"cmp"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strings"

	"minyi/internal/fault"
)

// problem is the wire form of a fault (RFC 9457, with both languages).
type problem struct {
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Code   string     `json:"code"`
	Kind   fault.Kind `json:"kind"`
	Field  string     `json:"field,omitempty"`
	Detail string     `json:"detail"`
	EN     string     `json:"detail_en"`
}

// Status gives the HTTP status of a kind.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Exists, fault.Conflict:
		return http.StatusConflict
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Gone:
		return http.StatusGone
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// WriteError answers with err as problem+json, or as a small page to a
// browser. The cause is never shown.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r, err)
	status := p.Status
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	}
	if WantsPage(r) {
		writePage(w, p)
		return
	}
	encodeProblem(w, p)
}

// problemOf notes err for the log of r and gives its wire form.
func problemOf(r *http.Request, err error) problem {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = fault.New(fault.TooLarge, "body_too_large", "提交的内容超过大小限制。", "the body is larger than allowed")
	}
	noteFault(r.Context(), err)
	f := fault.As(err)
	status := Status(f.Kind)
	return problem{Title: http.StatusText(status), Status: status, Code: cmp.Or(f.Code, string(f.Kind)),
		Kind: f.Kind, Field: f.Field, Detail: f.ZH, EN: f.EN}
}

func (p problem) fault() error {
	return &fault.Error{Kind: p.Kind, Code: p.Code, Field: p.Field, ZH: p.Detail, EN: p.EN}
}

// WantsPage reports whether a person's browser asks, rather than a program.
func WantsPage(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func encodeProblem(w http.ResponseWriter, p problem) {
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

var page = template.Must(template.New("fault").Parse(`<!doctype html><html lang="zh-CN"><meta charset="utf-8">` +
	`<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Status}}</title><link rel="icon" href="data:,">` +
	`<body style="font:18px/1.6 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em;color:#222">` +
	`<p>{{.Detail}}</p><p lang="en" style="color:#666;font-size:.85em">{{.EN}}</p></body></html>`))

func writePage(w http.ResponseWriter, p problem) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	_ = page.Execute(w, p)
}

// FaultOf reads the fault that a refused request was answered with, for
// uploads and downloads that go past Call.
func FaultOf(resp *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fault.New(fault.Unavailable, "peer_cut_off", "服务连接中断。", "the server's answer was cut off").With(err)
	}
	return readProblem(resp.StatusCode, body)
}

// readProblem turns a peer's answer back into the fault it was.
func readProblem(status int, body []byte) error {
	var p problem
	if err := json.Unmarshal(body, &p); err != nil || p.Kind == "" {
		kind := fault.Internal
		if status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout {
			kind = fault.Unavailable
		}
		return fault.New(kind, "peer_answer", "服务返回了无法识别的结果。", "a peer answered with HTTP "+http.StatusText(status))
	}
	return p.fault()
}
