package prompt

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"minyi/voice/g711"
)

// codedWAV writes samples in a coding of its own, mono at 16 kHz.
func codedWAV(format, bits int, samples []float64) []byte {
	var b bytes.Buffer
	le := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF\xff\xff\xff\xffWAVEfmt ")
	le(uint32(16))
	le([]uint16{uint16(format), 1})
	le([]uint32{16000, uint32(16000 * bits / 8)})
	le([]uint16{uint16(bits / 8), uint16(bits)})
	b.WriteString("data\xff\xff\xff\xff") // streamed: nobody knew the length
	for _, v := range samples {
		switch {
		case format == formatFloat && bits == 32:
			le(float32(v))
		case format == formatFloat:
			le(v)
		case format == formatA:
			b.Write(g711.EncodeA([]int16{int16(v * 32767)}))
		case format == formatMu:
			b.Write(g711.EncodeMu([]int16{int16(v * 32767)}))
		case bits == 8:
			b.WriteByte(byte(128 + math.Round(v*127)))
		default:
			whole := make([]byte, 8)
			binary.LittleEndian.PutUint64(whole, uint64(int64(v*float64(int64(1)<<(bits-1)-1))))
			b.Write(whole[:bits/8])
		}
	}
	return b.Bytes()
}

// TestEveryCoding: a tone stays one, at its level, in whatever an announcer's
// program saves.
func TestEveryCoding(t *testing.T) {
	for _, one := range [][2]int{{formatPCM, 8}, {formatPCM, 16}, {formatPCM, 24}, {formatPCM, 32}, {formatFloat, 32}, {formatFloat, 64}, {formatA, 8}, {formatMu, 8}} {
		clip, err := Convert(codedWAV(one[0], one[1], tone(16000, 1000, 0.5, 1)))
		if err != nil {
			t.Errorf("%v: %v", one, err)
			continue
		}
		if share := powerAt(g711.DecodeA(clip.ALaw)[400:7600], 1000); share < 0.98 || math.Abs(clip.Peak+6) > 0.3 || clip.Clipped != 0 {
			t.Errorf("%v: %.3f of the power is the tone, peak %.1f", one, share, clip.Peak)
		}
	}
}

// TestFloatsThatAreNoSound: what is no number is silence, what is beyond full
// scale is full scale.
func TestFloatsThatAreNoSound(t *testing.T) {
	samples := tone(16000, 1000, 0.5, 1)
	samples[100], samples[200], samples[300] = math.NaN(), math.Inf(1), -1e300
	clip, err := Convert(codedWAV(formatFloat, 64, samples))
	if err != nil || math.IsNaN(clip.Gain) || clip.Clipped != 2 {
		t.Errorf("%+v %v", clip, err)
	}
}

// TestCutOffByAHair: a writer that counts a few octets too many has cut
// nothing off.
func TestCutOffByAHair(t *testing.T) {
	whole := wavOf(8000, 1, tone(8000, 500, 0.3, 1))
	if _, err := Convert(whole[:len(whole)-6]); err != nil {
		t.Error(err)
	}
}
