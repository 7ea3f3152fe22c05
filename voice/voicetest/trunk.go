package voicetest

import (
	"context"
	"sync"
	"time"

	"minyi/voice"
)

// Person says what the called one does at the nth thing that is played (from
// 0). The empty reaction listens on.
type Person func(played int) Reaction

// Reaction is what a person does after hearing something.
type Reaction struct {
	Keys   string // pressed one after the other
	HangUp bool
	Barge  bool   // before it has been played out
	Speak  []byte // A-law said into a recording
	Talks  bool   // and never presses # after it
}

// Trunk is a voice.Trunk without a network.
type Trunk struct {
	name string

	mu      sync.Mutex
	person  Person
	outcome voice.Result // of calls that are not answered; empty: answered
	most    int
	up      bool
	live    int
	placed  []time.Time
	ringing chan struct{} // not nil: calls ring until it is closed
	listen  func([]byte)  // not nil: gets all that is played
}

var _ voice.Trunk = (*Trunk)(nil)

// NewTrunk makes a trunk on which everybody answers and is person.
func NewTrunk(name string, person Person) *Trunk {
	return &Trunk{name: name, person: person, most: 10, up: true}
}

// Set changes what becomes of calls from now on; outcome "" answers.
func (t *Trunk) Set(outcome voice.Result, person Person) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcome = outcome
	if person != nil {
		t.person = person
	}
}

// Ring makes calls ring until release is called.
func (t *Trunk) Ring() (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ch := make(chan struct{})
	t.ringing = ch
	return func() {
		t.mu.Lock()
		t.ringing = nil
		t.mu.Unlock()
		close(ch)
	}
}

// Listen hands everything that is played to f, before the person reacts.
func (t *Trunk) Listen(f func(samples []byte)) { t.mu.Lock(); defer t.mu.Unlock(); t.listen = f }

// SetUp says whether the trunk may be used.
func (t *Trunk) SetUp(up bool) { t.mu.Lock(); defer t.mu.Unlock(); t.up = up }

// Placed counts the calls that were asked for.
func (t *Trunk) Placed() int { t.mu.Lock(); defer t.mu.Unlock(); return len(t.placed) }

// Name implements voice.Trunk.
func (t *Trunk) Name() string { return t.name }

// Status implements voice.Trunk.
func (t *Trunk) Status() voice.TrunkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	return voice.TrunkStatus{Up: t.up, Live: t.live, Most: t.most}
}

// Run implements voice.Trunk.
func (t *Trunk) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Call implements voice.Trunk.
func (t *Trunk) Call(ctx context.Context, _ voice.Order, talk voice.Talk) voice.Result {
	t.mu.Lock()
	t.placed = append(t.placed, time.Now())
	t.live++
	result, person, ringing, listen := t.outcome, t.person, t.ringing, t.listen
	t.mu.Unlock()
	defer func() { t.mu.Lock(); t.live--; t.mu.Unlock() }()
	result.Placed = time.Now()
	if ringing != nil {
		select {
		case <-ringing:
		case <-ctx.Done():
			return voice.Result{Outcome: voice.OutcomeStopped, Rang: true, Placed: result.Placed, Ended: time.Now()}
		}
	}
	if result.Outcome == "" {
		result.Outcome, result.Rang, result.Answered = voice.OutcomeAnswered, true, time.Now()
		l := newLine(person)
		l.listen = listen
		talk(l.ctx, l)
		l.end("")
		result.HungUp = l.hungUp
	}
	result.Ended = time.Now()
	return result
}

// line is an answered call to a Person.
type line struct {
	ctx    context.Context
	cancel context.CancelFunc
	person Person
	sounds chan voice.Sound
	start  time.Time
	wg     sync.WaitGroup

	mu     sync.Mutex
	plays  int
	sink   func([]byte)
	speak  []byte
	talks  bool
	hungUp bool
	listen func([]byte)
}

func newLine(p Person) *line {
	l := &line{person: p, sounds: make(chan voice.Sound, 64), start: time.Now()}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

func (l *line) tell(s voice.Sound) {
	s.At = time.Since(l.start)
	select {
	case l.sounds <- s:
	case <-l.ctx.Done():
	}
}

// Play implements voice.Line: everything takes 2 ms to hear.
func (l *line) Play(samples []byte) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plays++
	n := l.plays
	if samples != nil && l.listen != nil {
		l.listen(samples)
	}
	if samples != nil {
		react := l.person(n - 1)
		l.speak, l.talks = react.Speak, react.Talks
		l.wg.Go(func() { l.react(n, react) })
	}
	return n
}

func (l *line) react(n int, r Reaction) {
	t := time.NewTimer(2 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.ctx.Done():
		return
	}
	if !r.Barge {
		l.tell(voice.Sound{Kind: voice.SoundPlayed, Played: n})
	}
	for _, k := range r.Keys {
		l.tell(voice.Sound{Kind: voice.SoundKey, Key: byte(k)})
	}
	if r.HangUp {
		l.mu.Lock()
		l.hungUp = true
		l.mu.Unlock()
		l.end(voice.SoundHungUp)
	}
}

func (l *line) end(kind voice.SoundKind) {
	if kind != "" {
		l.tell(voice.Sound{Kind: kind})
	}
	l.cancel()
}

// Heard implements voice.Line.
func (l *line) Heard() <-chan voice.Sound { return l.sounds }

// Record implements voice.Line: the person says at once what it has to say and
// then presses #.
func (l *line) Record(sink func([]byte)) {
	l.mu.Lock()
	speak, talks := l.speak, l.talks
	l.speak = nil
	l.mu.Unlock()
	if sink == nil || speak == nil {
		return
	}
	sink(speak)
	if talks {
		return
	}
	l.wg.Go(func() { l.tell(voice.Sound{Kind: voice.SoundKey, Key: '#'}) })
}

// Presses is a person who presses one key after each thing heard, and then
// listens.
func Presses(keys string) Person {
	return func(n int) Reaction {
		if n < len(keys) {
			return Reaction{Keys: keys[n : n+1]}
		}
		return Reaction{}
	}
}
