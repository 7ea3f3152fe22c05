package survey

import (
	"net/http"

	"minyi/internal/kit"
)

// Routes adds survey's addresses: the phone page to the public listener,
// everything else to the staff listener. What peers call is routed where the
// program is wired.
func (s *Service) Routes(staff, public *kit.Router) {
	public.Plain("GET /s/{$}", http.HandlerFunc(s.page.Astray))
	public.Plain("GET /s/{token}", http.HandlerFunc(s.page.Get))
	public.Plain("GET /s/{token}/{rest...}", http.HandlerFunc(s.page.Back))
	public.Plain("POST /s/{token}", http.HandlerFunc(s.page.Post))
	public.Plain("POST /s/{token}/more", http.HandlerFunc(s.page.More))
	public.Plain("POST /s/{token}/refuse", http.HandlerFunc(s.page.Refuse))
	public.Plain("POST /s/{token}/seen", http.HandlerFunc(s.page.Seen))

	kit.Handle(staff, "GET /api/v1/questionnaires", s.Questionnaires)
	kit.Handle(staff, "GET /api/v1/questionnaires/{id}", s.Questionnaire)
	kit.Handle(staff, "POST /api/v1/questionnaires", s.SaveDraft)
	kit.Handle(staff, "POST /api/v1/questionnaires/{id}/publish", s.PublishQuestionnaire)

	staff.Plain("POST /api/v1/imports/cases", s.upload(s.ImportCases), kit.Doc{Summary: "import work orders or contacts; the file is the body", Query: []string{"name", "mapping", "sheet", "dry_run", "audience"}, Takes: "application/octet-stream", Gives: "application/json"})
	staff.Plain("POST /api/v1/imports/answers", s.upload(s.ImportAnswers), kit.Doc{Summary: "import existing answers; the file is the body", Query: []string{"name", "mapping", "sheet", "dry_run", "audience", "questionnaire", "tag", "day"}, Takes: "application/octet-stream", Gives: "application/json"})
	staff.Plain("POST /api/v1/imports/units", s.upload(s.ImportUnits), kit.Doc{Summary: "import the tree of units; the file is the body", Query: []string{"name", "mapping", "sheet", "dry_run"}, Takes: "application/octet-stream", Gives: "application/json"})
	kit.Handle(staff, "GET /api/v1/units", s.Units)
	kit.Handle(staff, "GET /api/v1/imports", s.Imports)
	staff.Plain("GET /api/v1/imports/{id}/problems", http.HandlerFunc(s.downloadProblems), kit.Doc{Summary: "every bad row of an import, with its reason", Gives: "text/csv"})

	kit.Handle(staff, "GET /api/v1/campaigns", s.Campaigns)
	kit.Handle(staff, "POST /api/v1/campaigns", s.CreateCampaign)
	kit.Handle(staff, "GET /api/v1/campaigns/{id}", s.Campaign)
	kit.Handle(staff, "POST /api/v1/campaigns/{id}/start", s.StartCampaign)
	kit.Handle(staff, "POST /api/v1/campaigns/{id}/pause", s.PauseCampaign)
	kit.Handle(staff, "POST /api/v1/campaigns/{id}/resume", s.ResumeCampaign)
	kit.Handle(staff, "POST /api/v1/campaigns/{id}/stop", s.StopCampaign)

	kit.Handle(staff, "GET /api/v1/answers", s.ListAnswers)
	kit.Handle(staff, "GET /api/v1/answers/pending", s.Pending)
	kit.Handle(staff, "GET /api/v1/funnel", s.Funnel)
	kit.Handle(staff, "POST /api/v1/answers/{id}/set-aside", s.SetAside)
	kit.Handle(staff, "GET /api/v1/answers/{id}/attempts", s.Attempts)
	kit.Handle(staff, "GET /api/v1/followups", s.Followups)
	kit.Handle(staff, "POST /api/v1/followups/{id}/steps", s.StepFollowup)
	kit.Handle(staff, "POST /api/v1/erasures", s.Erase)
}
