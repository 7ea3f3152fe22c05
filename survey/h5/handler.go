package h5

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"sync"

	"minyi"
	"minyi/internal/fault"
)

// Handler serves the phone page.
type Handler struct {
	pages Pages
	draw  *renderer
	log   *slog.Logger

	head    http.Header
	buffers sync.Pool // of *[]byte, each as large as a page
}

// New prepares the page. log may be nil.
func New(pages Pages, log *slog.Logger) (*Handler, error) {
	draw, err := newRenderer()
	if err != nil {
		return nil, fmt.Errorf("phone page: %w", err)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{pages: pages, draw: draw, log: log, head: headers(draw.csp)}
	h.buffers.New = func() any { return new([]byte) }
	return h, nil
}

func (h *Handler) look(r *http.Request) look {
	return look{lang: h.draw.langs.choose(r), elder: r.URL.Query().Get("v") == "elder"}
}

// address is rebuilt from the token, never echoed from the request.
func address(token string) string { return "/s/" + token }

// Get shows what the link leads to and changes nothing.
func (h *Handler) Get(w http.ResponseWriter, r *http.Request) {
	token, l := r.PathValue("token"), h.look(r)
	t, visit, err := h.pages.Open(r.Context(), token)
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	state, err := visit.State(r.Context())
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	switch state {
	case Answered:
		h.already(w, r, l, token, t, notice{})
	case Expired:
		h.show(w, r, l, token, t, http.StatusGone, notice{text: "expired", icon: "no"})
	default:
		p, err := h.draw.fresh(l, address(token), newKey(), t)
		if err != nil {
			h.fail(w, r, l, err)
			return
		}
		h.send(w, http.StatusOK, p)
	}
}

func (h *Handler) already(w http.ResponseWriter, r *http.Request, l look, token string, t Ticket, n notice) {
	n.text, n.icon = "already", "ok"
	if !t.Open {
		n.more, n.add, n.key = "already_more", true, newKey()
	}
	h.show(w, r, l, token, t, http.StatusOK, n)
}

// Post takes a filled form.
func (h *Handler) Post(w http.ResponseWriter, r *http.Request) {
	token, l := r.PathValue("token"), h.look(r)
	fields, err := h.form(w, r)
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	t, visit, err := h.pages.Open(r.Context(), token)
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	words := h.draw.langs.of[l.lang]
	so, wrong := read(t.Version, fields, words)
	key := submissionKey(token, fields)
	if len(wrong) > 0 {
		h.fix(w, r, l, token, t, visit, Submission{Entries: so, Remark: remarkOf(fields), Key: key}, typed{fields, wrong})
		return
	}
	res, err := visit.Submit(r.Context(), Submission{Entries: so, Remark: remarkOf(fields), Key: key})
	if err != nil {
		h.log.ErrorContext(r.Context(), "a rating was not taken, its form was shown again", "err", err)
		h.again(w, r, l, token, key, t, typed{fields: fields}, http.StatusServiceUnavailable, words["busy"])
		return
	}
	h.thank(w, r, l, token, t, res)
}

func (h *Handler) thank(w http.ResponseWriter, r *http.Request, l look, token string, t Ticket, res Result) {
	switch res {
	case Already:
		h.already(w, r, l, token, t, notice{})
	case Late:
		h.show(w, r, l, token, t, http.StatusGone, notice{text: "expired", icon: "no"})
	default:
		h.show(w, r, l, token, t, http.StatusOK, notice{text: "thanks", more: "thanks_more", icon: "ok"})
	}
}

// fix shows an incomplete form again, unless it can no longer be sent anyway.
// What is filled in is kept: many go no further.
func (h *Handler) fix(w http.ResponseWriter, r *http.Request, l look, token string, t Ticket, visit Visit, sub Submission, so typed) {
	state, err := visit.State(r.Context())
	switch {
	case err != nil:
		h.fail(w, r, l, err)
		return
	case state == Answered:
		h.thank(w, r, l, token, t, Already)
		return
	case state == Expired:
		h.thank(w, r, l, token, t, Late)
		return
	}
	if h.keep(r, visit, sub, so) {
		h.thank(w, r, l, token, t, Thanks)
		return
	}
	banner := "fix"
	if len(so.errors) == 1 && so.errors["remark"] != "" {
		banner = "remark_long"
	}
	h.again(w, r, l, token, sub.Key, t, so, http.StatusUnprocessableEntity, h.draw.langs.of[l.lang][banner])
}

// keep keeps a half-filled form. One that lacks nothing but a shorter remark is
// left to its sender: as it stands it would land without the remark.
func (h *Handler) keep(r *http.Request, visit Visit, sub Submission, so typed) (complete bool) {
	if len(sub.Entries) == 0 || so.errors["remark"] != "" {
		h.note(r, visit, minyi.Started)
		return false
	}
	complete, err := visit.Keep(r.Context(), sub)
	if err != nil {
		h.log.WarnContext(r.Context(), "a half-filled form was not kept", "err", err)
	}
	return complete
}

// again shows the form as it was filled.
func (h *Handler) again(w http.ResponseWriter, r *http.Request, l look, token, key string, t Ticket, so typed, status int, banner string) {
	p, err := once(func(out io.Writer) error { return h.draw.filled(out, l, address(token), key, t, so, banner) })
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	h.send(w, status, p)
}

// More takes a 追评.
func (h *Handler) More(w http.ResponseWriter, r *http.Request) {
	token, l := r.PathValue("token"), h.look(r)
	fields, err := h.form(w, r)
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	t, visit, err := h.pages.Open(r.Context(), token)
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	said := remarkOf(fields)
	switch n := len([]rune(said)); {
	case n == 0:
		h.already(w, r, l, token, t, notice{})
		return
	case n > MaxRemark:
		h.already(w, r, l, token, t, notice{banner: "remark_long", typed: said})
		return
	}
	if err := visit.AddRemark(r.Context(), submissionKey(token, fields), said); err != nil {
		h.fail(w, r, l, err)
		return
	}
	h.show(w, r, l, token, t, http.StatusOK, notice{text: "added", icon: "ok"})
}

// Refuse takes 不再接收.
func (h *Handler) Refuse(w http.ResponseWriter, r *http.Request) {
	token, l := r.PathValue("token"), h.look(r)
	t, visit, err := h.pages.Open(r.Context(), token)
	switch {
	case err == nil && t.Open: // nobody is known whom the list could keep
		err = fault.New(fault.NotFound, "nobody", "公开链接没有可登记的号码。", "an open link belongs to nobody")
	case err == nil:
		err = visit.Note(r.Context(), minyi.OptedOut)
	}
	if err != nil {
		h.fail(w, r, l, err)
		return
	}
	h.show(w, r, l, token, t, http.StatusOK, notice{text: "refused", more: "refused_more", icon: "ok"})
}

// Seen takes the page's own word, sent on the respondent's first touch, that a
// person has it open. Without script nothing is sent, so "opened" is a lower
// bound; a GET would count every link scanner.
func (h *Handler) Seen(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16))
	if d := minyi.Disposition(body); err == nil && (d == minyi.Opened || d == minyi.Started) {
		if _, visit, err := h.pages.Open(r.Context(), r.PathValue("token")); err == nil {
			h.note(r, visit, d)
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

func (h *Handler) note(r *http.Request, visit Visit, d minyi.Disposition) {
	if err := visit.Note(r.Context(), d); err != nil {
		h.log.WarnContext(r.Context(), "a disposition was not noted", "disposition", d, "err", err)
	}
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request, l look, token string, t Ticket, status int, n notice) {
	p, err := h.draw.notice(l, address(token), t, n)
	if err != nil {
		h.log.ErrorContext(r.Context(), "page not rendered", "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h.send(w, status, p)
}

// fail says that the link leads nowhere, or that the fault is ours.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, l look, err error) {
	n, status := notice{text: "failed", icon: "no"}, http.StatusServiceUnavailable
	switch fault.KindOf(err) {
	case fault.NotFound:
		n, status = notice{text: "unknown", more: "unknown_more", icon: "no"}, http.StatusNotFound
	case fault.Invalid:
		n.text, status = "unreadable", http.StatusUnprocessableEntity
	case fault.TooLarge:
		n.text, status = "large", http.StatusRequestEntityTooLarge
	default:
		h.log.ErrorContext(r.Context(), "phone page failed", "err", err)
	}
	h.show(w, r, l, "", Ticket{}, status, n)
}

// headers of every page. They are shared by all answers, which only read them.
func headers(csp string) http.Header {
	return http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {csp},
		"Cache-Control":           {"no-store"},
		"Referrer-Policy":         {"no-referrer"},
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		"X-Robots-Tag":            {"noindex, nofollow"},
		"Permissions-Policy":      {"camera=(), geolocation=(), microphone=()"},
	}
}

func (h *Handler) send(w http.ResponseWriter, status int, p page) {
	buffer := h.buffers.Get().(*[]byte)
	body := p.appendTo((*buffer)[:0])
	head := w.Header()
	maps.Copy(head, h.head)
	head.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is no fault of ours
	*buffer = body
	h.buffers.Put(buffer)
}
