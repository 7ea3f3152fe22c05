package score

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// treeMoved says that someone sums by a newer unit tree, of that epoch. A sheet
// of the newer tree may have been read before ours, so our marks must not be
// deleted.
type treeMoved struct{ epoch int64 }

func (treeMoved) Error() string { return "the unit tree has moved on" }

// sumFollowing sums days by the newest tree there is.
func (s *Service) sumFollowing(ctx context.Context, tenant minyi.TenantID, marks []mark) error {
	for {
		err := s.sumTenant(ctx, tenant, marks)
		moved, is := errors.AsType[treeMoved](err)
		if !is {
			return err
		}
		s.trees.forget(tenant)
		if err := s.catchUp(ctx, tenant, moved.epoch); err != nil {
			return err
		}
	}
}

// catchUp raises a tenant's epoch to that of its sheets. It stands below only
// where the tenant's state was lost; nothing could be summed then.
func (s *Service) catchUp(ctx context.Context, tenant minyi.TenantID, epoch int64) error {
	_, err := s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error {
		if st.Epoch >= epoch {
			return docstore.Unchanged
		}
		st.Epoch = epoch
		return nil
	})
	return fault.Wrap(err, "catch up with the sheets")
}

// follow gives the epoch of the unit tree, and the days to be summed because a
// unit has moved under another parent: all that the moved units have, under
// themselves and under the parents they left. The epoch grows with every move,
// so that sheets of the new tree replace those of the old, however much the
// old ones held. The days must be summed before anything else is written under
// the new epoch; forgetMoves then ends the move.
func (s *Service) follow(ctx context.Context, tenant minyi.TenantID, tree *unitTree) (state, map[sheetKey]bool, error) {
	doc, err := s.store.states.Get(ctx, string(tenant))
	if err != nil || len(doc.Body.Moved) > 0 || !maps.Equal(doc.Body.Parents, tree.parents) {
		doc, err = s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error { return st.follow(tree) })
	}
	if err != nil {
		return state{}, nil, fmt.Errorf("remember the unit tree: %w", err)
	}
	days := map[sheetKey]bool{}
	for u, left := range doc.Body.Moved {
		if err := s.daysOfMove(ctx, tenant, tree, u, left, days); err != nil {
			return state{}, nil, err
		}
	}
	return doc.Body, days, nil
}

// forgetMoves ends the moves whose days have been summed.
func (s *Service) forgetMoves(ctx context.Context, tenant minyi.TenantID, done state) error {
	if len(done.Moved) == 0 {
		return nil
	}
	_, err := s.store.states.Update(ctx, string(tenant), func(st *state) error {
		if st.Epoch == done.Epoch {
			st.Moved = nil
		}
		return nil
	})
	return fault.Wrap(err, "forget the units that moved")
}

// follow takes over the tree and notes who has moved.
func (st *state) follow(tree *unitTree) error {
	moved := false
	for u, was := range st.Parents {
		if now, known := tree.parents[u]; known && now != was {
			if st.Moved == nil {
				st.Moved = map[minyi.UnitID][]minyi.UnitID{}
			}
			st.Moved[u] = append(st.Moved[u], was)
			moved = true
		}
	}
	if moved {
		st.Epoch++
	}
	st.Parents = maps.Clone(tree.parents)
	return nil
}

// daysOfMove adds every day of a moved unit, for itself, for the parents it
// left and for all that stand above any of them.
func (s *Service) daysOfMove(ctx context.Context, tenant minyi.TenantID, tree *unitTree, u minyi.UnitID, left []minyi.UnitID, days map[sheetKey]bool) error {
	units := append([]minyi.UnitID{u}, left...)
	for _, x := range units {
		units = append(units, tree.ancestors(x)...)
	}
	q := docstore.Query{Index: "unit", Part: docstore.Part(string(tenant), string(u), lean, grain("2006-01-02"))}
	for d, err := range s.store.sheets.Find(ctx, q) {
		if err != nil {
			return fmt.Errorf("list the days of %s: %w", u, err)
		}
		for _, x := range units {
			days[sheetKey{x, d.Body.Period}] = true
		}
	}
	return nil
}

// followTrees looks whether any tenant's units have moved while no answer came
// in, and what nlp has measured since.
func (s *Service) followTrees(ctx context.Context) error {
	for d, err := range s.store.states.Find(ctx, docstore.Query{}) {
		if err != nil {
			return fmt.Errorf("list tenants: %w", err)
		}
		if err := s.sumFollowing(ctx, minyi.TenantID(d.ID), nil); err != nil {
			return err
		}
		if err := s.followText(ctx, minyi.TenantID(d.ID)); err != nil {
			return err
		}
	}
	return nil
}
