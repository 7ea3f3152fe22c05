package phones

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
)

// captures numbers them: each key of a call has a timestamp of its own.
var captures atomic.Int32

// keysPcap writes a capture of RFC 4733 keys, the packets that lost names left
// out of every key. Packets are 20 ms apart, keys 200 ms.
func keysPcap(t testing.TB, keys string, payload byte, lost ...int) string {
	t.Helper()
	var b bytes.Buffer
	put := func(order binary.ByteOrder, v any) { binary.Write(&b, order, v) }
	put(binary.LittleEndian, []uint32{0xa1b2c3d4, 4<<16 | 2, 0, 0, 65535, 1})
	at, seq, first := uint32(0), uint16(1), byte(captures.Add(1))
	for n, k := range keys {
		event := bytes.IndexByte([]byte("0123456789*#"), byte(k))
		for i, d := range []uint16{0, 160, 320, 480, 640, 800, 960, 960, 960} {
			end := byte(10)
			if i >= 6 {
				end |= 0x80
			}
			rtp := []byte{0x80, payload, byte(seq >> 8), byte(seq), 0, first, byte(n * 20), 0, 0, 0, 0, 9, byte(event), end, byte(d >> 8), byte(d)}
			seq++
			if !slices.Contains(lost, i) {
				put(binary.LittleEndian, []uint32{at / 1e6, at % 1e6, uint32(14 + 20 + 8 + len(rtp)), uint32(14 + 20 + 8 + len(rtp))})
				b.Write(make([]byte, 12))
				b.Write([]byte{8, 0, 0x45, 0})
				put(binary.BigEndian, uint16(20+8+len(rtp)))
				b.Write([]byte{0, 0, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1})
				put(binary.BigEndian, []uint16{4000, 4002, uint16(8 + len(rtp)), 0})
				b.Write(rtp)
			}
			at += 20_000
		}
		at += 200_000
	}
	path := filepath.Join(t.TempDir(), "keys.pcap")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
