package learn

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel does n things on all processors, each taking the next; results go
// by number, so that their order does not matter.
func parallel(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}
