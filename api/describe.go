package api

import (
	"net/http"
	"strings"

	"minyi/internal/kit"
)

// describe answers with the OpenAPI document of the routes in this process.
func (d *Door) describe(w http.ResponseWriter, r *http.Request) {
	text, err := d.OpenAPI()
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text)
}

// OpenAPI describes every route of both listeners.
func (d *Door) OpenAPI() ([]byte, error) {
	return kit.OpenAPI(kit.About{Title: "minyi", Version: d.deps.Config.Version,
		Description: "Residents' pages and carriers' callbacks are on the public listener; everything else is on the staff listener and needs a token. " +
			"Errors are problem+json in Chinese (detail) and English (detail_en); lists are read page by page with after.",
		Listeners: []kit.Listener{
			{Router: d.staff, URL: trimmed(d.deps.Config.StaffURL), Locked: func(path string) bool { return !open[path] }},
			{Router: d.public, URL: trimmed(d.deps.Config.PublicURL)},
		}})
}

func trimmed(url string) string { return strings.TrimRight(url, "/") }
