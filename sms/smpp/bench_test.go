package smpp

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/gatewaytest"
	"minyi/sms/smpp/smpptest"
)

// BenchmarkBareLibrary is the floor: gosmpp's PDUs on a socket with a window
// and nothing else, one segment a message.
func BenchmarkBareLibrary(b *testing.B) {
	for _, window := range []int{16, 64} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) { bareLibrary(b, window) })
	}
}

func bareLibrary(b *testing.B, window int) {
	conn, err := net.Dial("tcp", smpptest.Start(b, false).Addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 32<<10)
	if _, err := conn.Write(encode(pdu.NewBindTransceiver())); err != nil {
		b.Fatal(err)
	}
	if _, err := pdu.Parse(in); err != nil {
		b.Fatal(err)
	}
	slots := make(chan struct{}, window)
	done := make(chan error, 1)
	b.ResetTimer()
	report := meter(b)
	go func() {
		for range b.N {
			if _, err := pdu.Parse(in); err != nil {
				done <- err
				return
			}
			<-slots
		}
		done <- nil
	}()
	for range b.N {
		slots <- struct{}{}
		p := pdu.NewSubmitSM().(*pdu.SubmitSM)
		_ = p.DestAddr.SetAddress("19900000001")
		p.RegisteredDelivery = 1
		_ = p.Message.SetMessageDataWithEncoding(ucs2(text), data.UCS2)
		if _, err := conn.Write(encode(p)); err != nil {
			b.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	report()
}

// BenchmarkSubmit is the same through the gateway: session, window, timeouts.
func BenchmarkSubmit(b *testing.B) {
	for _, window := range []int{16, 64} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) { submits(b, window) })
	}
}

func submits(b *testing.B, window int) {
	cfg := config(smpptest.Start(b, false).Addr)
	cfg.Window = window
	c, err := New(cfg, nil)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = c.Run(ctx, &gatewaytest.Sink{}) })
	defer running.Wait()
	defer cancel()
	testenv.Eventually(b, 5*time.Second, func() bool { return c.Status().Bound })
	m := sms.Message{To: gatewaytest.Number(1), Text: text}
	var wg sync.WaitGroup
	work := make(chan struct{}, window)
	b.ResetTimer()
	report := meter(b)
	for range window {
		wg.Go(func() {
			for range work {
				if _, err := c.Submit(ctx, m); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	report()
}

// meter gives what reports messages a second, and the processor time of one,
// both ends of the socket together: on a busy machine only that compares.
func meter(b *testing.B) (report func()) {
	used := smpptest.Processor()
	return func() {
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		b.ReportMetric(float64((smpptest.Processor()-used).Microseconds())/float64(b.N), "cpu-µs/msg")
	}
}
