package smpp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// Errors of a session.
var (
	errNotSent = errors.New("not sent")                  // certainly nothing of it reached the SMSC
	errBroken  = errors.New("the line broke")            // sent, no answer came before the end
	errSilent  = errors.New("no answer within the time") // sent, no answer in time
)

// refusedBind is an SMSC's refusal of our account.
type refusedBind struct{ status uint32 }

func (e *refusedBind) Error() string {
	return fmt.Sprintf("bind refused: %s", statusText(e.status))
}

// session is one bound connection. Its owner runs it until it ends; a session
// is never bound again.
type session struct {
	cfg     Config
	conn    net.Conn
	in      *bufio.Reader
	deliver func(context.Context, frame) uint32 // gives the status to answer with

	writing  sync.Mutex
	slots    chan struct{} // the window
	sequence atomic.Int32
	mu       sync.Mutex
	waiting  map[int32]waiter
	ended    bool
	done     chan struct{}
}

// waiter is a request of ours without an answer.
type waiter struct {
	answer chan frame // gets one frame, or is closed when the line breaks
	slot   bool       // holds a place in the window
}

// dial connects and binds as a transceiver, within the dial timeout.
func dial(ctx context.Context, cfg Config, deliver func(context.Context, frame) uint32) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, cfg.DialTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s := &session{cfg: cfg, conn: conn, in: bufio.NewReaderSize(conn, 32<<10), deliver: deliver,
		slots: make(chan struct{}, cfg.Window), waiting: map[int32]waiter{}, done: make(chan struct{})}
	deadline, _ := ctx.Deadline()
	if err := s.bind(deadline); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

// bind asks for a transceiver and reads the answer by its header: a refusal
// may come without a body.
func (s *session) bind(deadline time.Time) error {
	if err := s.conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	req := pdu.NewBindRequest(pdu.Transceiver)
	req.SystemID, req.Password, req.SystemType = s.cfg.SystemID, s.cfg.Password, s.cfg.SystemType
	req.SetSequenceNumber(s.next())
	if _, err := s.conn.Write(encode(req)); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	f, err := readFrame(s.in)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if f.command() != data.BIND_TRANSCEIVER_RESP && f.command() != data.GENERIC_NACK {
		return fmt.Errorf("bind: the SMSC answered with command 0x%08x", uint32(f.command()))
	}
	if f.status() != 0 || f.command() == data.GENERIC_NACK {
		return &refusedBind{f.status()}
	}
	return s.conn.SetDeadline(time.Time{})
}

// next gives sequence numbers 1…0x7FFFFFFF, round and round.
func (s *session) next() int32 {
	for {
		if n := s.sequence.Add(1); n > 0 {
			return n
		}
		s.sequence.Store(0)
	}
}

// run serves the session until it ends and says why; it waits for its
// goroutines. When ctx is done it unbinds first.
func (s *session) run(ctx context.Context) error {
	var wg sync.WaitGroup
	stop, cancel := context.WithCancel(context.WithoutCancel(ctx))
	wg.Go(func() { s.keepAlive(ctx) })
	err := s.readLoop(stop, &wg)
	s.end()
	cancel()
	wg.Wait()
	return err
}

// readLoop hands answers to their waiters and requests to goroutines of their
// own, so that storing what came in never holds up the line.
func (s *session) readLoop(ctx context.Context, wg *sync.WaitGroup) error {
	busy := make(chan struct{}, 256)
	for {
		// Silence for longer than a keep-alive and its answer is a dead line.
		if err := s.conn.SetReadDeadline(time.Now().Add(2*s.cfg.EnquireEvery + s.cfg.DialTimeout)); err != nil {
			return err
		}
		f, err := readFrame(s.in)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		switch {
		case f.isResponse():
			s.settle(f)
		case f.command() == data.DELIVER_SM:
			select {
			case busy <- struct{}{}:
			case <-s.done: // the store hangs, and the line has been given up
				return errBroken
			}
			wg.Go(func() {
				defer func() { <-busy }()
				resp := pdu.NewDeliverSMResp()
				status := s.deliver(ctx, f)
				resp.SetSequenceNumber(f.sequence())
				raw := frame(encode(resp))
				copy(raw[8:], bare(0, status, 0)[8:12])
				_ = s.write(raw)
			})
		case f.command() == data.ENQUIRE_LINK:
			_ = s.write(bare(data.ENQUIRE_LINK_RESP, 0, f.sequence()))
		case f.command() == data.UNBIND:
			_ = s.write(bare(data.UNBIND_RESP, 0, f.sequence()))
			return errors.New("the SMSC unbound us")
		default:
			_ = s.write(bare(data.GENERIC_NACK, uint32(data.ESME_RINVCMDID), f.sequence()))
		}
	}
}

// settle gives an answer to its waiter and frees its place in the window. An
// answer that nobody waits for any more is dropped: its submit is unknown.
func (s *session) settle(f frame) {
	if w, ok := s.take(f.sequence()); ok {
		w.answer <- f
	}
}

// take removes a waiter; whoever removes it frees its place.
func (s *session) take(sequence int32) (waiter, bool) {
	s.mu.Lock()
	w, ok := s.waiting[sequence]
	delete(s.waiting, sequence)
	s.mu.Unlock()
	if ok && w.slot {
		<-s.slots
	}
	return w, ok
}

// send writes a request, having noted first that its answer is awaited. It
// waits for a place in the window. errNotSent: nothing of it reached the SMSC.
func (s *session) send(ctx context.Context, p pdu.PDU) (sequence int32, w waiter, err error) {
	if ctx.Err() != nil { // select would toss a coin where there is room in the window
		return 0, w, errNotSent
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return 0, w, errNotSent
	case <-s.done:
		return 0, w, errNotSent
	}
	sequence, w, ok := s.await(true)
	if !ok {
		<-s.slots
		return 0, w, errNotSent
	}
	p.SetSequenceNumber(sequence)
	if err := s.write(encode(p)); err != nil {
		// A PDU that was cut off on its way out is not one for the SMSC.
		s.take(sequence)
		s.end()
		return 0, w, errNotSent
	}
	return sequence, w, nil
}

func (s *session) await(slot bool) (int32, waiter, bool) {
	w := waiter{answer: make(chan frame, 1), slot: slot}
	sequence := s.next()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return 0, w, false
	}
	s.waiting[sequence] = w
	return sequence, w, true
}

// receive waits for the answer to what was sent.
func (s *session) receive(ctx context.Context, sequence int32, w waiter) (frame, error) {
	timeout := time.NewTimer(s.cfg.ResponseTimeout)
	defer timeout.Stop()
	select {
	case f, ok := <-w.answer:
		if !ok {
			return nil, errBroken
		}
		return f, nil
	case <-timeout.C:
	case <-ctx.Done():
	}
	if _, ours := s.take(sequence); ours {
		return nil, errSilent
	}
	if f, ok := <-w.answer; ok { // it came at the same moment
		return f, nil
	}
	return nil, errBroken
}

func (s *session) write(b []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.cfg.DialTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(b)
	return err
}

// end closes the line and tells every waiter that no answer will come.
func (s *session) end() {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended = true
	left := s.waiting
	s.waiting = map[int32]waiter{}
	s.mu.Unlock()
	close(s.done)
	_ = s.conn.Close()
	for _, w := range left {
		close(w.answer)
		if w.slot {
			<-s.slots
		}
	}
}

func (s *session) inFlight() int { return len(s.slots) }
