package charts

import (
	"context"
	"sync"
	"time"
)

// memo asks once for all who want the same figure at the same moment, and
// keeps the answer while it is fresh. Faults are not kept. Its values are
// shared: nobody may change them. The zero value is ready.
type memo[Req comparable, Resp any] struct {
	mu   sync.Mutex
	held map[Req]*asked[Resp]
}

// asked is one question: done is closed when the answer is there.
type asked[Resp any] struct {
	done chan struct{}
	at   time.Time
	resp Resp
	err  error
}

// mostHeld bounds the selections that are kept.
const mostHeld = 256

// longest bounds one question, which outlives the visitor who asked it first:
// others wait for it too.
const longest = 20 * time.Second

// get gives the answer to req, asking only when none is fresh at now.
func (m *memo[Req, Resp]) get(ctx context.Context, now time.Time, req Req, ask func(context.Context, Req) (Resp, error)) (Resp, error) {
	a, first := m.join(now, req)
	if first {
		go m.ask(ctx, req, a, ask)
	}
	select {
	case <-a.done:
		return a.resp, a.err
	case <-ctx.Done():
		var none Resp
		return none, ctx.Err()
	}
}

func (m *memo[Req, Resp]) ask(ctx context.Context, req Req, a *asked[Resp], ask func(context.Context, Req) (Resp, error)) {
	defer close(a.done)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	if a.resp, a.err = ask(ctx, req); a.err != nil {
		m.drop(req, a)
	}
}

// join finds the question in the air or freshly answered, or puts it.
func (m *memo[Req, Resp]) join(now time.Time, req Req) (a *asked[Resp], first bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.held[req]; ok && now.Sub(a.at) < fresh {
		return a, false
	}
	if m.held == nil || len(m.held) >= mostHeld {
		m.held = map[Req]*asked[Resp]{}
	}
	a = &asked[Resp]{done: make(chan struct{}), at: now}
	m.held[req] = a
	return a, true
}

func (m *memo[Req, Resp]) drop(req Req, a *asked[Resp]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[req] == a {
		delete(m.held, req)
	}
}
