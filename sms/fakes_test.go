package sms

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/secret"
	"minyi/internal/testenv"
	"minyi/sms/smstest"
)

// noon is a Monday on which messages may go.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, minyi.Shanghai)

// carrier is a Gateway that a test scripts and that counts what reached it.
type carrier struct {
	mu     sync.Mutex
	sent   []Message
	next   int
	script func(Message) ([]string, error) // nil: accept; ids of its own, or none for the next
	sink   Sink
	up     chan struct{}
}

func newCarrier() *carrier { return &carrier{up: make(chan struct{})} }

func (c *carrier) Submit(_ context.Context, m Message) ([]string, error) {
	c.mu.Lock()
	script := c.script
	c.mu.Unlock()
	var named []string
	if script != nil {
		var err error
		if named, err = script(m); err != nil {
			return named, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, m)
	if named != nil {
		return named, nil
	}
	ids := make([]string, Segments(m.Text))
	for i := range ids {
		c.next++
		ids[i] = fmt.Sprintf("c%d", c.next)
	}
	return ids, nil
}

func (c *carrier) Capabilities() Capabilities {
	return Capabilities{Links: true, Questionnaires: true, Inbound: true, Receipts: true}
}

func (c *carrier) Run(ctx context.Context, sink Sink) error {
	c.mu.Lock()
	c.sink = sink
	c.mu.Unlock()
	close(c.up)
	<-ctx.Done()
	return nil
}

func (c *carrier) Status() Status { return Status{Bound: true, Window: 10} }

func (c *carrier) say(f func(Message) ([]string, error)) { c.mu.Lock(); c.script = f; c.mu.Unlock() }

func (c *carrier) texts() (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.sent {
		out = append(out, m.Text)
	}
	return out
}

// bench is a service with its surroundings in a test's hands.
type bench struct {
	*Service
	t       testing.TB
	carrier *carrier
	survey  *smstest.Survey
	clock   *clock.Stepping
	box     *secret.Box
	sink    Sink
}

func newBench(t testing.TB, change ...func(*Deps)) *bench {
	t.Helper()
	b := &bench{t: t, carrier: newCarrier(), survey: &smstest.Survey{}, clock: clock.NewStepping(noon), box: testenv.Secrets(t)}
	d := Deps{DB: testenv.DB(t), Bus: testenv.Bus(t), Box: b.box, Clock: b.clock.Clock(), Log: slog.New(slog.DiscardHandler),
		Survey: b.survey, Lines: []Line{{Name: "test", Gateway: b.carrier}}}
	for _, c := range change {
		c(&d)
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	b.Service = s
	if len(s.lines) > 0 {
		b.sink = directSink{&inlet{service: s, line: s.lines[0]}}
	}
	return b
}

// directSink writes each receipt by itself, without the batches of Run.
type directSink struct{ *inlet }

func (d directSink) Receipt(ctx context.Context, r Receipt) error {
	return d.service.takeReceipts(ctx, d.line, []Receipt{r})
}

// invite makes an invitation of n's number due.
func (b *bench) invite(id minyi.InvitationID, n int, text string) {
	b.t.Helper()
	m := number(n)
	sealed, err := b.box.Seal(m.Reveal())
	if err != nil {
		b.t.Fatal(err)
	}
	b.survey.Invite(minyi.Brief{Tenant: minyi.DefaultTenant, Invitation: id, Campaign: "cmp", Go: true, To: sealed, Blind: b.box.Blind("mobile", m.Reveal()), Text: text})
}

// due carries invitations as the event would.
func (b *bench) due(ids ...minyi.InvitationID) {
	b.t.Helper()
	if err := b.carry(context.Background(), minyi.DefaultTenant, ids); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) state(id minyi.InvitationID) attempt {
	b.t.Helper()
	r, err := b.store.ledger.Get(context.Background(), string(AttemptIDFor(id, 0, 0)))
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Body
}

func (b *bench) receipt(carrierID, code string, n int) {
	b.t.Helper()
	if err := b.sink.Receipt(context.Background(), Receipt{ID: carrierID, Number: number(n), Code: code, At: b.clock.Now()}); err != nil {
		b.t.Fatal(err)
	}
}

// says has n's telephone send a text, and deals with it.
func (b *bench) says(n int, text string) {
	b.t.Helper()
	ctx := context.Background()
	if err := b.sink.Reply(ctx, Reply{From: number(n), To: "10690000", Text: text, At: b.clock.Now()}); err != nil {
		b.t.Fatal(err)
	}
	b.drain()
}

func (b *bench) drain() {
	b.t.Helper()
	for {
		select {
		case id := <-b.heard:
			if err := b.hear(context.Background(), id); err != nil {
				b.t.Log("not dealt with yet:", err)
			}
		default:
			return
		}
	}
}

func number(n int) minyi.Mobile {
	m, err := minyi.ParseMobile(fmt.Sprintf("1990000%04d", n))
	if err != nil {
		panic(err)
	}
	return m
}

const shortText = "【XX市12345热线】您反映的问题已办结,请评价:非常满意回1,满意2,基本满意3,不满意4,非常不满意5。"
