package score

import (
	"context"
	"fmt"
	"sync"
	"time"

	"minyi"
	"minyi/internal/clock"
)

// treeFor is how long the unit tree is believed without asking again. A unit
// that is not in it is asked for at once, but not more often than every second.
const treeFor = 10 * time.Second

// trees remembers each tenant's unit tree for a few seconds, because every
// batch asks for it and it changes a few times a year.
type trees struct {
	ask interface {
		Units(ctx context.Context, req minyi.UnitsRequest) (minyi.UnitsReply, error)
	}
	clock clock.Clock
	mu    sync.Mutex
	known map[minyi.TenantID]*unitTree
}

// unitTree is the tenant's units at one time.
type unitTree struct {
	at      time.Time
	parents map[minyi.UnitID]minyi.UnitID
	names   map[minyi.UnitID]string
	units   map[minyi.UnitID]minyi.Unit
}

// of gives the tenant's tree, freshly asked when it is old or lacks a unit.
func (t *trees) of(ctx context.Context, tenant minyi.TenantID, units ...minyi.UnitID) (*unitTree, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	tree := t.known[tenant]
	if tree != nil {
		age := now.Sub(tree.at)
		if age < treeFor && (age < time.Second || tree.holds(units)) {
			return tree, nil
		}
	}
	reply, err := t.ask.Units(ctx, minyi.UnitsRequest{Tenant: tenant})
	if err != nil {
		return nil, fmt.Errorf("ask survey for the units: %w", err)
	}
	tree = newUnitTree(reply.Units, now)
	if t.known == nil {
		t.known = map[minyi.TenantID]*unitTree{}
	}
	t.known[tenant] = tree
	return tree, nil
}

// forget makes the next reader ask again.
func (t *trees) forget(tenant minyi.TenantID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, tenant)
}

func newUnitTree(units []minyi.Unit, now time.Time) *unitTree {
	tree := &unitTree{at: now, parents: map[minyi.UnitID]minyi.UnitID{}, names: map[minyi.UnitID]string{}, units: map[minyi.UnitID]minyi.Unit{}}
	for _, u := range units {
		tree.units[u.ID] = u
		tree.parents[u.ID], tree.names[u.ID] = u.Parent, u.Name
	}
	return tree
}

func (t *unitTree) holds(units []minyi.UnitID) bool {
	for _, u := range units {
		if _, ok := t.parents[u]; !ok && u != "" {
			return false
		}
	}
	return true
}

// ancestors lists the units above u from the nearest up to "", the whole
// tenant. A loop in the tree, which survey should not make, ends at "".
func (t *unitTree) ancestors(u minyi.UnitID) []minyi.UnitID {
	var up []minyi.UnitID
	seen := map[minyi.UnitID]bool{u: true}
	for u != "" {
		u = t.parents[u]
		if seen[u] && u != "" {
			u = ""
		}
		seen[u] = true
		up = append(up, u)
	}
	return up
}

// parent gives the unit above u as ancestors sees it.
func (t *unitTree) parent(u minyi.UnitID) minyi.UnitID {
	if up := t.ancestors(u); len(up) > 0 {
		return up[0]
	}
	return ""
}

// depth counts the steps from u to the top.
func (t *unitTree) depth(u minyi.UnitID) int { return len(t.ancestors(u)) }
