package smpp

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

const (
	headerSize = 16
	maxFrame   = 64 << 10 // more is not SMPP, or an attack on memory
)

// frame is one PDU as it came over the wire, header included.
type frame []byte

func (f frame) command() data.CommandIDType { return data.CommandIDType(f.word(4)) }
func (f frame) status() uint32              { return f.word(8) }
func (f frame) sequence() int32             { return int32(f.word(12)) }
func (f frame) word(at int) uint32          { return binary.BigEndian.Uint32(f[at:]) }

// isResponse reports whether f answers a request of ours; a generic_nack does
// when it carries the sequence number of one.
func (f frame) isResponse() bool { return f.word(4)&0x80000000 != 0 }

// readFrame reads the next PDU. A length that cannot be is fatal: after it
// nobody knows where the next PDU starts.
func readFrame(r io.Reader) (frame, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n < headerSize || n > maxFrame {
		return nil, fmt.Errorf("command_length %d is outside %d…%d", n, headerSize, maxFrame)
	}
	f := make(frame, n)
	copy(f, head[:])
	if _, err := io.ReadFull(r, f[headerSize:]); err != nil {
		return nil, err
	}
	return f, nil
}

// decode reads a frame's body. The library may trip over a malformed one; that
// is an error of this PDU and must not end the session.
func decode(f frame) (p pdu.PDU, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("malformed PDU 0x%08x: %v", uint32(f.command()), r)
		}
	}()
	p, err = pdu.CreatePDUFromCmdID(f.command())
	if err != nil {
		return nil, fmt.Errorf("command 0x%08x: %w", uint32(f.command()), err)
	}
	if err := p.Unmarshal(pdu.NewBuffer(f)); err != nil {
		return nil, fmt.Errorf("malformed PDU 0x%08x: %w", uint32(f.command()), err)
	}
	return p, nil
}

func encode(p pdu.PDU) []byte {
	b := pdu.NewBuffer(make([]byte, 0, 256))
	p.Marshal(b)
	return b.Bytes()
}

// bare makes a PDU that is a header only: enquire_link, unbind, their answers,
// generic_nack.
func bare(command data.CommandIDType, status uint32, sequence int32) []byte {
	b := make([]byte, headerSize)
	binary.BigEndian.PutUint32(b, headerSize)
	binary.BigEndian.PutUint32(b[4:], uint32(command))
	binary.BigEndian.PutUint32(b[8:], status)
	binary.BigEndian.PutUint32(b[12:], uint32(sequence))
	return b
}
