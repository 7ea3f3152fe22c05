package score

import (
	"context"
	"fmt"
	"slices"

	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/tally"
)

// maxRows is how many rows a chunk holds before it splits: about 10 kB, small
// enough to rewrite for one answer, and a busy hotline's day is a few dozen.
const maxRows = 400

// target is a chunk and the rows on their way to it.
type target struct {
	at     partition
	branch string
	rows   []tally.Row
}

// putRows merges rows into their chunks. All chunks of a batch are written in
// one round; rows whose chunk has split go on to its branches in the next.
func (s *Service) putRows(ctx context.Context, ops []op) error {
	todo := map[string]*target{}
	for _, o := range ops {
		aim(todo, o.at, "", o.row)
	}
	for len(todo) > 0 {
		next := map[string]*target{}
		routed, over, err := s.putRound(ctx, todo)
		if err != nil {
			return err
		}
		for _, t := range routed {
			for _, r := range t.rows {
				aim(next, t.at, t.branch+bit(r.Key, len(t.branch)), r)
			}
		}
		for _, t := range over {
			if err := s.split(ctx, t.at, t.branch); err != nil {
				return err
			}
		}
		todo = next
	}
	return nil
}

func aim(todo map[string]*target, at partition, branch string, r tally.Row) {
	id := at.chunkID(branch)
	if todo[id] == nil {
		todo[id] = &target{at: at, branch: branch}
	}
	todo[id].rows = append(todo[id].rows, r)
}

func bit(k tally.Key, i int) string { return string('0' + rune(k.Bit(i))) }

// putRound writes one round: routed targets met a split chunk, over ones left
// their chunk too full.
func (s *Service) putRound(ctx context.Context, todo map[string]*target) (routed, over []*target, err error) {
	ids := make([]string, 0, len(todo))
	for id := range todo {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	split, full := map[string]bool{}, map[string]bool{}
	err = s.store.chunks.PutMany(ctx, ids, func(id string, c *chunk, _ bool) error {
		t := todo[id]
		split[id], full[id] = c.Split, false
		if c.Split {
			return docstore.Unchanged
		}
		n, changed, err := c.put(t)
		if err != nil {
			return err
		}
		full[id] = n > s.maxRows
		if !changed {
			return docstore.Unchanged
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("write %d chunks: %w", len(ids), err)
	}
	for _, id := range ids {
		switch {
		case split[id]:
			routed = append(routed, todo[id])
		case full[id]:
			over = append(over, todo[id])
		}
	}
	return routed, over, nil
}

// put merges rows into the chunk.
func (c *chunk) put(t *target) (rows int, changed bool, err error) {
	block, err := tally.Decode(c.Rows)
	if err != nil {
		return 0, false, fmt.Errorf("chunk of %s %s: %w", t.at.Unit, t.at.Day, err)
	}
	for _, r := range t.rows {
		changed = block.Put(r) || changed
	}
	if changed {
		c.partition, c.Branch = t.at, t.branch
		c.Seq++
		c.Rows, c.Sum = block.Encode(), block.Sum().Encode()
	}
	return len(block), changed, nil
}

// split moves a full chunk's rows to its two branches: first the branches are
// written, then the chunk is turned into a signpost. Until then the branches
// are not read. If the chunk changes in between, the signpost loses its
// compare-and-swap and the split begins again; what stands in the branches by
// then is merged by revision, so nothing is undone.
func (s *Service) split(ctx context.Context, at partition, branch string) error {
	for {
		doc, err := s.store.chunks.Get(ctx, at.chunkID(branch))
		if err != nil {
			return fmt.Errorf("read a full chunk: %w", err)
		}
		if doc.Body.Split || len(branch) >= 60 {
			return nil
		}
		block, err := tally.Decode(doc.Body.Rows)
		if err != nil {
			return fmt.Errorf("split chunk of %s %s: %w", at.Unit, at.Day, err)
		}
		zero, one := block.Split(len(branch))
		for k, part := range map[string]tally.Block{"0": zero, "1": one} {
			if err := s.putBranch(ctx, &target{at: at, branch: branch + k, rows: part}); err != nil {
				return err
			}
		}
		doc.Body.Split, doc.Body.Rows, doc.Body.Sum = true, nil, nil
		doc.Body.Seq++
		_, err = s.store.chunks.Replace(ctx, doc)
		switch {
		case fault.Is(err, fault.Conflict):
			continue
		case err != nil:
			return fmt.Errorf("turn a full chunk into a signpost: %w", err)
		}
		return s.splitBranches(ctx, at, branch, len(zero), len(one))
	}
}

// splitBranches goes on where a large batch left the branches full as well.
func (s *Service) splitBranches(ctx context.Context, at partition, branch string, zero, one int) error {
	for k, n := range map[string]int{"0": zero, "1": one} {
		if n > s.maxRows {
			if err := s.split(ctx, at, branch+k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) putBranch(ctx context.Context, t *target) error {
	_, err := s.store.chunks.Put(ctx, t.at.chunkID(t.branch), func(c *chunk, exists bool) error {
		if c.Split {
			return docstore.Unchanged // someone finished this split, and the next one
		}
		_, changed, err := c.put(t)
		if err == nil && exists && !changed {
			return docstore.Unchanged
		}
		if c.Seq == 0 { // an empty branch has a document too, so that it is found
			c.partition, c.Branch, c.Seq = t.at, t.branch, 1
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("write a branch: %w", err)
	}
	return nil
}
