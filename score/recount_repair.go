package score

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/tally"
)

// takeOut removes rows that no raw answer stands behind, from the unit-days
// that still differ after every answer was counted.
func (s *Service) takeOut(ctx context.Context, req RecountRequest, differ []Difference) (int, error) {
	days := map[mark]map[tally.Key]bool{}
	for _, d := range differ {
		days[mark{req.Tenant, d.Unit, d.Period}] = map[tally.Key]bool{}
	}
	err := s.pages(ctx, req, func(facts []minyi.AnswerFacts, _ map[minyi.AnswerID]*minyi.TextFacts) error {
		for _, f := range facts {
			if keys := days[mark{req.Tenant, f.Unit, f.Day}]; keys != nil {
				keys[tally.KeyOf(f.Answer)] = true
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var ops []op
	for d, keys := range days {
		for c, err := range s.liveChunks(ctx, d.Tenant, d.Unit, d.Day) {
			if err != nil {
				return 0, err
			}
			block, err := tally.Decode(c.Rows)
			if err != nil {
				return 0, fmt.Errorf("chunk of %s %s: %w", d.Unit, d.Day, err)
			}
			for _, r := range block {
				if !r.Gone && !keys[r.Key] {
					ops = append(ops, op{c.partition, tally.Tombstone(r.Key, r.Rev)})
				}
			}
		}
	}
	if err := s.putRows(ctx, ops); err != nil {
		return 0, err
	}
	return len(ops), s.mark(ctx, ops)
}

// sound gives a chunk's rows; ok is false where they cannot be read or its sum
// is not theirs.
func (c *chunk) sound() (rows tally.Block, ok bool) {
	rows, err := tally.Decode(c.Rows)
	if err != nil || len(rows) == 0 {
		return nil, err == nil && len(c.Sum) == 0
	}
	return rows, bytes.Equal(rows.Sum().Encode(), c.Sum)
}

// clearDamaged empties chunks that are not sound, so that the count from raw
// answers can write them anew.
func (s *Service) clearDamaged(ctx context.Context, tenant minyi.TenantID) error {
	for c, err := range s.allChunks(ctx, tenant) {
		if err != nil {
			return err
		}
		if _, ok := c.sound(); ok {
			continue
		}
		_, err := s.store.chunks.Update(ctx, c.chunkID(c.Branch), func(b *chunk) error {
			b.Rows, b.Sum = nil, nil
			b.Seq++
			return nil
		})
		if err != nil {
			return fmt.Errorf("empty a damaged chunk: %w", err)
		}
		s.log.WarnContext(ctx, "a chunk could not be read and is counted anew", "unit", c.Unit, "day", c.Day)
	}
	return nil
}

// allChunks streams every live chunk of a tenant, unit by unit.
func (s *Service) allChunks(ctx context.Context, tenant minyi.TenantID) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		units := map[minyi.UnitID]bool{}
		for d, err := range s.store.chunks.Find(ctx, docstore.Query{Index: "units", Part: string(tenant)}) {
			if err != nil {
				yield(chunk{}, fmt.Errorf("list the units with chunks: %w", err))
				return
			}
			units[d.Body.Unit] = true
		}
		for unit := range units {
			for c, err := range s.chunksBetween(ctx, tenant, unit, "", "") {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}
