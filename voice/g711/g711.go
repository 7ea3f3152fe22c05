// Package g711 turns sound between 16-bit samples, A-law and µ-law (ITU-T
// G.711). It takes in and gives out slices and knows nothing of files or
// networks.
package g711

import "math/bits"

// Silence in each law: the code of sample 0.
const (
	SilenceA  = 0xD5
	SilenceMu = 0xFF
)

// Rate is the number of samples a second; Frame those of 20 ms.
const (
	Rate  = 8000
	Frame = Rate / 50
)

var (
	fromA  = table(decodeA)
	fromMu = table(decodeMu)
	aToMu  = cross(fromA, encodeMu)
	muToA  = cross(fromMu, encodeA)
)

func table(decode func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = decode(byte(i))
	}
	return t
}

func cross(from [256]int16, encode func(int16) byte) (t [256]byte) {
	for i, s := range from {
		t[i] = encode(s)
	}
	return t
}

// EncodeA gives the A-law codes of samples.
func EncodeA(samples []int16) []byte { return each(samples, encodeA) }

// EncodeMu gives the µ-law codes of samples.
func EncodeMu(samples []int16) []byte { return each(samples, encodeMu) }

func each(samples []int16, encode func(int16) byte) []byte {
	out := make([]byte, len(samples))
	for i, s := range samples {
		out[i] = encode(s)
	}
	return out
}

// DecodeA gives the samples of A-law codes.
func DecodeA(codes []byte) []int16 { return look(codes, &fromA) }

// DecodeMu gives the samples of µ-law codes.
func DecodeMu(codes []byte) []int16 { return look(codes, &fromMu) }

func look(codes []byte, t *[256]int16) []int16 {
	out := make([]int16, len(codes))
	for i, c := range codes {
		out[i] = t[c]
	}
	return out
}

// AToMu writes the µ-law codes of A-law codes into dst, which is as long.
func AToMu(dst, src []byte) {
	for i, c := range src {
		dst[i] = aToMu[c]
	}
}

// MuToA writes the A-law codes of µ-law codes into dst, which is as long.
func MuToA(dst, src []byte) {
	for i, c := range src {
		dst[i] = muToA[c]
	}
}

func encodeA(s int16) byte {
	sign := byte(0x80)
	v := int(s)
	if v < 0 {
		sign, v = 0, -v-1
	}
	if v < 256 {
		return (byte(v>>4) | sign) ^ 0x55
	}
	segment := bits.Len(uint(v)) - 8
	code := byte(segment<<4) | byte(v>>(segment+3))&0x0F
	return (code | sign) ^ 0x55
}

func decodeA(c byte) int16 {
	c ^= 0x55
	segment, v := int(c>>4)&7, int(c&0x0F)<<4+8
	if segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if c&0x80 == 0 {
		v = -v
	}
	return int16(v)
}

func encodeMu(s int16) byte {
	const bias, most = 0x84, 32635
	sign, v := byte(0), int(s)
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, most) + bias
	segment := 7
	for mask := 0x4000; v&mask == 0 && segment > 0; mask >>= 1 {
		segment--
	}
	return ^(sign | byte(segment<<4) | byte(v>>(segment+3))&0x0F)
}

func decodeMu(c byte) int16 {
	c = ^c
	v := (int(c&0x0F)<<3+0x84)<<(int(c>>4)&7) - 0x84
	if c&0x80 != 0 {
		v = -v
	}
	return int16(v)
}
