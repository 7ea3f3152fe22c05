package sip

// keyReader turns RFC 4733 packets into pressed keys. A key is one (timestamp,
// event); it counts once, as soon as it has lasted 40 ms or its end is seen.
// So a first packet of duration 0 is no loss, nor is the loss of all three end
// packets, nor that of the first ones.
type keyReader struct {
	stamp uint32
	event byte
	begun bool // stamp and event hold a key
	fired bool
}

// least is 40 ms at 8,000 a second.
const least = 320

const keyNames = "0123456789*#"

// read takes the payload of one telephone-event packet and its RTP timestamp,
// and gives the key that it completes.
func (r *keyReader) read(stamp uint32, payload []byte) (key byte, ok bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) {
		return 0, false
	}
	event, end := payload[0], payload[1]&0x80 != 0
	lasted := uint16(payload[2])<<8 | uint16(payload[3])
	switch {
	case r.begun && stamp == r.stamp && event == r.event:
		if r.fired {
			return 0, false
		}
	case r.begun && int32(stamp-r.stamp) < 0 && int32(r.stamp-stamp) < 8000:
		return 0, false // a straggler of an earlier key
	default:
		r.stamp, r.event, r.begun, r.fired = stamp, event, true, false
	}
	if !end && lasted < least {
		return 0, false
	}
	r.fired = true
	return keyNames[event], true
}
