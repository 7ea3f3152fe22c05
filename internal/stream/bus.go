package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"minyi"
	"minyi/internal/fault"
)

// MaxBacklog is how many entries a group's stream may hold before new hints
// for it are dropped: at ~200 bytes each about 40 MB. The owner's sweeper
// announces again what is still due when the reader is back.
const MaxBacklog = 200_000

// Readers says which groups read which topic.
type Readers map[minyi.Topic][]string

// Bus publishes and consumes. It is safe for concurrent use.
type Bus struct {
	rdb     redis.UniversalClient
	readers Readers
	log     *slog.Logger
}

// Open connects to the Redis at addr ("host:port" or redis:// URL) and checks
// within five seconds that it answers.
func Open(ctx context.Context, addr string, readers Readers, log *slog.Logger) (*Bus, error) {
	opt, err := options(addr)
	if err != nil {
		return nil, err
	}
	silence()
	rdb := redis.NewClient(opt)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := rdb.Ping(ctx).Err(); err != nil {
		_ = rdb.Close()
		if text := err.Error(); strings.HasPrefix(text, "WRONGPASS") || strings.HasPrefix(text, "NOAUTH") || strings.HasPrefix(text, "ERR AUTH") {
			return nil, fault.New(fault.Unavailable, "redis_auth",
				"Redis（"+opt.Addr+"）拒绝了登录。请检查 redis.addr 中的用户名和密码。",
				"Redis at "+opt.Addr+" refuses the login; check user and password in redis.addr").On("redis.addr")
		}
		return nil, fault.New(fault.Unavailable, "redis_unreachable",
			"无法连接 Redis（"+opt.Addr+"）。请检查 redis.addr 设置、Redis 是否已启动以及网络是否放行；不设 redis.addr 则使用内置队列。",
			"cannot reach Redis at "+opt.Addr+"; check redis.addr, that Redis is running and that the network lets it through; leave redis.addr unset to use the in-process queue").With(withoutSecret(err))
	}
	return &Bus{rdb: rdb, readers: readers, log: log}, nil
}

// silence keeps the client library's own lines off the error stream: what they
// tell comes back as an error and is told once, in words.
var silence = sync.OnceFunc(func() { redis.SetLogger(nobody{}) })

type nobody struct{}

func (nobody) Printf(context.Context, string, ...any) {}

func options(addr string) (*redis.Options, error) {
	opt := &redis.Options{Addr: addr}
	if len(addr) > 8 && (addr[:8] == "redis://" || addr[:8] == "rediss:/") {
		parsed, err := redis.ParseURL(addr)
		if err != nil {
			return nil, fault.New(fault.Invalid, "redis_addr_bad",
				"redis.addr 格式不正确，应为 主机:端口 或 redis://[用户:密码@]主机:端口/库号。",
				"redis.addr is not host:port or redis://[user:password@]host:port/db").On("redis.addr")
		}
		opt = parsed
	}
	// A blocked read of BLOCK 1 s must not run into the client's own limit.
	opt.ReadTimeout = 5 * time.Second
	return opt, nil
}

// withoutSecret keeps the kind of failure and drops what a driver may quote.
func withoutSecret(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer within 5s")
	}
	return err
}

// Close lets go of the connections; blocked reads return.
func (b *Bus) Close() error { return b.rdb.Close() }

// Ping reports whether Redis answers.
func (b *Bus) Ping(ctx context.Context) error {
	if err := b.rdb.Ping(ctx).Err(); err != nil {
		return unavailable(err)
	}
	return nil
}

func unavailable(err error) error {
	return fault.New(fault.Unavailable, "redis_down", "消息队列暂时不可用。", "the queue is not available at the moment").With(err)
}

func key(topic minyi.Topic, group string) string {
	return fmt.Sprintf("minyi:{%s:%s}:s", topic, group)
}

func deadKey(topic minyi.Topic, group string) string {
	return fmt.Sprintf("minyi:{%s:%s}:dead", topic, group)
}

// Publish adds bodies to the stream of every group that reads topic. A fault
// of kind Unavailable is no loss: the owner's sweeper announces again.
func (b *Bus) Publish(ctx context.Context, topic minyi.Topic, bodies ...any) error {
	groups, ok := b.readers[topic]
	if !ok {
		return fmt.Errorf("topic %q has no declared readers", topic)
	}
	encoded := make([][]byte, len(bodies))
	for i, body := range bodies {
		var err error
		if encoded[i], err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode event %s: %w", topic, err)
		}
	}
	for _, group := range groups {
		if err := b.publishTo(ctx, topic, group, encoded); err != nil {
			return err
		}
	}
	return nil
}

// publishChunk bounds one pipeline, so that a sweep over a large campaign does
// not hold a connection for long.
const publishChunk = 500

func (b *Bus) publishTo(ctx context.Context, topic minyi.Topic, group string, bodies [][]byte) error {
	stream := key(topic, group)
	for len(bodies) > 0 {
		n := min(publishChunk, len(bodies))
		waiting, err := b.rdb.XLen(ctx, stream).Result()
		if err != nil {
			return unavailable(err)
		}
		if waiting >= MaxBacklog {
			b.log.Warn("stream is full, hints dropped until its reader catches up", "topic", topic, "group", group, "dropped", len(bodies))
			return nil
		}
		pipe := b.rdb.Pipeline()
		for _, body := range bodies[:n] {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: stream, Values: []any{"b", body}})
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return unavailable(err)
		}
		bodies = bodies[n:]
	}
	return nil
}

// Backlog counts the entries of topic that group has not finished, those being
// handled included.
func (b *Bus) Backlog(ctx context.Context, topic minyi.Topic, group string) (int64, error) {
	n, err := b.rdb.XLen(ctx, key(topic, group)).Result()
	if err != nil {
		return 0, unavailable(err)
	}
	return n, nil
}

// Wipe deletes every stream of the bus, as a lost Redis would. For tests and
// for an operator who must start the queue afresh.
func (b *Bus) Wipe(ctx context.Context) error {
	for topic, groups := range b.readers {
		for _, group := range groups {
			if err := b.rdb.Del(ctx, key(topic, group), deadKey(topic, group)).Err(); err != nil {
				return unavailable(err)
			}
		}
	}
	return nil
}
