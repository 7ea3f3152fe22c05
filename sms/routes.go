package sms

import "minyi/internal/kit"

// Routes adds the service's methods. Everything is for staff: SMPP needs no
// callback address.
func (s *Service) Routes(staff, _ *kit.Router) {
	kit.Handle(staff, "GET /api/v1/sms/ledger", s.Ledger)
	kit.Handle(staff, "GET /api/v1/sms/unknown", s.Unknown)
	kit.Handle(staff, "GET /api/v1/sms/replies", s.Replies)
	kit.Handle(staff, "GET /api/v1/sms/do-not-contact", s.Stopped)
	kit.Handle(staff, "POST /api/v1/sms/do-not-contact", s.AddStop)
	kit.Handle(staff, "DELETE /api/v1/sms/do-not-contact/{id}", s.RemoveStop)
	kit.Handle(staff, "GET /api/v1/sms/gateways", s.Gateways)
}
