// Package gatewaytest is the contract of sms.Gateway: what every carrier
// protocol must do, whatever it is made of.
//
// It takes in a Fixture, which is a gateway with its counterpart in the test's
// hands, and gives out failures.
package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/sms"
)

// Fixture is a gateway with its carrier in the test's hands.
type Fixture struct {
	Gateway sms.Gateway
	// Arrived gives the texts that reached a number, whole.
	Arrived func(m minyi.Mobile) []string
	// Say has a telephone send texts to us.
	Say func(from minyi.Mobile, texts ...string)
	// SayLong has it send one long text in segments; nil: the protocol has no
	// segments.
	SayLong func(from minyi.Mobile, segments ...string)
	// Fail has every further message to a number end in the state given.
	Fail func(to minyi.Mobile, state string)
}

// Run holds a gateway to the contract; open makes a fresh one.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	for name, check := range map[string]func(*testing.T, *bench){
		"every message arrives once, whole, with its own ids": everyMessageOnce,
		"a long Chinese text with emoji arrives whole":        longText,
		"receipts name the ids of the submit":                 receipts,
		"a failure comes with its code":                       failures,
		"replies come in":                                     replies,
		"what the sink did not store comes again":             again,
		"a submit that ends before it began was not sent":     cancelled,
	} {
		t.Run(name, func(t *testing.T) { check(t, start(t, open(t))) })
	}
}

// bench runs a gateway and collects what it gives to its sink.
type bench struct {
	Fixture
	sink *Sink
}

func start(t *testing.T, f Fixture) *bench {
	t.Helper()
	b := &bench{Fixture: f, sink: &Sink{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Gateway.Run(ctx, b.sink) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error("Run:", err)
			}
		case <-time.After(2 * time.Minute):
			t.Error("Run does not end")
		}
	})
	testenv.Eventually(t, 10*time.Second, func() bool { return f.Gateway.Status().Bound }, "the gateway does not come up")
	return b
}

// Sink stores what a gateway passes on; with Refusals it refuses so many
// things first.
type Sink struct {
	mu       sync.Mutex
	receipts []sms.Receipt
	replies  []sms.Reply
	Refusals int
}

var _ sms.Sink = (*Sink)(nil)

var errFull = errors.New("the store is down")

// Receipt stores a receipt.
func (s *Sink) Receipt(_ context.Context, r sms.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Refusals > 0 {
		s.Refusals--
		return errFull
	}
	s.receipts = append(s.receipts, r)
	return nil
}

// Reply stores a reply.
func (s *Sink) Reply(_ context.Context, r sms.Reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Refusals > 0 {
		s.Refusals--
		return errFull
	}
	s.replies = append(s.replies, r)
	return nil
}

// Receipts gives what came so far.
func (s *Sink) Receipts() []sms.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.receipts)
}

// Replies gives what came so far.
func (s *Sink) Replies() []sms.Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.replies)
}

// Number gives the n-th number of the test block.
func Number(n int) minyi.Mobile {
	m, err := minyi.ParseMobile(fmt.Sprintf("1990000%04d", n))
	if err != nil {
		panic(err)
	}
	return m
}

const short = "【XX市12345热线】您反映的问题已办结,满意请回1。"

func (b *bench) submit(t *testing.T, n int, text string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	ids, err := b.Gateway.Submit(ctx, sms.Message{ID: minyi.AttemptID(fmt.Sprintf("a%d", n)), To: Number(n), Text: text, Ref: byte(n)})
	if err != nil {
		t.Fatalf("submit: %v", err)
	}
	if len(ids) != sms.Segments(text) || slices.Contains(ids, "") {
		t.Fatalf("%d ids for %d segments: %q", len(ids), sms.Segments(text), ids)
	}
	return ids
}

func everyMessageOnce(t *testing.T, b *bench) {
	const n = 64 // four windows
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			ids := b.submit(t, i, fmt.Sprintf("%s第%d号", short, i))
			mu.Lock()
			defer mu.Unlock()
			for _, id := range ids {
				if seen[id] {
					t.Errorf("the id %s was given twice", id)
				}
				seen[id] = true
			}
		})
	}
	wg.Wait()
	for i := range n {
		if got := b.Arrived(Number(i)); len(got) != 1 || got[0] != fmt.Sprintf("%s第%d号", short, i) {
			t.Fatalf("number %d got %q", i, got)
		}
	}
}

func longText(t *testing.T, b *bench) {
	for i, text := range []string{
		short + strings.Repeat("您的意见对我们很重要。", 20),
		short + strings.Repeat("😀", 60),
		short + strings.Repeat("满", 67-sms.Units(short)%67-1) + "😀" + strings.Repeat("意", 80),
	} {
		b.submit(t, i, text)
		if got := b.Arrived(Number(i)); len(got) != 1 || got[0] != text {
			t.Errorf("text %d arrived as %q", i, got)
		}
	}
}

func receipts(t *testing.T, b *bench) {
	want := map[string]minyi.Mobile{}
	for i := range 20 {
		for _, id := range b.submit(t, i, short+strings.Repeat("长", 10*i)) {
			want[id] = Number(i)
		}
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return len(b.sink.Receipts()) >= len(want) }, "not every receipt came")
	for _, r := range b.sink.Receipts() {
		if number, ok := want[r.ID]; !ok || r.Number != number || r.Code != "DELIVRD" || r.At.IsZero() {
			t.Errorf("receipt %q %q, ours: %v", r.ID, r.Code, ok)
		}
		delete(want, r.ID)
	}
	if len(want) > 0 {
		t.Errorf("%d segments without a receipt", len(want))
	}
}

func failures(t *testing.T, b *bench) {
	b.Fail(Number(1), "UNDELIV")
	id := b.submit(t, 1, short)[0]
	testenv.Eventually(t, 10*time.Second, func() bool { return len(b.sink.Receipts()) == 1 })
	if r := b.sink.Receipts()[0]; r.ID != id || !strings.HasPrefix(r.Code, "UNDELIV") {
		t.Errorf("receipt %q %q", r.ID, r.Code)
	}
}

func replies(t *testing.T, b *bench) {
	texts := []string{"1", "１", "不满意,路灯还是不亮", "👍谢谢", "TD"}
	b.Say(Number(3), texts...)
	testenv.Eventually(t, 10*time.Second, func() bool { return len(b.sink.Replies()) == len(texts) })
	var got []string
	for _, r := range b.sink.Replies() {
		if r.From != Number(3) || !r.Part.Whole() || r.At.IsZero() {
			t.Errorf("a reply from the wrong place: %v %+v", r.From, r.Part)
		}
		got = append(got, r.Text)
	}
	slices.Sort(got)
	slices.Sort(texts)
	if !slices.Equal(got, texts) {
		t.Errorf("got %q", got)
	}
	if b.SayLong == nil {
		return
	}
	b.SayLong(Number(4), "路灯坏了", "三个月", "没人修")
	testenv.Eventually(t, 10*time.Second, func() bool { return len(b.sink.Replies()) == len(texts)+3 })
	parts := map[int]string{}
	for _, r := range b.sink.Replies()[len(texts):] {
		if r.Part.Total != 3 {
			t.Errorf("part %+v", r.Part)
		}
		parts[r.Part.Index] = r.Text
	}
	if parts[1]+parts[2]+parts[3] != "路灯坏了三个月没人修" {
		t.Errorf("parts %v", parts)
	}
}

func again(t *testing.T, b *bench) {
	b.sink.mu.Lock()
	b.sink.Refusals = 4
	b.sink.mu.Unlock()
	id := b.submit(t, 1, short)[0]
	b.Say(Number(1), "2")
	testenv.Eventually(t, 15*time.Second, func() bool { return len(b.sink.Receipts()) >= 1 && len(b.sink.Replies()) >= 1 }, "what was refused once never came again")
	if r := b.sink.Receipts()[0]; r.ID != id {
		t.Errorf("receipt of %q", r.ID)
	}
}

func cancelled(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := b.Gateway.Submit(ctx, sms.Message{ID: "x", To: Number(9), Text: short})
	if e := sms.AsSubmitError(err); err == nil || e.Outcome != sms.OutcomeRetry {
		t.Fatalf("outcome %v", err)
	}
	if got := b.Arrived(Number(9)); len(got) != 0 {
		t.Fatalf("it arrived: %q", got)
	}
}
