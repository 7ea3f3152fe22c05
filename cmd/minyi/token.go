package main

import (
	"cmp"
	"strings"

	"minyi/api"
	"minyi/internal/kit"
)

type tokenCmd struct {
	New    tokenNew    `cmd:"" help:"新建令牌 Make a token; it is shown once."`
	List   tokenList   `cmd:"" help:"列出令牌 List tokens, never their secret."`
	Revoke tokenRevoke `cmd:"" help:"吊销令牌 Revoke a token and its sessions."`
}

type tokenNew struct {
	Name string `arg:"" help:"名称 Whose or what for, e.g. 张三-运营."`
}

// Run makes a token.
func (t tokenNew) Run(c *command) error {
	return c.withStore(func(s *server) error {
		got, err := kit.Call[api.NewTokenRequest, api.NewTokenReply](s.client, "POST /api/v1/tokens")(c.ctx, api.NewTokenRequest{Name: t.Name})
		if err != nil {
			return err
		}
		c.printf("令牌（只显示这一次，请妥善保存）token, shown this once:\n\n  %s\n\n编号 id: %s\n登录 sign in: %s/signin?token=%s\n", got.Text, got.Token.ID, strings.TrimRight(cmp.Or(s.cfg.Staff.URL, c.args.Server), "/"), got.Text)
		return nil
	}, "survey", "sms")
}

type tokenList struct{}

// Run lists tokens.
func (tokenList) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := kit.Call[api.ListTokensRequest, api.ListTokensReply](s.client, "GET /api/v1/tokens")(c.ctx, api.ListTokensRequest{})
		if err != nil {
			return err
		}
		c.printf("%-10s %-20s %-20s %s\n", "id", "created", "revoked", "name")
		for _, t := range got.Tokens {
			revoked := "-"
			if !t.Revoked.IsZero() {
				revoked = t.Revoked.Local().Format("2006-01-02 15:04:05")
			}
			c.printf("%-10s %-20s %-20s %s\n", t.ID, t.Created.Local().Format("2006-01-02 15:04:05"), revoked, t.Name)
		}
		return nil
	}, "survey", "sms")
}

type tokenRevoke struct {
	ID string `arg:"" help:"编号 The token's id (see token list), not its secret."`
}

// Run revokes a token.
func (t tokenRevoke) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := kit.Call[api.RevokeTokenRequest, api.Token](s.client, "POST /api/v1/tokens/{id}/revoke")(c.ctx, api.RevokeTokenRequest{ID: t.ID})
		if err != nil {
			return err
		}
		c.printf("已吊销 revoked: %s %s\n", got.ID, got.Name)
		return nil
	}, "survey", "sms")
}
