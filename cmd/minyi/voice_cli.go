package main

import (
	"bytes"
	"encoding/json"
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
			return printJSON(c.out, got)
		}
		v.tell(c, got)
		return nil
	})
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
	return c.withServer(func(s *server) error {
		got, err := get[voice.LiveReply](c.ctx, s, "/api/v1/voice/live", nil)
		if err != nil || v.JSON {
			return orPrint(c, got, err)
		}
		if len(got.Calls) == 0 {
			c.printf("现在没有通话 no call is in progress\n")
		}
		for _, l := range got.Calls {
			c.printf("%-14s %-10s %-8s 环节 step %-14s 已答 answers %d  %s\n", l.Number, l.Trunk, l.State, l.Step, l.Answers, time.Since(l.Placed).Round(time.Second))
		}
		return nil
	})
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
	return c.withServer(func(s *server) error {
		q := url.Values{}
		if v.Campaign != "" {
			q.Set("campaign", v.Campaign)
		}
		got, err := get[voice.OutcomesReply](c.ctx, s, "/api/v1/voice/outcomes", q)
		if err != nil || v.JSON {
			return orPrint(c, got, err)
		}
		c.printOutcomes(got)
		return nil
	})
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
