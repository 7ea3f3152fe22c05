package charts

import (
	"minyi/internal/kit"
)

// Routes adds the pages, pictures and exports to the staff listener. Nothing
// here is for residents.
func (s *Service) Routes(staff, _ *kit.Router) {
	slice := []string{"audience", "unit", "family", "channel", "campaign", "from", "to", "lang"}
	page := func(summary string, more ...string) kit.Doc {
		return kit.Doc{Summary: summary, Query: append(more, slice...), Gives: "text/html"}
	}
	staff.Plain("GET /{$}", s.selected(s.serveOverview), page("overview"))
	staff.Plain("GET /overview", s.selected(s.serveOverview), page("overview, or one section of it", "fragment"))
	staff.Plain("GET /report", s.selected(s.serveReport), page("overview as one file to keep: no script, no links"))
	staff.Plain("GET /verbatims", s.selected(s.serveVerbatims), page("masked remarks", "word", "topic", "after"))
	staff.Plain("GET /charts/{file}", s.selected(s.servePicture), kit.Doc{Summary: "gauge.svg, cloud.svg, funnel.svg or topics.svg", Query: slice, Gives: "image/svg+xml"})
	staff.Plain("GET /export/{file}", s.selected(s.serveExport), kit.Doc{Summary: "answers, scores or research as .csv or .xlsx, or codebook.csv", Query: slice})
}
