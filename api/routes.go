package api

import (
	"context"

	"minyi/internal/kit"
)

func (d *Door) tokenRoutes() {
	kit.Handle(d.staff, "GET /api/v1/tokens", d.listTokens)
	kit.Handle(d.staff, "POST /api/v1/tokens", d.newToken)
	kit.Handle(d.staff, "POST /api/v1/tokens/{id}/revoke", d.revokeToken)
}

// ListTokensRequest asks for all tokens.
type ListTokensRequest struct{}

// ListTokensReply lists them, revoked ones too.
type ListTokensReply struct {
	Tokens []Token `json:"tokens"`
}

// NewTokenRequest names the token to make.
type NewTokenRequest struct {
	Name string `json:"name"`
}

// NewTokenReply holds the token's text, the only time that it is shown.
type NewTokenReply struct {
	Text  string `json:"text"`
	Token Token  `json:"token"`
}

// RevokeTokenRequest names the token to end.
type RevokeTokenRequest struct {
	ID string `path:"id" json:"-"`
}

func (d *Door) listTokens(ctx context.Context, _ ListTokensRequest) (ListTokensReply, error) {
	tokens, err := d.deps.Tokens.List(ctx)
	return ListTokensReply{tokens}, err
}

func (d *Door) newToken(ctx context.Context, r NewTokenRequest) (NewTokenReply, error) {
	text, tok, err := d.deps.Tokens.New(ctx, kit.TenantFrom(ctx), r.Name)
	return NewTokenReply{text, tok}, err
}

func (d *Door) revokeToken(ctx context.Context, r RevokeTokenRequest) (Token, error) {
	return d.deps.Tokens.Revoke(ctx, r.ID)
}
