package survey

import (
	"context"

	"minyi"
	"minyi/internal/kit"
)

// tenantOf prefers the tenant the request names; kit has already overwritten
// it with the caller's own where the caller is bound to one.
func tenantOf(ctx context.Context, named minyi.TenantID) minyi.TenantID {
	if named != "" {
		return named
	}
	return kit.TenantFrom(ctx)
}

// actor names who is acting, for traces.
func actor(ctx context.Context) string {
	if p, ok := kit.PrincipalFrom(ctx); ok && p.Name != "" {
		return p.Name
	}
	return "system"
}
