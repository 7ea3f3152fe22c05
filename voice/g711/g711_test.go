package g711

import (
	"math"
	"testing"
)

// TestCodesSurvive: every code decodes to a sample that encodes to the code
// again (µ-law has two zeros).
func TestCodesSurvive(t *testing.T) {
	for i := range 256 {
		c := byte(i)
		if got := EncodeA(DecodeA([]byte{c}))[0]; got != c {
			t.Errorf("A-law %#x became %#x", c, got)
		}
		if got := EncodeMu(DecodeMu([]byte{c}))[0]; got != c && c != 0x7F {
			t.Errorf("µ-law %#x became %#x", c, got)
		}
	}
}

// TestKnownCodes holds points of ITU-T G.711 tables 1a and 2a.
func TestKnownCodes(t *testing.T) {
	if DecodeA([]byte{0xD5})[0] != 8 || DecodeA([]byte{0x55})[0] != -8 {
		t.Error("A-law: the smallest values")
	}
	if DecodeA([]byte{0xAA})[0] != 32256 || DecodeA([]byte{0x2A})[0] != -32256 {
		t.Error("A-law: the largest values")
	}
	if DecodeMu([]byte{0xFF})[0] != 0 || DecodeMu([]byte{0x80})[0] != 32124 || DecodeMu([]byte{0x00})[0] != -32124 {
		t.Error("µ-law: zero and the largest values")
	}
	if EncodeA([]int16{math.MinInt16, math.MaxInt16})[0] != 0x2A || EncodeMu([]int16{math.MinInt16})[0] != 0x00 {
		t.Error("the most negative sample")
	}
}

// TestErrorIsSmall: signal to noise of a tone stays above 34 dB in both laws
// and across them.
func TestErrorIsSmall(t *testing.T) {
	tone := make([]int16, Rate)
	for i := range tone {
		tone[i] = int16(12000 * math.Sin(2*math.Pi*440*float64(i)/Rate))
	}
	a, mu := EncodeA(tone), EncodeMu(tone)
	crossed := make([]byte, len(a))
	AToMu(crossed, a)
	back := make([]byte, len(mu))
	MuToA(back, mu)
	for name, got := range map[string][]int16{"A": DecodeA(a), "µ": DecodeMu(mu), "A→µ": DecodeMu(crossed), "µ→A": DecodeA(back)} {
		if snr := ratio(tone, got); snr < 34 {
			t.Errorf("%s: %.1f dB", name, snr)
		}
	}
}

func ratio(want, got []int16) float64 {
	var signal, noise float64
	for i, w := range want {
		d := float64(w) - float64(got[i])
		signal += float64(w) * float64(w)
		noise += d * d
	}
	return 10 * math.Log10(signal/noise)
}
