package prompt

import (
	"fmt"
	"math"
	"time"

	"minyi/voice/g711"
)

// Clip is one prompt, ready to be played.
type Clip struct {
	ALaw    []byte  `json:"-"`
	Seconds float64 `json:"seconds"`
	Rate    int     `json:"rate"`    // of the file it was made from, Hz
	Peak    float64 `json:"peak"`    // of that file, dBFS
	RMS     float64 `json:"rms"`     // of its speech, dBFS
	Gain    float64 `json:"gain"`    // applied, dB
	Trimmed float64 `json:"trimmed"` // silence cut from its start, seconds
	Clipped int     `json:"clipped"` // samples at full scale: it was recorded too loud
}

// Duration is how long the clip plays.
func (c Clip) Duration() time.Duration {
	return time.Duration(len(c.ALaw)) * time.Second / g711.Rate
}

// What every clip is brought to, so that prompts follow each other at one
// loudness and none is distorted.
const (
	targetRMS   = -18.0 // dBFS, of speech
	ceiling     = -3.0  // dBFS, peak
	floor       = -45.0 // dBFS; below it is silence
	keepLead    = 0.15  // seconds of silence left at the start
	mostGain    = 20.0  // dB; what needs more is noise
	leastSpeech = 0.2   // seconds
)

// Convert makes a clip of an uploaded or synthesised WAV, or says what is
// wrong with it.
func Convert(wav []byte) (Clip, error) {
	s, err := readWAV(wav)
	if err != nil {
		return Clip{}, err
	}
	clip := Clip{Rate: s.rate, Clipped: clippedIn(s.samples)}
	samples := resample(s, g711.Rate)
	samples, clip.Trimmed = trimLead(samples)
	peak, rms, spoken := measure(samples)
	clip.Peak, clip.RMS = decibel(peak), decibel(rms)
	if spoken < leastSpeech {
		return Clip{}, bad("wav_silent", "录音里几乎没有声音，请检查麦克风后重录。", "there is almost no sound in it; check the microphone and record again")
	}
	clip.Gain = min(targetRMS-clip.RMS, ceiling-clip.Peak, mostGain)
	factor := math.Pow(10, clip.Gain/20)
	pcm := make([]int16, len(samples))
	for i, v := range samples {
		pcm[i] = int16(math.Round(max(-1, min(1, v*factor)) * 32767))
	}
	clip.ALaw = g711.EncodeA(pcm)
	clip.Seconds = math.Round(100*float64(len(pcm))/g711.Rate) / 100
	if clip.Seconds > MaxSeconds {
		return Clip{}, bad("wav_long", fmt.Sprintf("录音 %.0f 秒，超过60秒，请剪短。", clip.Seconds), "it is longer than 60 seconds; shorten it")
	}
	return clip, nil
}

func decibel(v float64) float64 {
	if v <= 0 {
		return -100
	}
	return math.Round(200*math.Log10(v)) / 10
}

func clippedIn(samples []float64) (n int) {
	for _, v := range samples {
		if math.Abs(v) >= 32766.0/32768 {
			n++
		}
	}
	return n
}

const window = g711.Frame // 20 ms at 8 kHz

// trimLead cuts all but a little of the silence before the first speech.
func trimLead(samples []float64) ([]float64, float64) {
	limit := math.Pow(10, floor/20)
	for at := 0; at+window <= len(samples); at += window {
		if rmsOf(samples[at:at+window]) > limit {
			cut := max(0, at-int(keepLead*g711.Rate))
			return samples[cut:], float64(cut) / g711.Rate
		}
	}
	return samples, 0
}

// measure gives the peak, the RMS of the windows that hold speech, and how
// many seconds those are.
func measure(samples []float64) (peak, rms, spoken float64) {
	limit := math.Pow(10, floor/20)
	var power float64
	n := 0
	for at := 0; at+window <= len(samples); at += window {
		if r := rmsOf(samples[at : at+window]); r > limit {
			power += r * r
			n++
		}
	}
	for _, v := range samples {
		peak = max(peak, math.Abs(v))
	}
	if n > 0 {
		rms = math.Sqrt(power / float64(n))
	}
	return peak, rms, float64(n*window) / g711.Rate
}

func rmsOf(samples []float64) float64 {
	var power float64
	for _, v := range samples {
		power += v * v
	}
	return math.Sqrt(power / float64(len(samples)))
}

// resample brings s to rate by a windowed sinc whose cut-off is 3.4 kHz, the
// telephone's own, so that nothing above folds back as hiss.
func resample(s sound, rate int) []float64 {
	if s.rate == rate {
		return s.samples
	}
	const cutoff, half = 3400.0, 32.0 // half: zero crossings of the sinc on each side
	reach := half * float64(s.rate) / (2 * cutoff)
	side := int(reach)
	phases := map[int][]float64{} // taps by the fraction at which an output lies
	out := make([]float64, len(s.samples)*rate/s.rate)
	for i := range out {
		whole, part := i*s.rate/rate, i*s.rate%rate
		taps := phases[part]
		if taps == nil {
			taps = tapsAt(float64(part)/float64(rate), 2*cutoff/float64(s.rate), reach, side)
			phases[part] = taps
		}
		for k, w := range taps {
			if at := whole - side + k; at >= 0 && at < len(s.samples) {
				out[i] += w * s.samples[at]
			}
		}
	}
	return out
}

// tapsAt gives the weights of the samples around a point that lies fraction
// after a sample; they sum to one.
func tapsAt(fraction, band, reach float64, side int) []float64 {
	taps := make([]float64, 2*side+2)
	var sum float64
	for k := range taps {
		taps[k] = kernel(float64(k-side)-fraction, band, reach)
		sum += taps[k]
	}
	for k := range taps {
		taps[k] /= sum
	}
	return taps
}

// kernel is a sinc of the given band under a Hann window.
func kernel(x, band, reach float64) float64 {
	if math.Abs(x) >= reach {
		return 0
	}
	w := 0.5 + 0.5*math.Cos(math.Pi*x/reach)
	if x == 0 {
		return w
	}
	return w * math.Sin(math.Pi*x*band) / (math.Pi * x * band)
}

// Tone is the short tone after which a respondent speaks.
func Tone() []byte {
	pcm := make([]int16, g711.Rate*3/10)
	for i := range pcm {
		edge := min(1, float64(min(i, len(pcm)-i))/400) // 50 ms in and out
		pcm[i] = int16(8000 * edge * math.Sin(2*math.Pi*1000*float64(i)/g711.Rate))
	}
	return g711.EncodeA(pcm)
}

// Pause is silence between two clips.
func Pause(d time.Duration) []byte {
	out := make([]byte, int(d.Seconds()*g711.Rate))
	for i := range out {
		out[i] = g711.SilenceA
	}
	return out
}
