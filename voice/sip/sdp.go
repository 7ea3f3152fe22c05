package sip

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"minyi/voice/g711"
)

// law is one of the two laws of G.711.
type law string

const (
	pcma law = "pcma"
	pcmu law = "pcmu"
)

// static payload types of RFC 3551, and the one at which we offer keys.
const (
	payloadMu    = 0
	payloadA     = 8
	payloadNoise = 13 // comfort noise: a telephone that sends no silence still shows that it is there
	offeredKeys  = 101
	noPayload    = 0xFF
)

// direction of sound as the other side states it.
type direction string

const (
	sendrecv direction = "sendrecv"
	sendonly direction = "sendonly"
	recvonly direction = "recvonly"
	inactive direction = "inactive"
)

// answering gives what we say to the other side's direction.
func (d direction) answering() direction {
	switch d {
	case sendonly:
		return recvonly
	case recvonly:
		return sendonly
	}
	return d
}

// mediaSpec is what an SDP body says of sound, as far as we use it.
type mediaSpec struct {
	addr  netip.AddrPort
	host  string // in place of an address: to be looked up
	law   law    // of the first payload that both know
	audio uint8  // its payload type
	laws  map[uint8]law
	keys  uint8 // payload type of telephone-event/8000; noPayload: no keys
	ours  uint8 // another under which keys come: who keeps to RFC 3264 sends under the number of our offer
	dir   direction
	// samples of a packet that we send
	samples int
	// before and after are the other streams of an offer, as an answer refuses
	// them: it must name every one, in order, at port 0.
	before, after []string
}

var (
	errNoSound = errors.New("no audio stream that we can use")
	errNoLaw   = errors.New("no common codec")
)

// describe writes our side of an offer or answer. Payload types of an answer
// are those that the other side chose.
func describe(local netip.AddrPort, session, version uint64, payloads []uint8, of map[uint8]law, keys uint8, dir direction) []byte {
	ip := "IP4"
	if local.Addr().Is6() {
		ip = "IP6"
	}
	host := local.Addr().String()
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=minyi %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", session, version, ip, host, ip, host)
	fmt.Fprintf(&b, "m=audio %d RTP/AVP", local.Port())
	for _, p := range payloads {
		fmt.Fprintf(&b, " %d", p)
	}
	if keys != noPayload {
		fmt.Fprintf(&b, " %d", keys)
	}
	b.WriteString("\r\n")
	for _, p := range payloads {
		fmt.Fprintf(&b, "a=rtpmap:%d %s/8000\r\n", p, strings.ToUpper(string(of[p])))
	}
	if keys != noPayload {
		fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", keys, keys)
	}
	fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", dir)
	return []byte(b.String())
}

// offer describes what we can do.
func offer(local netip.AddrPort, session, version uint64, laws []law) []byte {
	of := map[uint8]law{payloadA: pcma, payloadMu: pcmu}
	var payloads []uint8
	for _, l := range laws {
		payloads = append(payloads, staticPayload(l))
	}
	return describe(local, session, version, payloads, of, offeredKeys, sendrecv)
}

func staticPayload(l law) uint8 {
	if l == pcmu {
		return payloadMu
	}
	return payloadA
}

// readSDP reads an offer or answer from a stranger. The payload numbers are
// the sender's own: a carrier may well answer our 101 with 96 or 97.
func readSDP(body []byte, known []law) (mediaSpec, error) {
	var d sdp.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		return mediaSpec{}, fmt.Errorf("read SDP: %w", err)
	}
	at := slices.IndexFunc(d.MediaDescriptions, speaks)
	if at < 0 {
		return mediaSpec{}, errNoSound
	}
	spec, err := readAudio(&d, d.MediaDescriptions[at], known)
	spec.before, spec.after = refused(d.MediaDescriptions[:at]), refused(d.MediaDescriptions[at+1:])
	return spec, err
}

// speaks reports whether a stream is plain sound over RTP.
func speaks(m *sdp.MediaDescription) bool {
	n := m.MediaName
	return n.Media == "audio" && n.Port.Value > 0 && n.Port.Value <= 65535 && slices.Contains(n.Protos, "RTP") && slices.Contains(n.Protos, "AVP")
}

func refused(streams []*sdp.MediaDescription) (lines []string) {
	for _, m := range streams {
		lines = append(lines, fmt.Sprintf("m=%s 0 %s %s\r\n", m.MediaName.Media, strings.Join(m.MediaName.Protos, "/"), strings.Join(m.MediaName.Formats, " ")))
	}
	return lines
}

// accept answers an offer: our side of its sound, every other stream refused.
func accept(offer mediaSpec, local netip.AddrPort, session, version uint64) []byte {
	ours := string(describe(local, session, version, []uint8{offer.audio}, offer.laws, offer.keys, offer.dir.answering()))
	at := strings.Index(ours, "m=audio")
	return []byte(ours[:at] + strings.Join(offer.before, "") + ours[at:] + strings.Join(offer.after, ""))
}

func readAudio(d *sdp.SessionDescription, m *sdp.MediaDescription, known []law) (mediaSpec, error) {
	addr, host, err := connection(d, m)
	if err != nil {
		return mediaSpec{}, err
	}
	spec := mediaSpec{addr: netip.AddrPortFrom(addr, uint16(m.MediaName.Port.Value)), host: host, laws: map[uint8]law{}, keys: noPayload, ours: noPayload, audio: noPayload}
	names := rtpmaps(m)
	for _, format := range m.MediaName.Formats {
		n, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		spec.payload(uint8(n), names[uint8(n)], known)
	}
	if spec.audio == noPayload {
		return mediaSpec{}, errNoLaw
	}
	spec.offered(names, known)
	spec.dir, spec.samples = directionOf(d, m), samplesOf(m)
	if addr.IsUnspecified() && spec.dir == sendrecv {
		spec.dir = sendonly // 0.0.0.0 is how RFC 2543 put a call on hold
	}
	return spec, nil
}

// offered adds the numbers of our own offer, where the other side gives them
// no other meaning: under these it may send.
func (s *mediaSpec) offered(names map[uint8]string, known []law) {
	if name := names[offeredKeys]; s.laws[offeredKeys] == "" && (name == "" || name == keysName) {
		s.ours = offeredKeys
	}
	for _, l := range known {
		if n := staticPayload(l); names[n] == "" {
			s.laws[n] = l
		}
	}
}

// keysName is what keys are called in an rtpmap.
const keysName = "telephone-event/8000"

// payload notes one payload type of the m= line.
func (s *mediaSpec) payload(n uint8, name string, known []law) {
	l := law("")
	switch {
	case name == keysName || name == keysName+"/1" || name == "" && n == offeredKeys:
		if s.keys == noPayload {
			s.keys = n
		}
		return
	case name == "pcma/8000" || name == "pcma/8000/1" || name == "" && n == payloadA:
		l = pcma
	case name == "pcmu/8000" || name == "pcmu/8000/1" || name == "" && n == payloadMu:
		l = pcmu
	}
	if l == "" || !slices.Contains(known, l) {
		return
	}
	s.laws[n] = l
	if s.audio == noPayload {
		s.audio, s.law = n, l
	}
}

func rtpmaps(m *sdp.MediaDescription) map[uint8]string {
	names := map[uint8]string{}
	for _, a := range m.Attributes {
		number, name, ok := strings.Cut(a.Value, " ")
		if a.Key != "rtpmap" || !ok {
			continue
		}
		if n, err := strconv.ParseUint(number, 10, 7); err == nil {
			names[uint8(n)] = strings.ToLower(strings.TrimSpace(name))
		}
	}
	return names
}

// connection gives where sound goes: an address, or the name of a host.
func connection(d *sdp.SessionDescription, m *sdp.MediaDescription) (addr netip.Addr, host string, err error) {
	c := m.ConnectionInformation
	if c == nil {
		c = d.ConnectionInformation
	}
	if c == nil || c.Address == nil {
		return addr, "", errNoSound
	}
	text := c.Address.Address
	addr, err = netip.ParseAddr(text)
	switch {
	case err != nil && hostName.MatchString(text):
		return netip.Addr{}, text, nil
	case err != nil || addr.IsMulticast() || addr.Zone() != "":
		return netip.Addr{}, "", errNoSound
	}
	return addr.Unmap(), "", nil
}

// hostName is a name as RFC 1123 writes it; its last label is no number.
var hostName = regexp.MustCompile(`^([A-Za-z0-9-]{1,63}\.)*[A-Za-z][A-Za-z0-9-]{0,62}\.?$`)

func directionOf(d *sdp.SessionDescription, m *sdp.MediaDescription) direction {
	for _, attributes := range [][]sdp.Attribute{m.Attributes, d.Attributes} {
		for _, a := range attributes {
			switch dir := direction(a.Key); dir {
			case sendrecv, sendonly, recvonly, inactive:
				return dir
			}
		}
	}
	return sendrecv
}

// mostSamples is the longest packet that we send: 60 ms.
const mostSamples = 3 * g711.Frame

// samplesOf gives how much sound the other side wants in a packet: its ptime,
// not beyond its maxptime (RFC 4566 6), from 10 to 60 ms in tens, which every
// telephone can do; 20 ms where it says nothing.
func samplesOf(m *sdp.MediaDescription) int {
	wanted, most := 20.0, 60.0
	for _, a := range m.Attributes {
		ms, err := strconv.ParseFloat(strings.TrimSpace(a.Value), 64)
		switch {
		case err != nil || !(ms > 0): // NaN too
		case a.Key == "ptime":
			wanted = ms
		case a.Key == "maxptime":
			most = ms
		}
	}
	tens := int(max(10, min(wanted, most, 60)) / 10)
	return tens * g711.Frame / 2
}
