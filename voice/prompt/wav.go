package prompt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"minyi/internal/fault"
	"minyi/voice/g711"
)

// Limits of an uploaded file.
const (
	MaxBytes   = 10 << 20
	MaxSeconds = 60
)

// sound is one channel of samples in −1…1.
type sound struct {
	samples []float64
	rate    int
}

// wave formats that we take.
const (
	formatPCM   = 1
	formatFloat = 3
	formatA     = 6
	formatMu    = 7
	formatMore  = 0xFFFE // the format is in the extension
)

// rates of a file, Hz.
var rates = []int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}

// streamed is the least size of a data chunk that means "to the end": what is
// written to a pipe does not know its length.
const streamed = 0x7FFF0000

func bad(code, zh, en string) error { return fault.New(fault.Invalid, code, zh, en).On("file") }

// header is what a WAV's fmt chunk says.
type header struct {
	format, channels, bits int
	rate                   int
}

// readWAV reads a WAV of PCM, floating point, A-law or µ-law. A data chunk that
// claims more than there is was cut off on its way, unless it was streamed.
func readWAV(raw []byte) (sound, error) {
	if len(raw) > MaxBytes {
		return sound{}, fault.New(fault.TooLarge, "wav_too_large", "录音文件超过10MB，请剪短或降低采样率。", "the file is over 10 MB; shorten it or lower its rate").On("file")
	}
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WAVE" {
		return sound{}, bad("wav_not", "不是WAV文件，请另存为WAV（PCM）后上传。", "not a WAV file; save it as WAV (PCM)")
	}
	var h header
	for at := 12; at+8 <= len(raw); {
		id, size := string(raw[at:at+4]), int(binary.LittleEndian.Uint32(raw[at+4:]))
		claimed := size
		body := raw[at+8:]
		size = min(size, len(body))
		body = body[:size]
		switch id {
		case "fmt ":
			var err error
			if h, err = readHeader(body); err != nil {
				return sound{}, err
			}
		case "data":
			if h.rate == 0 {
				return sound{}, bad("wav_broken", "WAV文件头不完整，请重新导出。", "the WAV has no format before its data; export it again")
			}
			if missing := claimed - size; claimed < streamed && missing > h.bytesPerSecond()/10 {
				return sound{}, bad("wav_cut", "WAV文件不完整，结尾缺失，请重新导出或重新传输。", "the WAV is cut off: its end is missing; export or copy it again")
			}
			return h.decode(body)
		}
		at += 8 + size + size&1
	}
	return sound{}, bad("wav_broken", "WAV文件中没有声音数据，请重新导出。", "the WAV has no sound data; export it again")
}

func readHeader(body []byte) (header, error) {
	if len(body) < 16 {
		return header{}, bad("wav_broken", "WAV文件头不完整，请重新导出。", "the WAV's header is too short; export it again")
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(body[at:])) }
	h := header{format: u16(0), channels: u16(2), rate: int(binary.LittleEndian.Uint32(body[4:])), bits: u16(14)}
	if h.format == formatMore && len(body) >= 26 {
		h.format = u16(24)
	}
	switch {
	case h.channels != 1 && h.channels != 2:
		return h, bad("wav_channels", "只支持单声道或双声道。", "only mono and stereo are taken")
	case !slices.Contains(rates, h.rate):
		return h, bad("wav_rate", fmt.Sprintf("采样率 %d Hz 不支持，请用 8000、16000、22050、44100 或 48000 Hz。", h.rate), fmt.Sprintf("a rate of %d Hz is not taken; use 8000, 16000, 22050, 44100 or 48000 Hz", h.rate))
	case h.decoder() == nil:
		return h, bad("wav_format", "不支持这种编码的WAV，请另存为PCM（8、16、24、32位）、浮点、A律或μ律。", "this coding is not taken; save it as PCM of 8, 16, 24 or 32 bits, floating point, A-law or µ-law")
	}
	return h, nil
}

func (h header) bytesPerSecond() int { return h.rate * h.channels * h.bits / 8 }

func (h header) decode(body []byte) (sound, error) {
	one, width := h.decoder(), h.bits/8
	out := make([]float64, len(body)/width/h.channels)
	if len(out) == 0 {
		return sound{}, bad("wav_empty", "录音是空的。", "there is no sound in it")
	}
	if len(out) > MaxSeconds*h.rate {
		return sound{}, bad("wav_long", "录音超过60秒，请剪短。", "it is longer than 60 seconds; shorten it")
	}
	for i := range out {
		for c := range h.channels {
			out[i] += one(body[(i*h.channels+c)*width:]) / float64(h.channels)
		}
	}
	return sound{out, h.rate}, nil
}

// decoder gives what reads one sample as −1…1; nil for a coding that we do not
// take.
func (h header) decoder() func([]byte) float64 {
	little := binary.LittleEndian
	switch [2]int{h.format, h.bits} {
	case [2]int{formatPCM, 8}:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / 128 }
	case [2]int{formatPCM, 16}:
		return func(b []byte) float64 { return float64(int16(little.Uint16(b))) / (1 << 15) }
	case [2]int{formatPCM, 24}:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	case [2]int{formatPCM, 32}:
		return func(b []byte) float64 { return float64(int32(little.Uint32(b))) / (1 << 31) }
	case [2]int{formatFloat, 32}:
		return func(b []byte) float64 { return finite(float64(math.Float32frombits(little.Uint32(b)))) }
	case [2]int{formatFloat, 64}:
		return func(b []byte) float64 { return finite(math.Float64frombits(little.Uint64(b))) }
	case [2]int{formatA, 8}:
		return func(b []byte) float64 { return float64(g711.DecodeA(b[:1])[0]) / (1 << 15) }
	case [2]int{formatMu, 8}:
		return func(b []byte) float64 { return float64(g711.DecodeMu(b[:1])[0]) / (1 << 15) }
	}
	return nil
}

// finite keeps what is no number, or no sound, out of the filters.
func finite(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return max(-1, min(1, v))
}

// WAV wraps A-law at 8 kHz for people to listen to.
func WAV(alaw []byte) []byte {
	var b bytes.Buffer
	u32 := func(v int) { binary.Write(&b, binary.LittleEndian, uint32(v)) }
	u16 := func(v int) { binary.Write(&b, binary.LittleEndian, uint16(v)) }
	b.WriteString("RIFF")
	u32(4 + 8 + 18 + 8 + len(alaw) + len(alaw)&1)
	b.WriteString("WAVEfmt ")
	u32(18)
	u16(formatA)
	u16(1)
	u32(g711.Rate)
	u32(g711.Rate)
	u16(1)
	u16(8)
	u16(0)
	b.WriteString("data")
	u32(len(alaw))
	b.Write(alaw)
	if len(alaw)&1 == 1 {
		b.WriteByte(0)
	}
	return b.Bytes()
}
