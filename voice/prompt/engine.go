package prompt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"minyi/internal/fault"
)

// Engine speaks text that Words has written out.
type Engine interface {
	// Name is part of the key of what it has spoken: another engine, voice or
	// speed must have another name.
	Name(language string) string
	// Speak gives a WAV.
	Speak(ctx context.Context, text, language string) ([]byte, error)
}

// Spellings are forced readings: words that an engine misreads, and
// characters that sound as the word should.
type Spellings map[string]string

// DefaultSpellings mend what espeak-ng's Mandarin gets wrong.
func DefaultSpellings() Spellings {
	return Spellings{"重庆": "虫庆", "重新": "虫新", "重听": "虫听", "重复": "虫复", "银行": "银杭", "便民": "变民", "长辈": "掌辈", "朝阳": "潮阳", "尾号": "伟号"}
}

func (s Spellings) apply(text string) string {
	pairs := make([]string, 0, 2*len(s))
	for word, as := range s {
		pairs = append(pairs, word, as)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Command is a local engine: text on its standard input, a WAV on its standard
// output.
type Command struct {
	Path      string // espeak-ng
	Speed     string // 165 words a minute
	Spellings Spellings
}

var (
	_ Engine = Command{}
	_ Engine = HTTP{}
)

func (c Command) path() string  { return cmp.Or(c.Path, "espeak-ng") }
func (c Command) speed() string { return cmp.Or(c.Speed, "165") }

// voiceOf picks the voice. Plain cmn reads hanzi as English letters and tone
// numbers in espeak-ng 1.51; cmn-latn-pinyin reads both hanzi and pinyin.
func voiceOf(language string) string {
	if strings.HasPrefix(language, "en") {
		return "en"
	}
	return "cmn-latn-pinyin"
}

// Name implements Engine.
func (c Command) Name(language string) string {
	return strings.Join([]string{c.path(), voiceOf(language), c.speed(), fmt.Sprint(c.Spellings)}, " ") // maps print in order
}

// Speak implements Engine.
func (c Command) Speak(ctx context.Context, text, language string) ([]byte, error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	cmd := exec.CommandContext(ctx, c.path(), "-v", voiceOf(language), "-s", c.speed(), "-b", "1", "--stdin", "--stdout")
	cmd.Stdin = strings.NewReader(c.Spellings.apply(text))
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, fault.New(fault.Unavailable, "engine_missing", "没有找到语音合成程序 "+c.path()+"，请安装（apt-get install espeak-ng）或上传录音。",
				"there is no "+c.path()+"; install it (apt-get install espeak-ng) or upload recordings").With(err)
		}
		return nil, engineFailed(fmt.Errorf("%w: %.200s", err, complaint.String()))
	}
	return out.Bytes(), nil
}

func engineFailed(cause error) error {
	return fault.New(fault.Unavailable, "engine_failed", "语音合成失败，请检查合成引擎或上传录音。", "speech synthesis failed; check the engine or upload recordings").With(cause)
}

// HTTP is an engine reached by HTTP: POST {"text","language","voice","rate"}
// gives a WAV.
type HTTP struct {
	URL    string
	Token  string // sent as Authorization: Bearer
	Voice  string
	Client *http.Client
}

// Name implements Engine.
func (h HTTP) Name(language string) string { return "http " + h.URL + " " + h.Voice + " " + language }

// Speak implements Engine.
func (h HTTP) Speak(ctx context.Context, text, language string) ([]byte, error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	body, err := json.Marshal(map[string]any{"text": text, "language": language, "voice": h.Voice, "rate": 8000})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return nil, engineFailed(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "audio/wav")
	if h.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.Token)
	}
	res, err := cmp.Or(h.Client, http.DefaultClient).Do(req)
	if err != nil {
		return nil, engineFailed(err)
	}
	defer res.Body.Close()
	wav, err := io.ReadAll(io.LimitReader(res.Body, MaxBytes+1))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, engineFailed(fmt.Errorf("status %d, %v", res.StatusCode, err))
	}
	return wav, nil
}
