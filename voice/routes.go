package voice

import (
	"net/http"

	"minyi/internal/kit"
)

// Routes adds the service's methods. Everything is for staff.
func (s *Service) Routes(staff, _ *kit.Router) {
	staff.Plain("GET /voice", http.HandlerFunc(s.servePage))
	staff.Plain("GET /voice/prompts", http.HandlerFunc(s.promptsPage))
	staff.Plain("POST /voice/prompts", http.HandlerFunc(s.promptsUpload))
	staff.Plain("POST /voice/prompts/{id}/remove", http.HandlerFunc(s.promptsRemove))
	kit.Handle(staff, "GET /api/v1/voice/live", s.Live)
	kit.Handle(staff, "GET /api/v1/voice/outcomes", s.Outcomes)
	kit.Handle(staff, "GET /api/v1/voice/calls", s.Calls)
	kit.Handle(staff, "GET /api/v1/voice/trunks", s.Trunks)
	kit.Handle(staff, "POST /api/v1/voice/test-call", s.TestCall)
	kit.Handle(staff, "GET /api/v1/voice/prompts", s.Prompts)
	kit.Handle(staff, "DELETE /api/v1/voice/prompts/{id}", s.RemovePrompt)
	staff.Plain("POST /api/v1/voice/prompts", http.HandlerFunc(s.uploadPrompt))
	staff.Plain("GET /api/v1/voice/prompts/{id}/audio", http.HandlerFunc(s.listenPrompt))
	staff.Plain("GET /api/v1/voice/prompts/{id}/original", http.HandlerFunc(s.originalPrompt))
	staff.Plain("GET /api/v1/voice/speak", http.HandlerFunc(s.speakPreview))
	staff.Plain("GET /api/v1/voice/recordings/{call}", http.HandlerFunc(s.listenRemark))
}
