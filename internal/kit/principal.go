package kit

import (
	"context"

	"minyi"
)

// Principal is who makes a request. A peer service has no tenant of its own
// and names the one it acts for; staff act within theirs.
type Principal struct {
	ID     string // the token's id, never the token
	Name   string // as the operator named it
	Tenant minyi.TenantID
	Peer   bool
}

type principalKey struct{}

// WithPrincipal gives a context that carries p.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom gives the caller of the request that ctx belongs to.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}

// TenantFrom gives the caller's tenant, or the default one.
func TenantFrom(ctx context.Context) minyi.TenantID {
	if p, ok := PrincipalFrom(ctx); ok && p.Tenant != "" {
		return p.Tenant
	}
	return minyi.DefaultTenant
}
