package sip

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/pion/rtp"

	"minyi/voice"
	"minyi/voice/g711"
)

// receive reads packets until the line is gone. A packet from a stranger, or
// one that is no RTP, is counted and dropped.
func (m *media) receive() {
	buf := make([]byte, 2048)
	for {
		n, from, err := m.conn.ReadFromUDPAddrPort(buf)
		select {
		case <-m.gone:
			return
		default:
		}
		if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		if err != nil {
			continue // the other side's ICMP; the timeout decides
		}
		m.packet(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
	}
}

// packet takes one datagram.
func (m *media) packet(raw []byte, from netip.AddrPort, now time.Time) {
	var p rtp.Packet
	err := p.Unmarshal(raw)
	m.mu.Lock()
	l, sound := m.spec.laws[p.PayloadType]
	keys := p.PayloadType == m.spec.keys || p.PayloadType == m.spec.ours
	if m.answered.IsZero() {
		m.mu.Unlock()
		return // early media is the carrier's, perhaps from a server of its own
	}
	if err != nil || p.Version != 2 || !sound && !keys && p.PayloadType != payloadNoise || !m.fromUs(from) {
		m.bad++
		m.mu.Unlock()
		return
	}
	m.packets++
	m.last = now
	sink := m.sink
	m.mu.Unlock()
	switch {
	case keys:
		if key, ok := m.reader.read(p.Timestamp, p.Payload); ok {
			m.tell(voice.Sound{Kind: voice.SoundKey, Key: key})
		}
	case sound && sink != nil:
		m.gaps.take(p.Timestamp, p.Payload, l, sink)
	}
}

// fromUs reports whether from is the side we talk with: the address that its
// description named, or the first that sent us sound, from any port. Carriers'
// media servers often send from another address than they name; a stranger who
// comes later is not heard. mu is held.
func (m *media) fromUs(from netip.AddrPort) bool {
	addr := from.Addr()
	if addr != m.spec.addr.Addr() && addr != m.source && (m.strict || m.source.IsValid()) {
		return false
	}
	if !m.source.IsValid() {
		m.source = addr
	}
	if m.latch && addr == m.source {
		m.remote = from
	}
	return true
}

// gapFiller lays received frames one after the other by their timestamps.
type gapFiller struct {
	next  uint32
	begun bool
}

// take hands a frame on as A-law, after silence for what was lost. Frames that
// come after their place was filled are dropped; a jump of more than a second
// is a new stream, not a loss.
func (g *gapFiller) take(stamp uint32, payload []byte, l law, sink func([]byte)) {
	if missing := int32(stamp - g.next); g.begun && missing != 0 {
		switch {
		case missing < 0 && missing > -g711.Rate:
			return
		case missing > 0 && missing <= g711.Rate:
			silence := make([]byte, missing)
			for i := range silence {
				silence[i] = g711.SilenceA
			}
			sink(silence)
		}
	}
	frame := append([]byte(nil), payload...)
	if l == pcmu {
		g711.MuToA(frame, payload)
	}
	sink(frame)
	g.next, g.begun = stamp+uint32(len(payload)), true
}
