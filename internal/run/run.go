// Package run starts the parts of the program in the order of their needs and
// stops them in reverse, with a bounded grace.
//
// It owns the order and the stop; takes in parts as literals (name, needs,
// start); gives out one call that returns when all have ended. One part's
// failure stops the others, and the error names it.
package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"minyi/internal/fault"
)

// Part is one module of the program.
type Part struct {
	Name  string
	About string // one line, for -list-targets
	Needs []string
	// Target says whether an operator may name it in -target; the others are
	// started when a target needs them.
	Target bool
	// Start makes the part ready and gives what then runs. It must not block,
	// and nothing runs before every part is ready, so that parts may name each
	// other.
	Start func(ctx context.Context) (Running, error)
}

// Running is a started part. Run blocks until its ctx is done and then waits
// for its own goroutines; Close lets go of what Start took. Either may be nil.
type Running struct {
	Run   func(ctx context.Context) error
	Close func() error
}

// Select gives the parts that targets and their needs name, needs first.
// Empty targets means every target.
func Select(parts []Part, targets []string) ([]Part, error) {
	byName := map[string]Part{}
	for _, p := range parts {
		byName[p.Name] = p
	}
	if len(targets) == 0 {
		for _, p := range parts {
			if p.Target {
				targets = append(targets, p.Name)
			}
		}
	}
	var picked []Part
	state := map[string]int{} // 1 being visited, 2 picked
	var visit func(name string) error
	visit = func(name string) error {
		p, ok := byName[name]
		if !ok {
			return fmt.Errorf("part %q is needed but not declared", name)
		}
		switch state[name] {
		case 1:
			return fmt.Errorf("parts need each other in a circle at %q", name)
		case 2:
			return nil
		}
		state[name] = 1
		for _, need := range p.Needs {
			if err := visit(need); err != nil {
				return err
			}
		}
		state[name] = 2
		picked = append(picked, p)
		return nil
	}
	for _, name := range targets {
		if p, ok := byName[name]; !ok || !p.Target {
			return nil, unknownTarget(parts, name)
		}
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return picked, nil
}

func unknownTarget(parts []Part, name string) error {
	var names []string
	for _, p := range parts {
		if p.Target {
			names = append(names, p.Name)
		}
	}
	list := strings.Join(names, ", ")
	return fault.New(fault.Invalid, "target_unknown", "没有名为 "+name+" 的目标，可用："+list+"。", "there is no target "+name+"; there are: "+list).On("target")
}

// Group is a set of started parts.
type Group struct {
	log     *slog.Logger
	grace   time.Duration
	started []*started
	failed  chan error
}

type started struct {
	name   string
	run    Running
	cancel context.CancelFunc
	done   chan struct{} // nil: never ran
}

// Start readies parts in the order given, then runs them. When one cannot be
// readied, those before it are closed in reverse and the error names it.
func Start(ctx context.Context, parts []Part, grace time.Duration, log *slog.Logger) (*Group, error) {
	g := &Group{log: log, grace: grace, failed: make(chan error, len(parts))}
	for _, p := range parts {
		running, err := p.Start(ctx)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", p.Name, err), g.Stop())
		}
		g.started = append(g.started, &started{name: p.Name, run: running, cancel: func() {}})
	}
	for _, s := range g.started {
		g.launch(s)
	}
	return g, nil
}

func (g *Group) launch(s *started) {
	if s.run.Run == nil {
		return
	}
	// Not the caller's context: a signal must stop parts one by one in
	// reverse, not all at once.
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.cancel, s.done = cancel, done
	go func() {
		defer close(done)
		err := s.run.Run(ctx)
		if ctx.Err() != nil {
			return // asked to stop
		}
		if err == nil {
			err = errors.New("ended by itself")
		}
		g.failed <- fmt.Errorf("%s: %w", s.name, err)
	}()
}

func (s *started) end(grace time.Duration) error {
	s.cancel()
	if s.done == nil {
		return nil
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-s.done:
		return nil
	case <-timer.C:
		return fmt.Errorf("%s did not stop within %s", s.name, grace)
	}
}

// Wait blocks until ctx is done (nil) or a part fails, then stops all parts.
func (g *Group) Wait(ctx context.Context) error {
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-g.failed:
		g.log.Error("part failed, stopping", "err", failure)
	}
	return errors.Join(failure, g.Stop())
}

// Stop stops the parts in reverse, each within the grace. It says which did
// not end in time.
func (g *Group) Stop() error {
	var errs []error
	for _, s := range slices.Backward(g.started) {
		if err := s.end(g.grace); err != nil {
			errs = append(errs, err)
		}
		if s.run.Close != nil {
			if err := s.run.Close(); err != nil {
				errs = append(errs, fmt.Errorf("close %s: %w", s.name, err))
			}
		}
	}
	g.started = nil
	return errors.Join(errs...)
}
