package sms

import (
	"context"
	"sync"
)

// batcher turns many calls at once into few bulk writes: while one batch is
// being written, callers gather for the next. Nobody waits for company.
type batcher[T any] struct {
	most  int
	flush func(context.Context, []T) error
	queue chan entry[T]
}

type entry[T any] struct {
	item T
	done chan error
}

func newBatcher[T any](most int, flush func(context.Context, []T) error) *batcher[T] {
	return &batcher[T]{most: most, flush: flush, queue: make(chan entry[T], 4*most)}
}

// do hands in one item and waits until its batch is written.
func (b *batcher[T]) do(ctx context.Context, item T) error {
	e := entry[T]{item, make(chan error, 1)}
	select {
	case b.queue <- e:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run writes batches, two at a time, until ctx is done; whoever still waits
// then gets ctx's error.
func (b *batcher[T]) run(ctx context.Context) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case first := <-b.queue:
					b.write(ctx, b.gather(first))
				}
			}
		})
	}
	wg.Wait()
}

func (b *batcher[T]) gather(first entry[T]) []entry[T] {
	batch := []entry[T]{first}
	for len(batch) < b.most {
		select {
		case e := <-b.queue:
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

func (b *batcher[T]) write(ctx context.Context, batch []entry[T]) {
	items := make([]T, len(batch))
	for i, e := range batch {
		items[i] = e.item
	}
	err := b.flush(ctx, items)
	for _, e := range batch {
		e.done <- err
	}
}
