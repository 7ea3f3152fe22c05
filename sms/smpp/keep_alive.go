package smpp

import (
	"context"
	"time"

	"github.com/linxGnu/gosmpp/data"
)

// keepAlive asks whether the line stands, outside the window; no answer ends
// the session. When ctx is done it unbinds and ends it.
func (s *session) keepAlive(ctx context.Context) {
	tick := time.NewTicker(s.cfg.EnquireEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-ctx.Done():
			s.ask(data.UNBIND, min(s.cfg.DialTimeout, 5*time.Second))
			s.end()
			return
		case <-tick.C:
			if !s.ask(data.ENQUIRE_LINK, s.cfg.DialTimeout) {
				s.end()
				return
			}
		}
	}
}

// ask sends a request without a body and reports whether it was answered.
func (s *session) ask(command data.CommandIDType, within time.Duration) bool {
	sequence, w, ok := s.await(false)
	if !ok || s.write(bare(command, 0, sequence)) != nil {
		return false
	}
	t := time.NewTimer(within)
	defer t.Stop()
	select {
	case _, ok := <-w.answer:
		return ok
	case <-t.C:
		s.take(sequence)
		return false
	}
}
