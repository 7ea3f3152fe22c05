package voice

import (
	"context"
	"maps"
	"sync"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// conversation is one call under way: the dialogue, driven by the line.
type conversation struct {
	service *Service
	key     string // of its row
	attempt minyi.AttemptID
	brief   minyi.CallBrief
	spec    *Spec
	clips   clips

	inject chan EventKind // from outside: answered elsewhere, stopped
	cancel context.CancelFunc
	dial   context.Context

	mu       sync.Mutex
	state    State
	answered time.Time
	trunk    string
	placed   time.Time
	why      string        // survey no longer wants the call, as CallBrief.Why
	saved    chan struct{} // asks the saver to write state down
}

func (s *Service) newConversation(key string, attempt minyi.AttemptID, b minyi.CallBrief, spec *Spec, cl clips) *conversation {
	c := &conversation{service: s, key: key, attempt: attempt, brief: b, spec: spec, clips: cl,
		inject: make(chan EventKind, 4), saved: make(chan struct{}, 1), placed: s.clock.Now()}
	c.dial, c.cancel = context.WithCancel(context.Background())
	return c
}

// run places the call on the first trunk that takes it, and writes down what
// came of it.
func (c *conversation) run(ctx context.Context, to Number) {
	defer c.cancel()
	var saver sync.WaitGroup
	stop := make(chan struct{})
	saver.Go(func() { c.keep(ctx, stop) })
	result, trunk := c.place(to)
	close(stop)
	saver.Wait()
	c.service.finish(ctx, c, result, trunk)
	c.service.mu.Lock()
	delete(c.service.live, c.attempt)
	c.service.mu.Unlock()
	c.service.wake()
}

// place tries the trunks in order: a fault of one is no reason not to call on
// the next, unless the telephone has rung: ringing it again at once would
// break the spacing rule.
func (c *conversation) place(to Number) (Result, string) {
	result := Result{Outcome: OutcomeTrunk, Detail: "no_trunk", Placed: c.placed, Ended: c.service.clock.Now()}
	used := ""
	for _, t := range c.service.inOrder() {
		used = t.Name()
		c.mu.Lock()
		c.trunk = used
		c.mu.Unlock()
		c.save()
		result = t.Call(c.dial, Order{To: to}, c.talk)
		if result.Rang || result.Outcome != OutcomeTrunk && result.Outcome != OutcomeCongestion {
			break
		}
		c.service.log.Warn("call not carried", "trunk", used, "outcome", result.Outcome, "code", result.Code, "cause", result.Cause, "detail", result.Detail)
	}
	return result, used
}

// inOrder gives the trunks that are up and have a free line, in order of
// preference, or all where none is.
func (s *Service) inOrder() (use []Trunk) {
	for _, t := range s.trunks {
		if st := t.Status(); st.Up && st.Live < st.Most {
			use = append(use, t)
		}
	}
	if len(use) == 0 {
		return s.trunks
	}
	return use
}

// save asks for the state to be written down, so that a crash loses nothing
// that was pressed. A slow store never holds the dialogue up.
func (c *conversation) save() {
	select {
	case c.saved <- struct{}{}:
	default:
	}
}

// keep writes the state down when asked and renews the lease, until stop.
func (c *conversation) keep(ctx context.Context, stop <-chan struct{}) {
	renew := time.NewTicker(c.service.cfg.Lease / 3)
	defer renew.Stop()
	for {
		select {
		case <-stop:
			return
		case <-c.saved:
		case <-renew.C:
		}
		c.write(ctx)
	}
}

func (c *conversation) write(ctx context.Context) {
	snap := c.snapshot()
	now := c.service.clock.Now()
	_, err := c.service.store.calls.Update(ctx, c.key, func(r *record) error {
		if !r.is(c.attempt) {
			return docstore.Unchanged
		}
		r.Lease = now.Add(c.service.cfg.Lease)
		t := r.last()
		t.Trunk = snap.trunk
		if !snap.answered.IsZero() {
			r.State = StateTalking
			t.Answered = snap.answered
			t.fill(snap.state, c.spec)
		}
		return nil
	})
	if err != nil {
		c.service.log.Warn("a call's state is not written yet", "attempt", c.attempt, "err", err)
	}
}

type snapshot struct {
	state            State
	answered, placed time.Time
	trunk, why       string
}

func (c *conversation) snapshot() snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	return snapshot{c.state, c.answered, c.placed, c.trunk, c.why}
}

// fill notes how far the dialogue has come.
func (t *Try) fill(s State, spec *Spec) {
	t.Step = s.Step(spec)
	if s.HungAt != "" {
		t.Step = s.HungAt
	}
	t.End, t.Keyed, t.Recorded = s.End, s.Keyed, s.Recorded
	t.Pressed, t.Notes = maps.Clone(s.Answers), maps.Clone(s.Notes)
}

// interrupt hands an event from outside to the dialogue; a call that still
// rings is cancelled.
func (c *conversation) interrupt(kind EventKind) {
	select {
	case c.inject <- kind:
	default: // told already
	}
	if c.snapshot().answered.IsZero() {
		c.cancel()
	}
}

func (s *Service) interruptAll(kind EventKind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.live {
		c.interrupt(kind)
	}
}
