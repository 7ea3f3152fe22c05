package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/voice"
)

type voiceCmd struct {
	Call     voiceCall     `cmd:"" help:"试拨 Place one test call to a number and say what happened; nothing counts as an answer."`
	Live     voiceLive     `cmd:"" help:"进行中 Live calls with their step."`
	Outcomes voiceOutcomes `cmd:"" help:"结果表 A campaign's calls by outcome."`
	Trunks   voiceTrunks   `cmd:"" help:"线路 The trunks and how they stand."`
	Prompts  voicePrompts  `cmd:"" help:"提示音 Announcers' recordings: list, upload, fetch, remove."`
}

type voiceCall struct {
	Number string `arg:"" help:"号码 The number to call."`
	Lang   string `default:"zh-CN" enum:"zh-CN,en" help:"语言 Language of the trial question."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run places a test call and waits for its end.
func (v voiceCall) Run(c *command) error {
	return c.withTelephone(func(s *server) error {
		if !v.JSON {
			c.printf("正在拨打 calling …\n")
		}
		got, err := v.place(c, s)
		if err != nil {
			return err
		}
		if v.JSON {
			return errors.Join(printJSON(c.out, got), notCarried(got))
		}
		v.tell(c, got)
		return notCarried(got)
	})
}

// hints say what to do about a call that no trunk carried, by its detail.
var hints = map[string][2]string{
	"no_provisional":     {"对端没有任何响应，请检查服务器地址、端口、传输方式和防火墙。", "the carrier responds to nothing; check the server's address, port and transport, and the firewall"},
	"not_open":           {"线路没有打开，请检查服务器域名能否解析、本机地址和端口是否可用。", "the trunk is not open; check that the server's name resolves and that our address and port are to be had"},
	"unreachable_server": {"连不上服务器，请检查地址、端口和传输方式。", "no connection to the server; check address, port and transport"},
	"certificate":        {"对端证书不受信任，请检查 voice.tls_ca、voice.tls_name 和证书有效期。", "the carrier's certificate is not trusted; check voice.tls_ca, voice.tls_name and whether it has expired"},
	"password":           {"运营商不接受账号或密码，请检查 voice.user 和 voice.password。", "the carrier does not accept user or password; check voice.user and voice.password"},
	"forbidden":          {"运营商拒绝这个呼叫，请核对主叫号码 voice.caller 和对方的地址白名单。", "the carrier forbids the call; check voice.caller and the carrier's list of allowed addresses"},
	"digest":             {"运营商要求的摘要认证方式不支持（日志写明），请运营商改用 MD5 或 SHA-256。", "the carrier asks for a digest that is not supported (the log says which); ask it for MD5 or SHA-256"},
	"no_common_codec":    {"对方接听后没有可用的语音编码，请运营商开通 G.711（voice.laws）。", "answered without a codec of ours; ask the carrier for G.711 (voice.laws)"},
	"sound_address":      {"对方给出的语音地址无法到达（域名无法解析，或 IPv4 与 IPv6 不一致，见日志），请告知运营商。", "there is no way to the carrier's address for sound (its name does not resolve, or it is IPv6 where we have IPv4, or the reverse; see the log); tell the carrier"},
	"no_rtp_port":        {"语音端口已用完，请放宽 voice.rtp_from 至 voice.rtp_to。", "no port for sound is free; widen voice.rtp_from to voice.rtp_to"},
}

// notCarried is the fault of a call that did not reach the person for the
// trunk's sake.
func notCarried(got voice.TestCallReply) error {
	if got.Outcome != voice.OutcomeTrunk && got.Outcome != voice.OutcomeCongestion {
		return nil
	}
	hint, ok := hints[got.Result.Detail]
	if !ok {
		hint = [2]string{"运营商没有接续这个呼叫，请把状态码和原因码告诉运营商。", "the carrier did not carry the call; tell it the status and the cause"}
	}
	return fault.New(fault.Unavailable, "call_not_carried", hint[0], hint[1])
}

// place waits as long as a call can last, which is longer than any other
// answer of the server takes.
func (v voiceCall) place(c *command, s *server) (got voice.TestCallReply, err error) {
	body, err := json.Marshal(voice.TestCallRequest{Number: v.Number, Language: v.Lang, Hotline: s.cfg.Hotline.Name})
	if err != nil {
		return got, err
	}
	req, err := s.client.Request(c.ctx, http.MethodPost, "/api/v1/voice/test-call", bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	req.Header.Set("Content-Type", "application/json")
	return got, s.do(req, &got)
}

// do sends a request without a limit of time and reads the JSON answer.
func (s *server) do(req *http.Request, into any) error {
	client := *s.client.HTTP()
	client.Timeout = 0
	resp, err := client.Do(req)
	if err != nil && req.Context().Err() != nil {
		return fault.New(fault.Unavailable, "interrupted", "已中断；正在拨打的电话会挂断。", "interrupted; a call that is being placed is hung up")
	}
	if err != nil {
		return fault.New(fault.Unavailable, "server_unreachable", "无法连接服务，或连接中断。", "the server cannot be reached, or went away").With(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return kit.FaultOf(resp)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func (v voiceCall) tell(c *command, got voice.TestCallReply) {
	c.printf("%s 经 via %s: %s (%s)\n", got.Number, got.Trunk, got.Name, got.Outcome)
	r := got.Result
	if r.Code != 0 || r.Cause != 0 || r.Detail != "" {
		c.printf("  SIP %s  Q.850 %s  %s\n", orNone(r.Code), orNone(r.Cause), r.Detail)
	}
	if !r.Answered.IsZero() {
		c.printf("  接通 answered after %s, 通话 talked %s, 最大间隔 worst gap %s, 结束 end %s\n", r.Answered.Sub(r.Placed).Round(100*time.Millisecond),
			r.Ended.Sub(r.Answered).Round(100*time.Millisecond), r.Gap.Round(time.Millisecond), got.End)
	}
	for question, p := range got.Pressed {
		c.printf("  %s: 按键 key %d, 值 value %d\n", question, p.Key, p.V)
	}
}

func orNone(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}

type voiceLive struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists live calls.
func (v voiceLive) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[voice.LiveReply](c.ctx, s, "/api/v1/voice/live", nil)
		if err != nil || v.JSON {
			return orPrint(c, got, err)
		}
		if len(got.Calls) == 0 {
			c.printf("现在没有通话 no call is in progress\n")
		}
		for _, l := range got.Calls {
			state := string(l.State)
			if l.Silent {
				state = "失去联系 no sign of life"
			}
			c.printf("%-14s %-10s %-8s 环节 step %-14s 已答 answers %d  %s\n", l.Number, l.Trunk, state, l.Step, l.Answers, got.At.Sub(l.Placed).Round(time.Second))
		}
		return nil
	}, "survey", "sms", "voice")
}

func orPrint(c *command, v any, err error) error {
	if err != nil {
		return err
	}
	return printJSON(c.out, v)
}

type voiceOutcomes struct {
	Campaign string `help:"任务 Campaign id; the one called last when empty."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the outcome table.
func (v voiceOutcomes) Run(c *command) error {
	return c.asking(func(s *server) error {
		q := url.Values{}
		if v.Campaign != "" {
			q.Set("campaign", v.Campaign)
		}
		got, err := get[voice.OutcomesReply](c.ctx, s, "/api/v1/voice/outcomes", q)
		if err != nil || v.JSON {
			return orPrint(c, got, err)
		}
		if got.Total == 0 {
			c.printf("还没有呼叫记录 no calls yet\n")
			return nil
		}
		c.printOutcomes(got)
		return nil
	}, "survey", "sms", "voice")
}

func (c *command) printOutcomes(t voice.OutcomesReply) {
	c.printf("电话台账 calls %d  %s\n", t.Total, t.Campaign)
	for _, row := range t.Rows {
		c.printf("  %-12s %6d  %s\n", row.Outcome, row.Count, row.Name)
	}
}

type voiceTrunks struct{}

// Run shows the trunks.
func (voiceTrunks) Run(c *command) error {
	return c.withTelephone(func(s *server) error {
		got, err := get[voice.TrunksReply](c.ctx, s, "/api/v1/voice/trunks", nil)
		if err != nil {
			return err
		}
		if len(got.Trunks) == 0 {
			c.printf("没有配置线路 no trunk is configured (voice.server)\n")
		}
		for _, t := range got.Trunks {
			state := "可用 up"
			if !t.Up {
				state = "不可用 down " + t.Detail
			}
			c.printf("%-12s %s  通话 calls %d / %d\n", t.Name, state, t.Live, t.Most)
		}
		return nil
	})
}
