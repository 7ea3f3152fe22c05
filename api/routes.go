package api

import (
	"context"
	"net/http"

	"minyi/internal/kit"
)

// ownRoutes are the door's: health, metrics, sign-in, tokens, the trail and
// the description of all routes.
func (d *Door) ownRoutes(s *sessions) {
	const page, text = "text/html", "text/plain"
	d.staff.Plain("GET /healthz", http.HandlerFunc(alive), kit.Doc{Summary: "whether the process lives", Gives: text})
	d.staff.Plain("GET /readyz", http.HandlerFunc(d.ready), kit.Doc{Summary: "whether store and queue answer; 503 otherwise", Gives: text})
	d.staff.Plain("GET /metrics", d.deps.Metrics.Handler(), kit.Doc{Summary: "figures for Prometheus", Gives: text})
	d.staff.Plain("GET /signin", http.HandlerFunc(s.signIn), kit.Doc{Summary: "sign in by link", Query: []string{"token", "next"}, Gives: page})
	d.staff.Plain("POST /signin", http.HandlerFunc(s.signIn), kit.Doc{Summary: "sign in by form", Takes: "application/x-www-form-urlencoded", Gives: page})
	d.staff.Plain("POST /signout", http.HandlerFunc(s.signOut), kit.Doc{Summary: "sign out", Gives: page})
	d.staff.Plain("GET /api/v1/openapi.json", http.HandlerFunc(d.describe), kit.Doc{Summary: "this description", Gives: "application/json"})
	if d.deps.Trail != nil {
		kit.Handle(d.staff, "GET /api/v1/actions", d.deps.Trail.Actions)
	}
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
