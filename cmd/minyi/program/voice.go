package program

import (
	"context"
	"fmt"

	"minyi/internal/config"
	"minyi/internal/run"
	"minyi/voice"
	"minyi/voice/prompt"
	"minyi/voice/sip"
)

// openVoice starts the telephone, also without a trunk: staff may then prepare
// prompts, and calls that are due wait.
func (p *Program) openVoice(context.Context) (run.Running, error) {
	days, err := workingDays(p.cfg)
	if err != nil {
		return run.Running{}, err
	}
	d := voice.Deps{DB: p.db, Bus: p.bus, Box: p.box, Clock: p.clock, Log: p.log, Survey: &p.peers.survey, Contacts: &p.peers.sms,
		Calendar: days, Engine: speech(p.cfg), Alone: p.cfg.MongoDB.URI == ""}
	if d.Config, err = voiceConfig(p.cfg); err != nil {
		return run.Running{}, err
	}
	for _, t := range p.cfg.Trunks() {
		c, err := trunk(t)
		if err != nil {
			return run.Running{}, err
		}
		line, err := sip.New(c, p.log)
		if err != nil {
			return run.Running{}, err
		}
		d.Trunks = append(d.Trunks, line)
	}
	s, err := voice.New(d)
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	p.voice, p.peers.voice.voicePeer = s, s
	return p.working("voice", s.Run), nil
}

func voiceConfig(cfg config.Config) (voice.Config, error) {
	c := cfg.Voice
	hours, err := voice.ReadHours(c.Hours)
	return voice.Config{Remarks: c.Remarks, KeepRecorded: c.Keep, TranscribeURL: c.Transcribe, TranscribeKey: c.TranscribeKey,
		Policy: voice.Policy{AlwaysOpen: c.AlwaysOpen, Hours: hours, RestDays: c.RestDays, Tries: c.Tries, BusyAfter: c.BusyAfter}}, err
}

// speech is the engine that the settings name.
func speech(cfg config.Config) prompt.Engine {
	if c := cfg.Voice; c.Speech != "" {
		return prompt.HTTP{URL: c.Speech, Token: c.SpeechKey, Voice: c.SpeechVoice}
	}
	return prompt.Command{Spellings: prompt.DefaultSpellings()}
}

// trunk is a trunk's settings as voice/sip takes them.
func trunk(t config.Trunk) (sip.Config, error) {
	c := sip.Config{Name: t.Name, Server: t.Server, Transport: t.Transport, Domain: t.Domain, User: t.User, Password: t.Password,
		Register: t.Register, Caller: t.Caller, CallerName: t.CallerName, Asserted: t.Asserted, Prefix: t.Prefix, Bind: t.Bind,
		External: t.External, RTPFrom: t.RTPFrom, RTPTo: t.RTPTo, Latch: t.Latch, Strict: t.Strict, Laws: t.LawNames(),
		MaxCalls: t.MaxCalls, PerSecond: float64(t.PerSecond), Ring: t.Ring, RTPTimeout: t.RTPTimeout}
	var err error
	if t.Transport == "tls" {
		c.TLS, err = sip.TLSFrom(t.TLSCA, t.TLSName, t.TLSCert, t.TLSKey)
	}
	return c, err
}

// voiceChecks are what doctor asks of the telephone: each trunk's carrier, and
// the engine that speaks where nothing was recorded.
func voiceChecks(cfg config.Config) (out []Check) {
	for _, t := range cfg.Trunks() {
		out = append(out, Check{"线路 trunk " + t.Name, func(ctx context.Context) (string, error) {
			c, err := trunk(t)
			if err != nil {
				return "", err
			}
			status, err := sip.Probe(ctx, c)
			return fmt.Sprintf("%s answers OPTIONS over %s (%d)", t.Server, t.Transport, status), err
		}})
	}
	if len(out) == 0 {
		out = append(out, Check{"线路 trunks", func(context.Context) (string, error) {
			return "none configured: no calls are placed (voice.server)", nil
		}})
	}
	return append(out, Check{"语音合成 speech", func(ctx context.Context) (string, error) {
		wav, err := speech(cfg).Speak(ctx, prompt.Words("您好，这里是12345热线。", "zh-CN"), "zh-CN")
		if err == nil {
			_, err = prompt.Convert(wav)
		}
		return "speaks", err
	}})
}
