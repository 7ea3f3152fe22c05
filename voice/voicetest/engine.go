package voicetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"sync/atomic"

	"minyi/voice/prompt"
)

// Engine speaks a tone for every text, one third of a second long and
// different for different texts.
type Engine struct{ spoken atomic.Int64 }

var _ prompt.Engine = (*Engine)(nil)

// Spoken counts the texts that were really synthesised.
func (e *Engine) Spoken() int { return int(e.spoken.Load()) }

// Name implements prompt.Engine.
func (e *Engine) Name(string) string { return "tone" }

// Speak implements prompt.Engine.
func (e *Engine) Speak(_ context.Context, text, _ string) ([]byte, error) {
	e.spoken.Add(1)
	h := fnv.New32()
	h.Write([]byte(text))
	return WAV(300+float64(h.Sum32()%2000), 1.0/3), nil
}

// WAV is a tone of hz for seconds, 8 kHz 16-bit mono.
func WAV(hz, seconds float64) []byte {
	n := int(8000 * seconds)
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF")
	put(uint32(36 + 2*n))
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put([]uint16{1, 1})
	put([]uint32{8000, 16000})
	put([]uint16{2, 16})
	b.WriteString("data")
	put(uint32(2 * n))
	for i := range n {
		put(int16(9000 * math.Sin(2*math.Pi*hz*float64(i)/8000)))
	}
	return b.Bytes()
}
