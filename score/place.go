package score

import (
	"context"
	"fmt"
	"slices"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
	"minyi/score/tally"
)

// op is one row to put into one partition.
type op struct {
	at  partition
	row tally.Row
}

// locate decides for each answer where its row goes and from where it must be
// taken out, and remembers that before any row is written: whatever happens
// then, a later revision finds every place the row may be in. Facts older than
// what is remembered give no op.
func (s *Service) locate(ctx context.Context, tenant minyi.TenantID, facts []minyi.AnswerFacts, texts map[minyi.AnswerID]*minyi.TextFacts) (ops []op, moved []string, err error) {
	byID := make(map[string]minyi.AnswerFacts, len(facts))
	ids := make([]string, len(facts))
	for i, f := range facts {
		ids[i] = placeID(tenant, f.Answer)
		byID[ids[i]] = f
	}
	placed := map[string]place{}
	stale := map[string]bool{}
	err = s.store.places.PutMany(ctx, ids, func(id string, p *place, exists bool) error {
		before := *p
		stale[id] = !p.follow(tenant, byID[id], exists)
		placed[id] = *p
		if exists && same(before, *p) {
			return docstore.Unchanged
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("remember where %d answers are counted: %w", len(ids), err)
	}
	for _, id := range ids {
		p, f := placed[id], byID[id]
		key := tally.KeyOf(f.Answer)
		for _, old := range p.Old {
			ops = append(ops, op{old, tally.Tombstone(key, p.Rev)})
		}
		if len(p.Old) > 0 {
			moved = append(moved, id)
		}
		switch {
		case p.At == (partition{}) || stale[id] && !p.Gone:
		case p.Gone:
			ops = append(ops, op{p.At, tally.Tombstone(key, p.Rev)})
		default:
			ops = append(ops, op{p.At, tally.RowOf(f, texts[f.Answer])})
		}
	}
	return ops, moved, nil
}

// follow brings the place up to the facts; false: the facts are older.
func (p *place) follow(tenant minyi.TenantID, f minyi.AnswerFacts, exists bool) bool {
	switch {
	case p.Gone:
		return false
	case f.Day == "": // gone at its owner's: final
		p.Gone, p.Rev = true, max(p.Rev, f.Rev)
		return true
	case exists && p.Rev > f.Rev:
		return false
	}
	at := partition{tenant, f.Unit, f.Day, f.Questionnaire, f.Version}
	if exists && p.At != at && p.At != (partition{}) && !slices.Contains(p.Old, p.At) {
		p.Old = append(p.Old, p.At)
	}
	p.Old = slices.DeleteFunc(p.Old, func(o partition) bool { return o == at })
	p.At, p.Rev = at, f.Rev
	return true
}

func same(a, b place) bool {
	return a.At == b.At && a.Rev == b.Rev && a.Gone == b.Gone && slices.Equal(a.Old, b.Old)
}

// settleMoves forgets the old places once their rows are out.
func (s *Service) settleMoves(ctx context.Context, ids []string, ops []op) error {
	out := map[partition]bool{}
	for _, o := range ops {
		if o.row.Gone {
			out[o.at] = true
		}
	}
	err := s.store.places.UpdateMany(ctx, ids, func(_ string, p *place) error {
		n := len(p.Old)
		p.Old = slices.DeleteFunc(p.Old, func(o partition) bool { return out[o] })
		if len(p.Old) == n {
			return docstore.Unchanged
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget %d old places: %w", len(ids), err)
	}
	return nil
}

func placeID(tenant minyi.TenantID, a minyi.AnswerID) string {
	return id.Derive("place", string(tenant), string(a))
}
