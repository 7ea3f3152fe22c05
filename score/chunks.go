package score

import (
	"context"
	"fmt"
	"iter"

	"minyi"
	"minyi/internal/docstore"
)

// liveChunks streams the chunks of a unit's day: every signpost and every
// chunk whose parents are all split. Branches of a split that was never
// finished are passed over.
func (s *Service) liveChunks(ctx context.Context, tenant minyi.TenantID, unit minyi.UnitID, day string) iter.Seq2[chunk, error] {
	return s.chunksBetween(ctx, tenant, unit, day+"|", day+"}")
}

// chunksBetween streams a unit's live chunks with From ≤ sort < To. A chunk's
// parents sort before it, so one pass sees them first.
func (s *Service) chunksBetween(ctx context.Context, tenant minyi.TenantID, unit minyi.UnitID, from, to string) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		split := map[string]bool{}
		q := docstore.Query{Index: "day", Part: docstore.Part(string(tenant), string(unit)), From: from, To: to}
		for d, err := range s.store.chunks.Find(ctx, q) {
			if err != nil {
				yield(chunk{}, fmt.Errorf("read the chunks of %s: %w", unit, err))
				return
			}
			c := d.Body
			sort := chunkSort(c)
			if c.Branch != "" && !split[sort[:len(sort)-1]] {
				continue
			}
			if c.Split {
				split[sort] = true
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}
