package prompt

import (
	"bytes"
	"encoding/binary"
	"fmt"

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
	formatPCM  = 1
	formatA    = 6
	formatMu   = 7
	formatMore = 0xFFFE // the format is in the extension
)

func bad(code, zh, en string) error { return fault.New(fault.Invalid, code, zh, en).On("file") }

// header is what a WAV's fmt chunk says.
type header struct {
	format, channels, bits int
	rate                   int
}

// readWAV reads a WAV of 16-bit PCM, A-law or µ-law. A data chunk that claims
// more than there is goes to the end: engines that write to a pipe do so.
func readWAV(raw []byte) (sound, error) {
	if len(raw) > MaxBytes {
		return sound{}, fault.New(fault.TooLarge, "wav_too_large", "录音文件超过10MB，请剪短或降低采样率。", "the file is over 10 MB; shorten it or lower its rate").On("file")
	}
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WAVE" {
		return sound{}, bad("wav_not", "不是WAV文件，请另存为WAV（PCM 16位）后上传。", "not a WAV file; save it as WAV, PCM 16 bit")
	}
	var h header
	for at := 12; at+8 <= len(raw); {
		id, size := string(raw[at:at+4]), int(binary.LittleEndian.Uint32(raw[at+4:]))
		body := raw[at+8:]
		if size > len(body) {
			size = len(body)
		}
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
	case h.rate != 8000 && h.rate != 16000 && h.rate != 22050 && h.rate != 24000 && h.rate != 32000 && h.rate != 44100 && h.rate != 48000:
		return h, bad("wav_rate", fmt.Sprintf("采样率 %d Hz 不支持，请用 8000、16000、22050、44100 或 48000 Hz。", h.rate), fmt.Sprintf("a rate of %d Hz is not taken; use 8000, 16000, 22050, 44100 or 48000 Hz", h.rate))
	case h.format == formatPCM && h.bits == 16, (h.format == formatA || h.format == formatMu) && h.bits == 8:
		return h, nil
	}
	return h, bad("wav_format", "只支持16位PCM、A律或μ律编码的WAV。", "only 16-bit PCM, A-law and µ-law WAV are taken")
}

func (h header) decode(body []byte) (sound, error) {
	codes := h.samples(body)
	out := make([]float64, len(codes)/h.channels)
	if len(out) == 0 {
		return sound{}, bad("wav_empty", "录音是空的。", "there is no sound in it")
	}
	if len(out) > MaxSeconds*h.rate {
		return sound{}, bad("wav_long", "录音超过60秒，请剪短。", "it is longer than 60 seconds; shorten it")
	}
	for i := range out {
		for c := range h.channels {
			out[i] += float64(codes[i*h.channels+c]) / 32768 / float64(h.channels)
		}
	}
	return sound{out, h.rate}, nil
}

func (h header) samples(body []byte) []int16 {
	switch h.format {
	case formatA:
		return g711.DecodeA(body)
	case formatMu:
		return g711.DecodeMu(body)
	}
	out := make([]int16, len(body)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
	}
	return out
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
