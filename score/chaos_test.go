package score

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/score/scoretest"
)

// chaos drives a world and a service through everything that can happen to an
// answer, in random order, with work left undone as a crash leaves it.
type chaos struct {
	t     *testing.T
	rng   *rand.Rand
	w     *scoretest.World
	s     *Service
	clock *clock.Stepping
	syn   *scoretest.Synthetic
	lost  []minyi.AnswerID // events that a crash kept from being handled; they come again
}

func (c *chaos) some() []minyi.AnswerID {
	ids := c.w.IDs()
	if len(ids) == 0 {
		return nil
	}
	out := make([]minyi.AnswerID, 1+c.rng.IntN(6))
	for i := range out {
		out[i] = ids[c.rng.IntN(len(ids))]
	}
	return out
}

// event delivers answers, now or after a crash, sometimes twice.
func (c *chaos) event(ids ...minyi.AnswerID) {
	ctx := context.Background()
	switch c.rng.IntN(6) {
	case 0: // the process dies before it starts
	case 1: // the process dies between two steps
		c.crash(ctx, ids)
	default:
		if err := c.s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	c.lost = append(c.lost, ids...)
}

// crash does the first steps of Count and no more.
func (c *chaos) crash(ctx context.Context, ids []minyi.AnswerID) {
	facts, texts, err := c.s.ask(ctx, minyi.DefaultTenant, ids)
	if err != nil {
		c.t.Fatal(err)
	}
	ops, _, err := c.s.locate(ctx, minyi.DefaultTenant, facts, texts)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.rng.IntN(2) == 0 {
		ops = ops[:c.rng.IntN(len(ops)+1)]
		if err := c.s.putRows(ctx, ops); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chaos) step() {
	ctx := context.Background()
	switch c.rng.IntN(12) {
	case 0, 1, 2, 3:
		f, text := c.syn.Answer()
		c.w.Put(f)
		if text != nil && c.rng.IntN(2) == 0 {
			c.w.Analyse(*text)
		}
		c.event(f.Answer)
	case 4: // analysis or re-analysis
		for _, a := range c.some() {
			c.w.Analyse(minyi.TextFacts{Answer: a, Content: c.rng.IntN(2) == 0, Polarity: c.rng.IntN(3) - 1, Suggestion: c.rng.IntN(2) == 0})
			c.event(a)
		}
	case 5: // set aside, or taken back
		for _, a := range c.some() {
			c.w.Change(a, func(f *minyi.AnswerFacts) { f.SetAside = !f.SetAside })
			c.event(a)
		}
	case 6: // the case's closure day or unit is corrected
		for _, a := range c.some() {
			c.w.Change(a, func(f *minyi.AnswerFacts) {
				f.Day = minyi.Day(may.AddDate(0, 0, c.rng.IntN(40)))
				f.Unit = c.syn.Unit[c.rng.IntN(len(c.syn.Unit))]
			})
			c.event(a)
		}
	case 7: // erasure
		if a := c.some(); len(a) > 0 {
			c.w.Erase(a[0])
			c.event(a...)
		}
	case 8: // replay
		c.event(c.some()...)
	case 9: // a stale worker wrote late
		c.staleWriter(ctx)
	case 10:
		if err := c.s.Aggregate(ctx); err != nil {
			c.t.Fatal(err)
		}
	case 11: // the unit tree is reorganised
		units := append([]minyi.Unit(nil), smallTree...)
		units[2+c.rng.IntN(3)].Parent = []minyi.UnitID{"east", "west", ""}[c.rng.IntN(3)]
		c.w.SetUnits(units...)
		c.clock.Advance(treeFor + time.Second)
	}
}

// staleWriter takes facts, lets the world move on and be counted, then writes
// what it took.
func (c *chaos) staleWriter(ctx context.Context) {
	ids := c.some()
	if len(ids) == 0 {
		return
	}
	facts, texts, err := c.s.ask(ctx, minyi.DefaultTenant, ids)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range ids {
		c.w.Change(a, func(f *minyi.AnswerFacts) { f.Values[minyi.TagHandling] = minyi.Value{V: 1 + c.rng.IntN(5), K: 5} })
		if c.rng.IntN(12) == 0 {
			c.w.Erase(a)
		}
	}
	if err := c.s.Count(ctx, minyi.DefaultTenant, ids); err != nil {
		c.t.Fatal(err)
	}
	if err := c.s.count(ctx, minyi.DefaultTenant, facts, texts); err != nil {
		c.t.Fatal(err)
	}
}
