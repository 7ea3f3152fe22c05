package score

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/tally"
)

// marksAtOnce bounds one pass of the aggregator. A large pass sums a month once
// for many of its days, and a parent once for many of its children.
const marksAtOnce = 20_000

// aggregateLoop sums marked days until ctx is done.
func (s *Service) aggregateLoop(ctx context.Context) {
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	var looked time.Time
	for {
		err := s.Aggregate(ctx)
		if now := s.clock.Now(); err == nil && now.Sub(looked) > 2*treeFor {
			looked, err = now, s.followTrees(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "sheets could not be summed, trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.kick:
			pause(ctx, s.cfg.Settle)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Aggregate sums every day that is marked, and everything above it. It may run
// in several processes at once: a sheet never gives way to one that was read
// earlier, and exactly the marks that were listed before reading are deleted.
func (s *Service) Aggregate(ctx context.Context) error {
	for {
		marks, err := s.listMarks(ctx)
		if err != nil || len(marks) == 0 {
			return err
		}
		byTenant := map[minyi.TenantID][]mark{}
		ids := make([]string, len(marks))
		for i, m := range marks {
			ids[i] = m.ID
			byTenant[m.Body.Tenant] = append(byTenant[m.Body.Tenant], m.Body)
		}
		for tenant, days := range byTenant {
			if err := s.sumFollowing(ctx, tenant, days); err != nil {
				return err
			}
		}
		if err := s.store.marks.DeleteMany(ctx, ids); err != nil {
			return fmt.Errorf("delete %d marks: %w", len(ids), err)
		}
	}
}

// listMarks lists the newest days first: while a recount marks whole years,
// today's answers still show within seconds.
func (s *Service) listMarks(ctx context.Context) ([]markDoc, error) {
	var out []markDoc
	for d, err := range s.store.marks.Find(ctx, docstore.Query{Limit: marksAtOnce, Desc: true}) {
		if err != nil {
			return nil, fmt.Errorf("list marks: %w", err)
		}
		out = append(out, d)
	}
	return out, nil
}

// sheetKey is a sheet to be summed: a unit and a period.
type sheetKey struct {
	unit   minyi.UnitID
	period string
}

// sumTenant sums days from the lowest units up, then their months, then their
// years; each step reads what the one before wrote.
func (s *Service) sumTenant(ctx context.Context, tenant minyi.TenantID, marks []mark) error {
	units := make([]minyi.UnitID, len(marks))
	for i, m := range marks {
		units[i] = m.Unit
	}
	tree, err := s.trees.of(ctx, tenant, units...)
	if err != nil {
		return err
	}
	st, keys, err := s.follow(ctx, tenant, tree)
	if err != nil {
		return err
	}
	run := &summing{s: s, tenant: tenant, tree: tree, state: &st}
	var anew []minyi.UnitID
	for _, m := range marks {
		if m.Day == "" {
			anew = append(anew, m.Unit)
			continue
		}
		keys[sheetKey{m.Unit, m.Day}] = true
		for _, up := range tree.ancestors(m.Unit) {
			keys[sheetKey{up, m.Day}] = true
		}
	}
	if err := run.each(ctx, shorten(keys, len("2006-01-02")), run.day); err != nil {
		return err
	}
	if err := run.each(ctx, shorten(keys, len("2006-01")), run.longer); err != nil {
		return err
	}
	if err := run.each(ctx, shorten(keys, len("2006")), run.longer); err != nil {
		return err
	}
	if err := s.forgetMoves(ctx, tenant, st); err != nil {
		return err
	}
	return s.prepareUnits(ctx, &st, tenant, anew)
}

// shorten gives the days of keys, or their months or years.
func shorten(keys map[sheetKey]bool, to int) map[sheetKey]bool {
	out := map[sheetKey]bool{}
	for k := range keys {
		if len(k.period) >= to {
			out[sheetKey{k.unit, k.period[:to]}] = true
		}
	}
	return out
}

// summing is one pass over one tenant.
type summing struct {
	s      *Service
	tenant minyi.TenantID
	tree   *unitTree
	state  *state
}

// each runs step for every key, the deepest units first, because a parent
// reads its children.
func (r *summing) each(ctx context.Context, keys map[sheetKey]bool, step func(context.Context, sheetKey) (tally.Sum, int64, error)) error {
	order := make([]sheetKey, 0, len(keys))
	depth := map[minyi.UnitID]int{}
	for k := range keys {
		order = append(order, k)
		depth[k.unit] = r.tree.depth(k.unit)
	}
	slices.SortFunc(order, func(a, b sheetKey) int {
		return cmp.Or(depth[b.unit]-depth[a.unit], cmp.Compare(a.unit, b.unit), cmp.Compare(a.period, b.period))
	})
	// Sheets of one depth do not read each other: they are written together.
	for len(order) > 0 {
		n := 0
		for n < len(order) && n < 500 && depth[order[n].unit] == depth[order[0].unit] {
			n++
		}
		if err := r.writeAll(ctx, order[:n], step); err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}

func (r *summing) writeAll(ctx context.Context, keys []sheetKey, step func(context.Context, sheetKey) (tally.Sum, int64, error)) error {
	fresh := map[string]sheet{}
	for _, k := range keys {
		sum, seq, err := step(ctx, k)
		if errors.Is(err, tally.ErrDamaged) {
			// One unreadable document must not hold up every other unit's figures.
			r.s.log.ErrorContext(ctx, "a sheet is left as it was: stored counts cannot be read; a recount writes them anew", "unit", k.unit, "period", k.period, "err", err)
			continue
		}
		if err != nil {
			return err
		}
		out := sheet{Tenant: r.tenant, Unit: k.unit, Parent: r.tree.parent(k.unit), Period: k.period,
			Kind: wide, Epoch: r.state.Epoch, Seq: seq, At: r.s.clock.Now(), Sum: sum.Encode()}
		fresh[out.id()] = out
		small := sum.Lean()
		out.Kind, out.Sum = lean, small.Encode()
		fresh[out.id()] = out
		if err := r.s.addLines(ctx, r.state, out, small, fresh); err != nil {
			return err
		}
	}
	return r.s.putSheets(ctx, fresh)
}

// putSheets writes sheets, by id, over those that were summed by the same tree
// from no more than they were.
func (s *Service) putSheets(ctx context.Context, fresh map[string]sheet) error {
	ids := slices.Sorted(maps.Keys(fresh))
	err := s.store.sheets.PutMany(ctx, ids, func(id string, old *sheet, exists bool) error {
		next := fresh[id]
		if exists && old.Epoch > next.Epoch {
			return treeMoved{old.Epoch}
		}
		if exists && old.Epoch == next.Epoch && old.Seq > next.Seq {
			return docstore.Unchanged
		}
		*old = next
		return nil
	})
	return fault.Wrap(err, fmt.Sprintf("write %d sheets", len(ids)))
}

// day sums a unit's own chunks of a day and the day's sheets of its children.
func (r *summing) day(ctx context.Context, k sheetKey) (tally.Sum, int64, error) {
	sum := tally.Sum{}
	seq, err := r.s.sumChunks(ctx, r.tenant, k.unit, k.period, sum)
	if err != nil {
		return nil, 0, err
	}
	q := docstore.Query{Index: "children", Part: docstore.Part(string(r.tenant), string(k.unit), wide, k.period)}
	for d, err := range r.s.store.sheets.Find(ctx, q) {
		if err != nil {
			return nil, 0, fmt.Errorf("read the sheets below %s: %w", k.unit, err)
		}
		if r.tree.parent(d.Body.Unit) != k.unit {
			continue // it has moved; its sheet says so when it is next written
		}
		seq += d.Body.Seq
		if err := sum.MergeEncoded(d.Body.Sum); err != nil {
			return nil, 0, fmt.Errorf("sheet %s %s: %w", d.Body.Unit, d.Body.Period, err)
		}
	}
	return sum, seq, nil
}

// sumChunks adds a unit's own chunks of one day.
func (s *Service) sumChunks(ctx context.Context, tenant minyi.TenantID, unit minyi.UnitID, day string, sum tally.Sum) (seq int64, err error) {
	for c, err := range s.liveChunks(ctx, tenant, unit, day) {
		if err != nil {
			return 0, err
		}
		seq += c.Seq
		if err := sum.MergeEncoded(c.Sum); err != nil {
			return 0, fmt.Errorf("chunk of %s %s: %w", unit, day, err)
		}
	}
	return seq, nil
}

// longer sums the days of a month, or the months of a year, of one unit.
func (r *summing) longer(ctx context.Context, k sheetKey) (tally.Sum, int64, error) {
	sum := tally.Sum{}
	var seq int64
	q := docstore.Query{Index: "unit", From: k.period + "-", To: k.period + ".",
		Part: docstore.Part(string(r.tenant), string(k.unit), wide, fmt.Sprint(len(k.period)+len("-01")))}
	for d, err := range r.s.store.sheets.Find(ctx, q) {
		if err != nil {
			return nil, 0, fmt.Errorf("read the sheets of %s in %s: %w", k.unit, k.period, err)
		}
		seq += d.Body.Seq
		if err := sum.MergeEncoded(d.Body.Sum); err != nil {
			return nil, 0, fmt.Errorf("sheet %s %s: %w", d.Body.Unit, d.Body.Period, err)
		}
	}
	return sum, seq, nil
}
