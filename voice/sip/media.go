package sip

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"

	"minyi/voice"
	"minyi/voice/g711"
)

const frameTime = 20 * time.Millisecond

// media is the sound of one call: a socket, one sender that runs from answer
// to end, one receiver. Sound towards the dialogue goes through sounds.
type media struct {
	conn    *net.UDPConn
	local   netip.AddrPort
	session uint64
	latch   bool // send to where sound comes from, not to where we were told
	strict  bool // hear only the address that was named
	timeout time.Duration

	mu       sync.Mutex
	spec     mediaSpec
	version  uint64 // of our description
	remote   netip.AddrPort
	source   netip.Addr // of the first sound
	clip     []byte
	at       int // of clip
	playing  int // number of the clip; 0: none is playing
	plays    int
	sink     func([]byte)
	last     time.Time // when sound last came
	gap      time.Duration
	packets  int
	bad      int
	answered time.Time

	reader keyReader // receiver's own
	gaps   gapFiller // receiver's own

	sounds chan voice.Sound
	gone   chan struct{} // closed by end
	over   sync.Once
	wg     sync.WaitGroup
}

// openMedia binds a socket on host within the port range, at an even port
// where the range is set. What comes before the answer is read and dropped.
func openMedia(host netip.Addr, cfg Config) (*media, error) {
	conn, err := listenRTP(host, cfg.RTPFrom, cfg.RTPTo)
	if err != nil {
		return nil, err
	}
	m := &media{conn: conn, local: conn.LocalAddr().(*net.UDPAddr).AddrPort(), session: rand.Uint64() >> 2, version: 1,
		latch: cfg.Latch, strict: cfg.Strict, timeout: cfg.RTPTimeout,
		sounds: make(chan voice.Sound, 64), gone: make(chan struct{})}
	m.wg.Go(m.receive)
	return m, nil
}

func listenRTP(host netip.Addr, from, to int) (*net.UDPConn, error) {
	if from == 0 {
		return net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	}
	even := (to - from + 1) / 2
	start := rand.IntN(even)
	for i := range even {
		port := (from+1)&^1 + 2*((start+i)%even)
		if port > to {
			continue
		}
		if c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, uint16(port)))); err == nil {
			return c, nil
		}
	}
	return nil, errors.New("no free RTP port in the range")
}

// answer begins to hear as spec says.
func (m *media) answer(spec mediaSpec) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spec, m.remote = spec, spec.addr
	m.answered = time.Now()
	m.last = m.answered
}

// start begins to send.
func (m *media) start() { m.wg.Go(m.send) }

// update takes a new description from the other side (hold, move).
func (m *media) update(spec mediaSpec) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spec, m.remote = spec, spec.addr
	m.last = time.Now()
}

// nextVersion numbers a new description of ours.
func (m *media) nextVersion() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	return m.version
}

// end tells the dialogue why the line is gone, once, and stops the sound.
func (m *media) end(kind voice.SoundKind) {
	m.over.Do(func() {
		if kind != "" {
			select {
			case m.sounds <- voice.Sound{Kind: kind, At: m.since()}:
			default: // nobody reads any more
			}
		}
		close(m.gone)
		m.conn.SetReadDeadline(time.Now())
	})
}

// close stops the sound and waits for its goroutines.
func (m *media) close() {
	m.end("")
	m.wg.Wait()
	m.conn.Close()
}

func (m *media) since() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answered.IsZero() {
		return 0
	}
	return time.Since(m.answered)
}

func (m *media) tell(s voice.Sound) {
	s.At = m.since()
	select {
	case m.sounds <- s:
	case <-m.gone:
	default: // a dialogue that reads nothing for 64 sounds is not listening
	}
}

// Play implements voice.Line.
func (m *media) Play(samples []byte) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.plays++
	m.clip, m.at, m.playing = samples, 0, m.plays
	if samples == nil {
		m.playing = 0
	}
	return m.plays
}

// Heard implements voice.Line.
func (m *media) Heard() <-chan voice.Sound { return m.sounds }

// Record implements voice.Line.
func (m *media) Record(sink func([]byte)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sink = sink
}

// send puts out a frame every 20 ms, or as the other side wishes, from answer to end, prompt or silence, so
// that the stream's clock never stands still. It keeps to absolute times:
// after a delay by the machine the missed frames follow at once, unless there
// are so many that they would only be noise.
func (m *media) send() {
	s := sender{m: m, header: rtp.Header{Version: 2, Marker: true, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32(), SSRC: rand.Uint32()}}
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-m.gone:
			return
		case <-timer.C:
		}
		now := time.Now()
		if late := now.Sub(next); late > 10*frameTime {
			skipped := int(late / frameTime)
			s.header.Timestamp += uint32(skipped * g711.Frame)
			next = next.Add(time.Duration(skipped) * frameTime)
		}
		for !next.After(now) {
			next = next.Add(s.frame(now))
		}
		if m.silentFor(now) > m.timeout {
			m.end(voice.SoundLost)
			return
		}
		timer.Reset(time.Until(next))
	}
}

// silentFor is how long no sound has come. A call on hold is not dead, also
// where the other side says sendonly: many then send no music either.
func (m *media) silentFor(now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spec.dir != sendrecv {
		m.last = now
	}
	return now.Sub(m.last)
}

// sender holds what one frame leaves for the next.
type sender struct {
	m      *media
	header rtp.Header
	raw    [mostSamples]byte
	out    [12 + mostSamples]byte
	sent   time.Time
}

// frame sends the next piece of sound and gives how long it is.
func (s *sender) frame(now time.Time) time.Duration {
	payload, l, samples, to, played := s.m.nextFrame(s.raw[:])
	s.header.PayloadType = payload
	n, err := s.header.MarshalTo(s.out[:])
	if err == nil && to.IsValid() && !to.Addr().IsUnspecified() {
		if l == pcmu {
			g711.AToMu(s.out[n:], samples)
		} else {
			copy(s.out[n:], samples)
		}
		s.m.conn.WriteToUDPAddrPort(s.out[:n+len(samples)], to) // an unreachable port shows as RTP timeout
		s.header.Marker = false
		s.header.SequenceNumber++
		if !s.sent.IsZero() {
			s.m.noteGap(now.Sub(s.sent))
		}
		s.sent = now
	} else {
		s.sent = time.Time{}
	}
	s.header.Timestamp += uint32(len(samples))
	if played > 0 {
		s.m.tell(voice.Sound{Kind: voice.SoundPlayed, Played: played})
	}
	return time.Duration(len(samples)) * time.Second / g711.Rate
}

// nextFrame lays the next samples into buf, as many as the other side wants in
// a packet, in A-law, and says where they go; to is not valid on hold. played
// is the number of a clip that this frame ends.
func (m *media) nextFrame(buf []byte) (payload uint8, l law, raw []byte, to netip.AddrPort, played int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	payload, l, raw = m.spec.audio, m.spec.law, buf[:m.spec.samples]
	if m.spec.dir == sendonly || m.spec.dir == inactive {
		return payload, l, raw, netip.AddrPort{}, 0 // the prompt waits
	}
	n := copy(raw, m.clip[m.at:])
	for i := n; i < len(raw); i++ {
		raw[i] = g711.SilenceA
	}
	m.at += n
	if m.playing > 0 && m.at >= len(m.clip) {
		played, m.playing = m.playing, 0
	}
	return payload, l, raw, m.remote, played
}

func (m *media) noteGap(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gap = max(m.gap, d)
}

// measures gives what the call's result tells of its sound.
func (m *media) measures() (gap time.Duration, packets, bad int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.gap, m.packets, m.bad
}
