package main

import (
	"net/url"
	"strconv"

	"minyi"
	"minyi/internal/kit"
	"minyi/sms/sandbox"
)

type sandboxCmd struct {
	List  sandboxList  `cmd:"" help:"发件箱 Show the messages delivered last, personal links included."`
	Reply sandboxReply `cmd:"" help:"代为回复 Reply to a message as the resident who got it."`
}

type sandboxList struct {
	Limit int  `default:"20" help:"条数 How many."`
	JSON  bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the sandbox's outbox.
func (l sandboxList) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[sandbox.OutboxReply](c.ctx, s, "/api/v1/sandbox/messages", url.Values{"limit": {strconv.Itoa(l.Limit)}})
		if err != nil {
			return err
		}
		if l.JSON {
			return printJSON(c.out, got)
		}
		for _, m := range got.Messages {
			c.printf("%s  %s  %s\n    %s\n", m.ID, stamp(m.At), m.To, m.Text)
		}
		c.printf("共 in all %d；只在服务运行期间保留 kept while the server runs\n", len(got.Messages))
		return nil
	}, "survey", "sms")
}

type sandboxReply struct {
	ID   string `arg:"" help:"短信编号 Message id, as listed."`
	Text string `arg:"" help:"内容 What the resident writes, such as 1, 非常满意 or 退订."`
}

// Run replies in a resident's place.
func (r sandboxReply) Run(c *command) error {
	return c.withData(func(s *server) error {
		_, err := kit.Call[sandbox.ReplyRequest, minyi.Done](s.client, "POST /api/v1/sandbox/messages/{id}/reply")(c.ctx, sandbox.ReplyRequest{ID: r.ID, Text: r.Text})
		if err == nil {
			c.printf("已回复 replied\n")
		}
		return err
	})
}
