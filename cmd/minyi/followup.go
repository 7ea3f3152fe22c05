package main

import (
	"net/url"

	"minyi"
	"minyi/internal/kit"
	"minyi/survey"
)

type followupCmd struct {
	List followupList `cmd:"" help:"列出 List follow-ups of one status, oldest first."`
	Step followupStep `cmd:"" help:"处理 Record the next step: verified, corrected, explained, set-aside, called, closed."`
}

type followupList struct {
	Status string `default:"open" enum:"open,verified,corrected,explained,set-aside,called,closed" help:"环节 open, verified, corrected, explained, set-aside, called or closed."`
	Unit   string `help:"单位 Unit id."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists follow-ups, all pages.
func (f followupList) Run(c *command) error {
	return c.asking(func(s *server) error {
		all := survey.FollowupsReply{Followups: []survey.Followup{}}
		q := url.Values{"status": {f.Status}, "unit": {f.Unit}, "limit": {"500"}}
		for {
			got, err := get[survey.FollowupsReply](c.ctx, s, "/api/v1/followups", q)
			if err != nil {
				return err
			}
			all.Followups = append(all.Followups, got.Followups...)
			if got.Next == "" {
				break
			}
			q.Set("after", got.Next)
		}
		if f.JSON {
			return printJSON(c.out, all)
		}
		for _, k := range all.Followups {
			c.printf("%s  %s  %-9s %-10s %-12s ***%s\n", k.Answer, k.Day, k.Status, k.Level, k.Unit, k.CaseTail)
		}
		c.printf("共 in all %d\n", len(all.Followups))
		return nil
	}, "survey", "sms")
}

type followupStep struct {
	Answer string `arg:"" help:"答卷编号 Answer id, as listed."`
	Status string `arg:"" enum:"verified,corrected,explained,set-aside,called,closed" help:"环节 verified, corrected, explained, set-aside, called or closed."`
	Note   string `help:"说明 What was done or found; needed for set-aside."`
	By     string `help:"经办人 Who did it; the token's name when empty."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run records a step.
func (f followupStep) Run(c *command) error {
	return c.withData(func(s *server) error {
		got, err := kit.Call[survey.FollowupStepRequest, survey.Followup](s.client, "POST /api/v1/followups/{id}/steps")(c.ctx,
			survey.FollowupStepRequest{Answer: minyi.AnswerID(f.Answer), Status: survey.FollowupStatus(f.Status), Note: f.Note, By: f.By})
		if err != nil {
			return err
		}
		if f.JSON {
			return printJSON(c.out, got)
		}
		c.printf("%s: %s\n", got.Answer, got.Status)
		return nil
	})
}

type setAsideCmd struct {
	Answer string `arg:"" help:"答卷编号 Answer id."`
	Reason string `required:"" help:"理由 Why, kept with the answer."`
	By     string `help:"经办人 Who decided; the token's name when empty."`
	Undo   bool   `help:"撤销 Count it again."`
}

// Run sets a disputed rating aside, or takes that back.
func (a setAsideCmd) Run(c *command) error {
	return c.withData(func(s *server) error {
		_, err := kit.Call[survey.SetAsideRequest, minyi.Done](s.client, "POST /api/v1/answers/{id}/set-aside")(c.ctx,
			survey.SetAsideRequest{Answer: minyi.AnswerID(a.Answer), On: !a.Undo, Reason: a.Reason, By: a.By})
		if err != nil {
			return err
		}
		if a.Undo {
			c.printf("%s: 已恢复计入 counts again\n", a.Answer)
		} else {
			c.printf("%s: 已搁置，含与不含的数字都保留 set aside; figures with and without it stay visible\n", a.Answer)
		}
		return nil
	})
}

type eraseCmd struct {
	Phone  string `arg:"" help:"号码 The person's phone number; - reads it from standard input, which leaves no trace in the shell's history."`
	Reason string `required:"" help:"依据 Why, e.g. the request's file number."`
	OptOut bool   `help:"不再联系 And never ask again."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run erases what is known of a person.
func (e eraseCmd) Run(c *command) error {
	phone, err := c.argument(e.Phone)
	if err != nil {
		return err
	}
	return c.withData(func(s *server) error {
		got, err := kit.Call[survey.EraseRequest, survey.EraseReply](s.client, "POST /api/v1/erasures")(c.ctx,
			survey.EraseRequest{Phone: phone, Reason: e.Reason, OptOut: e.OptOut})
		if err != nil {
			return err
		}
		if e.JSON {
			return printJSON(c.out, got)
		}
		c.printf("已删除 erased: 联系人 contacts %d, 答卷中的留言与关联 remarks and links of answers %d, 其他作答 attempts %d, 短信 messages %d, 通话 calls %d\n",
			got.Contacts, got.Answers, got.Attempts, got.Messages, got.Calls)
		return nil
	})
}
