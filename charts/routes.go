package charts

import (
	"net/http"

	"minyi/internal/kit"
)

// Routes adds the pages, pictures and exports to the staff listener. Nothing
// here is for residents.
func (s *Service) Routes(staff, _ *kit.Router) {
	staff.Plain("GET /{$}", http.HandlerFunc(s.serveOverview))
	staff.Plain("GET /overview", http.HandlerFunc(s.serveOverview))
	staff.Plain("GET /verbatims", http.HandlerFunc(s.serveVerbatims))
	staff.Plain("GET /charts/{file}", http.HandlerFunc(s.servePicture))
	staff.Plain("GET /export/{file}", http.HandlerFunc(s.serveExport))
}
