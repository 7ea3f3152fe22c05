package main

import (
	"net/url"

	"minyi/api"
)

type actionsCmd struct {
	From  string `help:"起始日 First day, like 2026-11-01."`
	To    string `help:"截止日 Last day, like 2026-11-30."`
	Limit string `default:"100" help:"条数 How many, newest first; 1000 at most."`
	JSON  bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists what staff did, newest first.
func (a actionsCmd) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[api.ActionsReply](c.ctx, s, "/api/v1/actions", url.Values{"from": {a.From}, "to": {a.To}, "limit": {a.Limit}})
		if err != nil {
			return err
		}
		if a.JSON {
			return printJSON(c.out, got)
		}
		for _, k := range got.Actions {
			c.printf("%s  %-10s %-20s %d  %-6s %s\n", stamp(k.At), k.Token, k.Name, k.Status, k.Method, k.Path)
		}
		return nil
	}, "survey", "sms")
}
