// Package clock gives the time through an interface of one function, so that
// rules about hours and deadlines can be tested at any moment.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. The zero value is the machine's clock.
type Clock struct{ now func() time.Time }

// Now gives the current time.
func (c Clock) Now() time.Time {
	if c.now == nil {
		return time.Now()
	}
	return c.now()
}

// System is the machine's clock.
func System() Clock { return Clock{} }

// Stepping is a clock for tests: it stands still until told to move.
type Stepping struct {
	mu sync.Mutex
	t  time.Time
}

// NewStepping starts a stepping clock at t.
func NewStepping(t time.Time) *Stepping { return &Stepping{t: t} }

// Clock gives the Clock that reads s.
func (s *Stepping) Clock() Clock { return Clock{now: s.Now} }

// Now gives the time at which s stands.
func (s *Stepping) Now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.t }

// Advance moves s forward by d.
func (s *Stepping) Advance(d time.Duration) { s.mu.Lock(); s.t = s.t.Add(d); s.mu.Unlock() }
