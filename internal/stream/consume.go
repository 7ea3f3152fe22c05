package stream

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"minyi"
	"minyi/internal/fault"
)

// Delivery is one event handed to a handler.
type Delivery struct {
	ID   string
	Body []byte
	Try  int // 1 the first time
}

// Handler takes a batch. nil acknowledges all of it; an error makes each entry
// be tried singly.
type Handler func(ctx context.Context, batch []Delivery) error

// Options bound a consumer. The zero value is a good start.
type Options struct {
	Batch      int           // entries a read; 100
	Workers    int           // readers in parallel; 1
	ClaimAfter time.Duration // idle time after which a dead reader's entries are taken over; 2 min, and above the longest handling
}

func (o Options) withDefaults() Options {
	if o.Batch <= 0 {
		o.Batch = 100
	}
	if o.Workers <= 0 {
		o.Workers = 1
	}
	if o.ClaimAfter <= 0 {
		o.ClaimAfter = 2 * time.Minute
	}
	return o
}

// maxTries is how often an entry is tried before it goes to the dead-letter
// stream. Failures of kind Unavailable do not count: the entry is not at fault.
const maxTries = 5

// Consume reads topic as group until ctx is done, then waits for its handlers.
func (b *Bus) Consume(ctx context.Context, topic minyi.Topic, group string, o Options, handle Handler) error {
	if !slices.Contains(b.readers[topic], group) {
		return fmt.Errorf("group %q is not declared as a reader of %q", group, topic)
	}
	o = o.withDefaults()
	host, _ := os.Hostname()
	var wg sync.WaitGroup
	for i := range o.Workers {
		c := &consumer{bus: b, topic: topic, group: group, opt: o, handle: handle,
			stream: key(topic, group), name: fmt.Sprintf("%s-%d", host, i)}
		wg.Go(func() { c.run(ctx) })
	}
	wg.Wait()
	return nil
}

type consumer struct {
	bus     *Bus
	topic   minyi.Topic
	group   string
	opt     Options
	handle  Handler
	stream  string
	name    string
	claimed time.Time
}

func (c *consumer) run(ctx context.Context) {
	wait, from := time.Duration(0), "0" // own history first: what a crash left unacknowledged
	for ctx.Err() == nil {
		n, err := c.turn(ctx, from)
		switch {
		case err != nil && ctx.Err() == nil:
			wait = min(max(2*wait, 100*time.Millisecond), 5*time.Second)
			c.bus.log.Warn("stream reader waits", "topic", c.topic, "group", c.group, "for", wait, "err", err)
			pause(ctx, wait)
			from = "0"
		case from == "0" && n == 0:
			from, wait = ">", 0
		default:
			wait = 0
		}
	}
}

func (c *consumer) turn(ctx context.Context, from string) (int, error) {
	if time.Since(c.claimed) > c.opt.ClaimAfter/2 {
		if err := c.takeOver(ctx); err != nil {
			return 0, c.recreate(ctx, err)
		}
		c.claimed = time.Now()
	}
	block := time.Second // longer would hold up a stop: a blocked read ignores cancellation
	if from == "0" {
		block = -1
	}
	res, err := c.bus.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: c.group, Consumer: c.name,
		Streams: []string{c.stream, from}, Count: int64(c.opt.Batch), Block: block}).Result()
	if errors.Is(err, redis.Nil) || len(res) == 0 && err == nil {
		return 0, nil
	}
	if err != nil {
		return 0, c.recreate(ctx, err)
	}
	msgs := res[0].Messages
	return len(msgs), c.deliver(ctx, msgs, from == "0")
}

// recreate makes the group when it is missing (first start, or Redis was
// wiped) and otherwise hands err back.
func (c *consumer) recreate(ctx context.Context, err error) error {
	if !strings.Contains(err.Error(), "NOGROUP") && !strings.Contains(err.Error(), "no longer exists") {
		return err
	}
	made := c.bus.rdb.XGroupCreateMkStream(ctx, c.stream, c.group, "0").Err()
	if made != nil && !strings.Contains(made.Error(), "BUSYGROUP") {
		return made
	}
	return nil
}

// takeOver claims what dead readers left behind.
func (c *consumer) takeOver(ctx context.Context) error {
	start := "0-0"
	for ctx.Err() == nil {
		msgs, next, err := c.bus.rdb.XAutoClaim(ctx, &redis.XAutoClaimArgs{Stream: c.stream, Group: c.group,
			Consumer: c.name, MinIdle: c.opt.ClaimAfter, Start: start, Count: int64(c.opt.Batch)}).Result()
		if err != nil {
			return err
		}
		if err := c.deliver(ctx, msgs, true); err != nil {
			return err
		}
		if next == "0-0" || next == "" {
			return nil
		}
		start = next
	}
	return nil
}

func (c *consumer) deliver(ctx context.Context, msgs []redis.XMessage, again bool) error {
	batch := make([]Delivery, 0, len(msgs))
	for _, m := range msgs {
		body, _ := m.Values["b"].(string)
		batch = append(batch, Delivery{ID: m.ID, Body: []byte(body), Try: 1})
	}
	if len(batch) == 0 {
		return nil
	}
	if again {
		if err := c.countTries(ctx, batch); err != nil {
			return err
		}
	} else if err := c.handle(ctx, batch); err == nil {
		return c.done(ctx, batch)
	}
	for _, d := range batch {
		if err := c.single(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// countTries asks Redis how often each entry was handed out, so that an entry
// that kills its reader ends in the dead-letter stream too.
func (c *consumer) countTries(ctx context.Context, batch []Delivery) error {
	pending, err := c.bus.rdb.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: c.stream, Group: c.group,
		Start: batch[0].ID, End: batch[len(batch)-1].ID, Count: int64(len(batch) * 4)}).Result()
	if err != nil {
		return err
	}
	tries := map[string]int{}
	for _, p := range pending {
		tries[p.ID] = int(p.RetryCount)
	}
	for i := range batch {
		batch[i].Try = max(1, tries[batch[i].ID])
	}
	return nil
}

func (c *consumer) single(ctx context.Context, d Delivery) error {
	wait := 50 * time.Millisecond
	for ctx.Err() == nil {
		if d.Try > maxTries {
			return c.bury(ctx, d)
		}
		err := c.handle(ctx, []Delivery{d})
		if err == nil {
			return c.done(ctx, []Delivery{d})
		}
		if !fault.Is(err, fault.Unavailable) {
			d.Try++
		}
		c.bus.log.Warn("event not handled, trying again", "topic", c.topic, "group", c.group, "entry", d.ID, "try", d.Try, "err", err)
		pause(ctx, wait)
		wait = min(2*wait, 5*time.Second)
	}
	return nil // stays pending; handed out again at the next start
}

func (c *consumer) done(ctx context.Context, batch []Delivery) error {
	ids := make([]string, len(batch))
	for i, d := range batch {
		ids[i] = d.ID
	}
	// A stop must not throw away the acknowledgement of work that is done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	_, err := c.bus.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.XAck(ctx, c.stream, c.group, ids...)
		p.XDel(ctx, c.stream, ids...)
		return nil
	})
	return err
}

func (c *consumer) bury(ctx context.Context, d Delivery) error {
	c.bus.log.Error("event goes to the dead-letter stream", "topic", c.topic, "group", c.group, "entry", d.ID, "tries", d.Try-1)
	err := c.bus.rdb.XAdd(ctx, &redis.XAddArgs{Stream: deadKey(c.topic, c.group), Values: []any{"b", d.Body}}).Err()
	if err != nil {
		return err
	}
	return c.done(ctx, []Delivery{d})
}

// Dead counts the entries of topic that group gave up on.
func (b *Bus) Dead(ctx context.Context, topic minyi.Topic, group string) (int64, error) {
	n, err := b.rdb.XLen(ctx, deadKey(topic, group)).Result()
	if err != nil {
		return 0, unavailable(err)
	}
	return n, nil
}

// Revive puts every dead entry of (topic, group) back on its stream and says
// how many there were.
func (b *Bus) Revive(ctx context.Context, topic minyi.Topic, group string) (int, error) {
	msgs, err := b.rdb.XRange(ctx, deadKey(topic, group), "-", "+").Result()
	if err != nil {
		return 0, unavailable(err)
	}
	for i, m := range msgs {
		if err := b.rdb.XAdd(ctx, &redis.XAddArgs{Stream: key(topic, group), Values: []any{"b", m.Values["b"]}}).Err(); err != nil {
			return i, unavailable(err)
		}
		if err := b.rdb.XDel(ctx, deadKey(topic, group), m.ID).Err(); err != nil {
			return i, unavailable(err)
		}
	}
	return len(msgs), nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
