package sms

import (
	"context"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"minyi"
)

// Line is one carrier account that the service may use.
type Line struct {
	Name    string // as the operator calls it; part of every segment's key, so never reused
	Gateway Gateway
	Tenant  minyi.TenantID // whose replies come in on it; "": the default tenant
	Rate    float64        // segments a second as contracted; 0: no limit
	Burst   int            // segments at once; 0: one second's worth

	Networks []Network // whose numbers it carries best; none: all
	Weight   int       // 1: its share of the messages among lines that fit
	Limits   Limits    // the carrier's own rules
}

// line is a Line with its rate and its inbound batches.
type line struct {
	Line
	limit    *rate.Limiter
	receipts *batcher[Receipt]
	credit   int // in the lines' turns, under Service.choosing
}

func (s *Service) newLine(l Line) *line {
	if l.Tenant == "" {
		l.Tenant = minyi.DefaultTenant
	}
	nl := &line{Line: l, limit: rate.NewLimiter(rate.Inf, 1)}
	if l.Rate > 0 {
		nl.limit = rate.NewLimiter(rate.Limit(l.Rate), max(1, orInt(l.Burst, int(l.Rate))))
	}
	nl.receipts = newBatcher(100, func(ctx context.Context, batch []Receipt) error { return s.takeReceipts(ctx, nl, batch) })
	return nl
}

// reserve takes n segments' worth of the rate and gives how long to wait for
// them. A message may have more segments than the burst holds. undo gives the
// places back.
func (l *line) reserve(n int) (wait time.Duration, undo func()) {
	now := time.Now()
	var taken []*rate.Reservation
	for n > 0 {
		k := min(n, l.limit.Burst())
		r := l.limit.ReserveN(now, k)
		taken = append(taken, r)
		wait = r.DelayFrom(now)
		n -= k
	}
	return wait, func() {
		for _, r := range slices.Backward(taken) { // the limiter gives back the latest only
			r.CancelAt(now)
		}
	}
}
