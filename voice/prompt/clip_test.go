package prompt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/voice/g711"
)

// wavOf writes samples (−1…1) as 16-bit PCM.
func wavOf(rate, channels int, samples []float64) []byte {
	var b bytes.Buffer
	le := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	size := 2 * channels * len(samples)
	b.WriteString("RIFF")
	le(uint32(36 + size))
	b.WriteString("WAVEfmt ")
	le(uint32(16))
	le([]uint16{formatPCM, uint16(channels)})
	le([]uint32{uint32(rate), uint32(2 * channels * rate)})
	le([]uint16{uint16(2 * channels), 16})
	b.WriteString("data")
	le(uint32(size))
	for _, v := range samples {
		for range channels {
			le(int16(v * 32767))
		}
	}
	return b.Bytes()
}

func tone(rate int, hz, level, seconds float64) []float64 {
	out := make([]float64, int(seconds*float64(rate)))
	for i := range out {
		out[i] = level * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
	}
	return out
}

// powerAt is the share of samples' power at hz (Goertzel).
func powerAt(samples []int16, hz float64) float64 {
	var re, im, all float64
	for i, s := range samples {
		v := float64(s)
		re += v * math.Cos(2*math.Pi*hz*float64(i)/g711.Rate)
		im += v * math.Sin(2*math.Pi*hz*float64(i)/g711.Rate)
		all += v * v
	}
	return 2 * (re*re + im*im) / (float64(len(samples)) * all)
}

// TestConvertEveryForm: a 1 kHz tone stays one, at the target level, from
// every rate and channel count.
func TestConvertEveryForm(t *testing.T) {
	for _, rate := range rates {
		for _, channels := range []int{1, 2} {
			clip, err := Convert(wavOf(rate, channels, tone(rate, 1000, 0.05, 2)))
			if err != nil {
				t.Fatalf("%d Hz × %d: %v", rate, channels, err)
			}
			if math.Abs(clip.Seconds-2) > 0.02 || clip.Rate != rate {
				t.Errorf("%d Hz × %d: %+v", rate, channels, clip)
			}
			samples := g711.DecodeA(clip.ALaw)
			if share := powerAt(samples[800:15200], 1000); share < 0.98 {
				t.Errorf("%d Hz × %d: only %.3f of the power is the tone", rate, channels, share)
			}
			_, rms, _ := measure(floats(samples))
			if got := decibel(rms); math.Abs(got-targetRMS) > 0.7 {
				t.Errorf("%d Hz × %d: %.1f dBFS", rate, channels, got)
			}
		}
	}
}

func floats(samples []int16) []float64 {
	out := make([]float64, len(samples))
	for i, s := range samples {
		out[i] = float64(s) / 32768
	}
	return out
}

// TestNothingFoldsBack: a tone above the telephone's band is removed, not
// mirrored into it.
func TestNothingFoldsBack(t *testing.T) {
	mixed := tone(48000, 1000, 0.2, 2)
	for i, v := range tone(48000, 5500, 0.2, 2) { // would fold to 2,500 Hz
		mixed[i] += v
	}
	clip, err := Convert(wavOf(48000, 1, mixed))
	if err != nil {
		t.Fatal(err)
	}
	samples := g711.DecodeA(clip.ALaw)[800:15200]
	if folded := powerAt(samples, 2500); folded > 1e-4 {
		t.Errorf("%.5f of the power folded back", folded)
	}
	if kept := powerAt(samples, 1000); kept < 0.98 {
		t.Errorf("%.3f of the power is the wanted tone", kept)
	}
}

func TestLeadingSilenceIsCut(t *testing.T) {
	quiet := make([]float64, 8000*3/2)
	clip, err := Convert(wavOf(8000, 1, append(quiet, tone(8000, 500, 0.3, 1)...)))
	if err != nil {
		t.Fatal(err)
	}
	if clip.Trimmed < 1.2 || math.Abs(clip.Seconds-1.15) > 0.05 {
		t.Errorf("%+v", clip)
	}
}

// TestLoudnessIsBounded: peaks stay under the ceiling, noise is not blown up.
func TestLoudnessIsBounded(t *testing.T) {
	peaky := tone(8000, 500, 0.02, 2)
	for i := 0; i < len(peaky); i += 800 {
		peaky[i] = 0.9
	}
	clip, err := Convert(wavOf(8000, 1, peaky))
	if err != nil {
		t.Fatal(err)
	}
	peak, _, _ := measure(floats(g711.DecodeA(clip.ALaw)))
	if decibel(peak) > ceiling+0.5 {
		t.Errorf("peak at %.1f dBFS", decibel(peak))
	}
	loud, err := Convert(wavOf(8000, 1, tone(8000, 500, 1, 1)))
	if err != nil || loud.Clipped == 0 || loud.Gain >= 0 {
		t.Errorf("%+v %v", loud, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	good := wavOf(8000, 1, tone(8000, 500, 0.3, 1))
	format := func(at int, v uint16) []byte {
		raw := bytes.Clone(good)
		binary.LittleEndian.PutUint16(raw[at:], v)
		return raw
	}
	for want, raw := range map[string][]byte{
		"wav_not":       []byte("ID3\x03 an mp3 file, renamed"),
		"wav_broken":    good[:30],
		"wav_channels":  format(22, 6),
		"wav_rate":      format(24, 7350),
		"wav_format":    format(34, 12),
		"wav_cut":       good[:len(good)/2],
		"wav_empty":     wavOf(8000, 1, nil),
		"wav_silent":    wavOf(8000, 1, make([]float64, 8000)),
		"wav_long":      wavOf(8000, 1, tone(8000, 500, 0.3, 61)),
		"wav_too_large": make([]byte, MaxBytes+1),
	} {
		if _, err := Convert(raw); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) || fault.As(err).Code != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestListenableCopy(t *testing.T) {
	clip, err := Convert(wavOf(16000, 1, tone(16000, 700, 0.2, 1)))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Convert(WAV(clip.ALaw))
	if err != nil || again.Seconds != clip.Seconds {
		t.Errorf("%+v %v", again, err)
	}
}

func FuzzConvert(f *testing.F) {
	f.Add(wavOf(8000, 1, tone(8000, 500, 0.3, 0.5)))
	f.Add(WAV(Tone()))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<20 {
			return
		}
		clip, err := Convert(raw)
		if err == nil && (len(clip.ALaw) == 0 || math.IsNaN(clip.Gain)) {
			t.Fatalf("%+v", clip)
		}
	})
}

// TestEspeak: the shipped engine speaks Mandarin, not letters and tone
// numbers: two sentences of equal syllables take about equally long.
func TestEspeak(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		testenv.Require(t, "espeak-ng")
	}
	e := Command{Spellings: DefaultSpellings()}
	long, err := e.Speak(t.Context(), Words("非常满意请按1，满意请按2，基本满意请按3，不满意请按4，非常不满意请按5。", "zh-CN"), "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	clip, err := Convert(long)
	if err != nil {
		t.Fatal(err)
	}
	// 33 syllables at about five a second; the letters of the broken voice
	// would take more than twice as long.
	if clip.Seconds < 4 || clip.Seconds > 12 {
		t.Errorf("%.1f s", clip.Seconds)
	}
	if e.Name("zh-CN") == e.Name("en") {
		t.Error("two voices under one name")
	}
	if _, err := (Command{Path: "no-such-engine"}).Speak(t.Context(), "x", "zh-CN"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a missing engine: %v", err)
	}
}

func TestHTTPEngine(t *testing.T) {
	var got map[string]any
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewDecoder(r.Body).Decode(&got)
		if r.Header.Get("Authorization") != "Bearer secret" {
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
		w.Write(wavOf(16000, 1, tone(16000, 500, 0.3, 1)))
	}))
	defer server.Close()
	e := HTTP{URL: server.URL, Token: "secret", Voice: "xiaomei"}
	wav, err := e.Speak(context.Background(), "您好", "zh-CN")
	if err != nil || got["text"] != "您好" || got["voice"] != "xiaomei" {
		t.Fatalf("%v %v", got, err)
	}
	if _, err := Convert(wav); err != nil {
		t.Error(err)
	}
	status = http.StatusBadGateway
	if _, err := e.Speak(context.Background(), "您好", "zh-CN"); !fault.Is(err, fault.Unavailable) || strings.Contains(fault.As(err).ZH, "您好") {
		t.Errorf("%v", err)
	}
}
