package main

import (
	"context"

	"minyi/internal/kit"
	"minyi/internal/run"
	"minyi/sms"
	"minyi/voice"
	"minyi/voice/prompt"
	"minyi/voice/sip"
)

// openVoice starts the telephone, also without a trunk: staff may then prepare
// prompts, and calls that are due wait.
func (a *app) openVoice(context.Context) (run.Running, error) {
	c := a.cfg.Voice
	d := voice.Deps{DB: a.db, Bus: a.bus, Box: a.box, Clock: a.clock, Log: a.log, Survey: &a.peers.survey, Contacts: &a.peers.sms,
		Calendar: sms.DefaultCalendar(), Engine: prompt.Command{Spellings: prompt.DefaultSpellings()},
		Config: voice.Config{Remarks: c.Remarks, KeepRecorded: c.Keep, TranscribeURL: c.Transcribe, TranscribeKey: c.TranscribeKey}}
	if c.Speech != "" {
		d.Engine = prompt.HTTP{URL: c.Speech, Token: c.SpeechKey}
	}
	if c.AlwaysOpen {
		d.Config.Policy = voice.DefaultPolicy()
		d.Config.Policy.AlwaysOpen = true
	}
	if c.Server != "" {
		trunk, err := a.trunk()
		if err != nil {
			return run.Running{}, err
		}
		d.Trunks = []voice.Trunk{trunk}
	}
	s, err := voice.New(d)
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(a.door.Staff(), a.door.Public())
	a.voice = s
	return run.Running{Run: s.Run}, nil
}

func (a *app) trunk() (*sip.Trunk, error) {
	c := a.cfg.Voice
	return sip.New(sip.Config{Name: "trunk", Server: c.Server, Transport: c.Transport, Domain: c.Domain, User: c.User, Password: c.Password,
		Register: c.Register, Caller: c.Caller, Prefix: c.Prefix, Bind: c.Bind, External: c.External, RTPFrom: c.RTPFrom, RTPTo: c.RTPTo,
		MaxCalls: c.MaxCalls, PerSecond: float64(c.PerSecond)}, a.log)
}

type voiceCmd struct {
	Call     voiceCall     `cmd:"" help:"试拨 Place one test call to a number and say what happened; nothing counts as an answer."`
	Live     voiceLive     `cmd:"" help:"进行中 Live calls with their step."`
	Outcomes voiceOutcomes `cmd:"" help:"结果表 Calls by outcome."`
}

type voiceCall struct {
	Number string `arg:"" help:"号码 The number to call."`
	Lang   string `default:"zh-CN" enum:"zh-CN,en" help:"语言 Language of the trial question."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run places a test call and waits for its end.
func (v voiceCall) Run(c *command) error {
	return c.withServer(func(s *server) error {
		got, err := kit.Call[voice.TestCallRequest, voice.TestCallReply](s.client, "POST /api/v1/voice/test-call")(c.ctx,
			voice.TestCallRequest{Number: v.Number, Language: v.Lang, Hotline: s.cfg.Hotline.Name})
		if err != nil {
			return err
		}
		if v.JSON {
			return printJSON(c.out, got)
		}
		c.printf("%s 经 via %s: %s (%s)\n", got.Number, got.Trunk, got.Name, got.Outcome)
		for question, p := range got.Pressed {
			c.printf("  %s: 按键 key %d\n", question, p.Key)
		}
		return nil
	})
}

type voiceLive struct{}

// Run lists live calls.
func (voiceLive) Run(c *command) error { return c.showJSON("/api/v1/voice/live") }

type voiceOutcomes struct {
	Campaign string `help:"任务 Campaign id."`
}

// Run shows the outcome table.
func (v voiceOutcomes) Run(c *command) error {
	return c.showJSON("/api/v1/voice/outcomes?" + sliceFlags{Campaign: v.Campaign}.query("", "").Encode())
}

// showJSON prints what a staff route answers.
func (c *command) showJSON(path string) error {
	return c.withServer(func(s *server) error {
		got, err := get[any](c.ctx, s, path, nil)
		if err != nil {
			return err
		}
		return printJSON(c.out, got)
	})
}
