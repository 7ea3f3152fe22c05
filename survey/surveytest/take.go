package surveytest

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"minyi"
	"minyi/internal/stream"
	"minyi/internal/testenv"
)

// Take reads a topic as group until n distinct keys came, and gives them in
// order of arrival.
func Take[E any, K comparable](b *Bench, topic minyi.Topic, group string, n int, key func(E) K) []K {
	b.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	seen := map[K]bool{}
	var keys []K
	done := make(chan error, 1)
	go func() {
		done <- b.Bus.Consume(ctx, topic, group, stream.Options{}, func(_ context.Context, batch []stream.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			for _, d := range batch {
				var e E
				if err := json.Unmarshal(d.Body, &e); err != nil {
					return err
				}
				if k := key(e); !seen[k] {
					seen[k], keys = true, append(keys, k)
				}
			}
			return nil
		})
	}()
	testenv.Eventually(b.T, 20*time.Second, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(keys) >= n
	}, "events of ", topic, " for ", group)
	cancel()
	if err := <-done; err != nil {
		b.T.Fatal(err)
	}
	return keys
}
