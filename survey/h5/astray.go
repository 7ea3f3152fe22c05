package h5

import (
	"net/http"
	"net/url"

	"minyi/internal/fault"
)

// Astray answers a person whose link lost its token on the way.
func (h *Handler) Astray(w http.ResponseWriter, r *http.Request) {
	h.fail(w, r, h.look(r), fault.New(fault.NotFound, "no_token", "链接不完整。", "the link is not complete"))
}

// Back leads from the address of a form that was sent, which a reopened tab
// asks for again, to the page.
func (h *Handler) Back(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, address(url.PathEscape(r.PathValue("token")))+h.look(r).query(), http.StatusSeeOther)
}
