package score

import (
	"context"
	"fmt"
	"testing"
	"time"

	"minyi"
	"minyi/score/scoretest"
)

// BenchmarkRecount counts the raw answers of twenty cities anew: to compare,
// and to write the rows again.
func BenchmarkRecount(b *testing.B) {
	ctx := context.Background()
	n := sizes(b)[0]
	units, ids := nation()
	w := scoretest.NewWorld(units...)
	s, _ := newService(b, w)
	syn := scoretest.NewSynthetic(1, time.Date(2026, 1, 1, 12, 0, 0, 0, minyi.Shanghai), min(365, n/200), ids[:20]...)
	batch := make([]minyi.AnswerID, 0, 20_000)
	for i := range n {
		f, text := syn.Answer()
		w.Put(f)
		if text != nil {
			w.Analyse(*text)
		}
		if batch = append(batch, f.Answer); len(batch) < cap(batch) && i < n-1 {
			continue
		}
		if err := s.Count(ctx, minyi.DefaultTenant, batch); err != nil {
			b.Fatal(err)
		}
		batch = batch[:0]
	}
	if err := s.Aggregate(ctx); err != nil {
		b.Fatal(err)
	}
	for name, verify := range map[string]bool{"verify": true, "write": false} {
		b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
			before := processor()
			for b.Loop() {
				r, err := s.Recount(ctx, RecountRequest{From: w, Verify: verify})
				if err != nil || !r.Equal || r.Answers != n {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(float64((processor()-before).Microseconds())/float64(b.N)/float64(n), "cpu-µs/answer")
		})
	}
}
