package phones

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"minyi/voice"
	"minyi/voice/g711"
	"minyi/voice/sip"
)

// BenchmarkCalls holds n calls at once with a prompt playing and sound coming
// back, keys pressed in each, and tells the CPU that a call-second costs, the
// calls that a core would carry, and the gaps between sent frames. The other
// side is SIPp on the same machine; its CPU is not counted.
func BenchmarkCalls(b *testing.B) {
	for _, n := range []int{50, 100, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				holdCalls(b, n, 10*time.Second)
			}
		})
	}
}

func holdCalls(b *testing.B, n int, hold time.Duration) {
	s := newCrowd(b, n, "recv INVITE", "200 sdp", "recv ACK", "pause 6000", "keys "+keysPcap(b, "12", 101), "recv BYE", "200 OK")
	trunk := benchTrunk(b, s.port, n, 40)
	prompt := slices.Repeat([]byte{0x2A, 0xAA, 0xD5, 0x55}, int(hold.Seconds()+30)*g711.Rate/4)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var gaps []time.Duration
	keyed, up := 0, make(chan struct{}, n)
	measured := make(chan struct{})
	for range n {
		wg.Go(func() {
			keys := 0
			r := trunk.Call(context.Background(), voice.Order{To: benchNumber(b)}, func(ctx context.Context, line voice.Line) {
				line.Play(prompt)
				up <- struct{}{}
				for {
					select {
					case s := <-line.Heard():
						if s.Kind == voice.SoundKey {
							keys++
						}
					case <-measured:
						return
					case <-ctx.Done():
						return
					}
				}
			})
			mu.Lock()
			defer mu.Unlock()
			gaps = append(gaps, r.Gap)
			if keys == 2 {
				keyed++
			}
		})
	}
	for range n {
		<-up
	}
	before := cpu(b)
	pause(hold)
	used := cpu(b) - before
	close(measured)
	wg.Wait()
	slices.Sort(gaps)
	perSecond := used.Seconds() * 1000 / (float64(n) * hold.Seconds())
	b.ReportMetric(perSecond, "ms-CPU/call-s")
	b.ReportMetric(1000/perSecond, "calls/core")
	b.ReportMetric(float64(gaps[len(gaps)-1].Milliseconds()), "ms-worst-gap")
	b.ReportMetric(float64(gaps[len(gaps)/2].Milliseconds()), "ms-median-of-worst-gaps")
	b.ReportMetric(float64(keyed)/float64(n)*100, "%keys-read")
}

// BenchmarkSetUp places calls that are answered and hung up at once.
func BenchmarkSetUp(b *testing.B) {
	n := 400
	s := newCrowd(b, n*b.N, "recv INVITE", "200 sdp", "recv ACK", "recv BYE", "200 OK")
	trunk := benchTrunk(b, s.port, 64, 100000)
	start, answered := time.Now(), 0
	var mu sync.Mutex
	for range b.N {
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				r := trunk.Call(context.Background(), voice.Order{To: benchNumber(b)}, func(context.Context, voice.Line) {})
				mu.Lock()
				defer mu.Unlock()
				if r.Outcome == voice.OutcomeAnswered {
					answered++
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(answered)/time.Since(start).Seconds(), "calls/s")
	b.ReportMetric(float64(answered)/float64(n*b.N)*100, "%answered")
}

// newCrowd is a SIPp that answers n calls and sends back what it hears.
func newCrowd(b *testing.B, n int, steps ...string) *sipp {
	b.Helper()
	return newSippWith(b, []string{"-m", fmt.Sprint(n), "-rtp_echo", "-max_socket", "4096"}, steps...)
}

func benchTrunk(b *testing.B, port, most int, perSecond float64) *sip.Trunk {
	b.Helper()
	trunk, err := sip.New(sip.Config{Name: "bench", Server: server(port), Caller: "12345", Bind: "127.0.0.1", MaxCalls: most, PerSecond: perSecond, RTPTimeout: time.Minute, Silent: 10 * time.Second}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { trunk.Close() })
	return trunk
}

func benchNumber(b *testing.B) voice.Number {
	n, err := voice.ParseNumber(phoneNumber)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
